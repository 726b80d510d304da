"""What Terraform and OpenTofu put into service: blocks of resources, read line by line, not run.

A resource counts where its type is one that runs a program or a model. Values that are put together
from variables stay as they are written.
"""

import re
from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from audits.facts.containers import Service
from audits.facts.shell import Command, unwrapped
from audits.facts.tools.operations_terraform import (
    ENDPOINT_KINDS,
    ENDPOINTS,
    FUNCTIONS,
    MONITORS,
    PROGRAMS,
)

LONGEST_LINE = 1_000
_BLOCK = re.compile(r'^resource\s{1,8}"?(\w{3,80})"?\s{1,8}"?([\w-]{1,80})"?\s{0,8}\{')
_VALUE = re.compile(r'^\s{0,40}"?(\w{2,60})"?\s{0,40}[=:]\s{0,40}"([^"]{1,300})"')
_LIST = re.compile(
    r'^\s{0,40}"?(command|args|entry_point|entrypoint)"?\s{0,40}[=:]\s{0,40}\[([^\]]{1,400})\]'
)
_TEXT = re.compile(r'"([^"]{0,300})"')
_IMAGES = ("image", "image_uri", "image_identifier", "docker_image_name")
_SCHEDULES = ("schedule", "schedule_expression")


class Resource(Struct):
    """One block: its type and name, its first line, and the values that are written in it."""

    type: str
    name: str
    line: int
    values: dict[str, tuple[str, int]] = field(default_factory=dict)
    lists: list[tuple[tuple[str, ...], int]] = field(default_factory=list)

    def value(self, *keys: str) -> tuple[str, int]:
        """The first of these values that is there, with its line."""
        return next((self.values[k] for k in keys if k in self.values), ("", 0))


def services(path: str, content: bytes) -> Iterator[Service]:
    """The services of one file."""
    for resource in resources(content.decode("utf-8", "replace")):
        if service := _service(path, resource):
            yield service


def resources(text: str) -> Iterator[Resource]:
    """The blocks of resources, each until its braces are closed; comments are passed over."""
    current: Resource | None = None
    depth = 0
    for number, raw in enumerate(text.split("\n"), 1):
        row = raw[:LONGEST_LINE]
        if row.lstrip().startswith(("#", "//")):
            continue
        if current is None:
            if found := _BLOCK.match(row):
                current, depth = Resource(found[1], found[2], number), 0
            else:
                continue
        else:
            _take(current, row, number)
        bare = _TEXT.sub("", row)
        depth += bare.count("{") - bare.count("}")
        if depth <= 0:
            yield current
            current = None


def _take(resource: Resource, row: str, number: int) -> None:
    if found := _VALUE.match(row):
        resource.values.setdefault(found[1], (found[2], number))
    elif found := _LIST.match(row):
        resource.lists.append((tuple(_TEXT.findall(found[2])), number))


def _service(path: str, resource: Resource) -> Service | None:
    kind = _kind(resource)
    if not kind:
        return None
    image, image_line = resource.value(*_IMAGES)
    handler, _ = resource.value("handler", "entry_point")
    schedule, schedule_line = resource.value(*_SCHEDULES)
    words = tuple(w for some, _ in resource.lists for w in some)
    return Service(
        path,
        image_line or resource.line,
        kind,
        resource.name,
        image=image,
        entry=_entry(path, words, resource),
        schedule=schedule,
        schedule_line=schedule_line,
        sources=(f"{handler.rpartition('.')[0]}.py",) if "." in handler else (),
        published=resource.value("package_type")[0] == "Image",
    )


def _kind(resource: Resource) -> str:
    written, _ = resource.value("type")
    if resource.type in MONITORS:
        return "monitor"
    if resource.type in ENDPOINTS or any(part in written for part in ENDPOINT_KINDS):
        return "managed"
    if resource.type in FUNCTIONS:
        return "serverless"
    return resource.type if resource.type in PROGRAMS else ""


def _entry(path: str, words: tuple[str, ...], resource: Resource) -> tuple[Command, ...]:
    if not words:
        return ()
    line = resource.lists[0][1]
    return tuple(replace(c, path=path, line=line) for c in unwrapped(words))
