"""Follows names across the files of one repository, once all of them are read.

A module may re-export what it imported (`from pkg.config import mlflow`), a function may return a
model that another file fits, a class may inherit `log_metrics` from a library's base. Each dotted
name is rewritten until it ends in a library, in a definition of this repository, or in nothing
known.
"""

import hashlib
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from msgspec import structs

from audits.collectors.languages.naming import module_of
from audits.collectors.packing import Link, PackedFile, link_bytes, surface_of
from audits.collectors.unread import UnreadFile
from audits.facts.code import Definition, Import, SourceFile
from audits.facts.tools.libraries import KNOWN_LIBRARIES

MOST_STEPS = 8
LONGEST_MODULE = 6
"""Dotted parts by which a file can be imported; deeper packages are found by their last ones."""

_LED_THROUGH = (".py", ".ipynb")
"""Endings of the files that a name can lead into."""

_SCRIPT_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte")


class Modules:
    """Which file an import brings in."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        self._index: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            if path.endswith(_LED_THROUGH):
                parts = module_of(path).split(".")
                for start in range(max(0, len(parts) - LONGEST_MODULE), len(parts)):
                    self._index.setdefault(".".join(parts[start:]), []).append(path)
                self._index.setdefault(".".join(parts), [path])
        self._chosen: dict[tuple[str, str], str | None] = {}
        self._firsts = frozenset(name.split(".", 1)[0] for name in self._index)

    def knows(self, dotted: str) -> bool:
        """Whether a name begins as that of any file does; hardly any library's does."""
        return dotted.partition(".")[0] in self._firsts

    def python(self, importer: str, dotted: str) -> tuple[str, str] | None:
        """The file that `dotted` lies in and the rest of the name within it, or None."""
        parts = dotted.split(".")
        if parts[0] not in self._firsts:
            return None
        for length in range(len(parts), 0, -1):
            name = ".".join(parts[:length])
            if name in self._index and (path := self._nearest(importer, name)):
                return path, ".".join(parts[length:])
        return None

    def _nearest(self, importer: str, name: str) -> str | None:
        if "." not in name and (name in KNOWN_LIBRARIES or name in sys.stdlib_module_names):
            return None
        here = importer.rsplit("/", 1)[0] if "/" in importer else ""
        key = (here, name)
        if key not in self._chosen:
            self._chosen[key] = self._chosen_for(here, name)
        return self._chosen[key]

    def _chosen_for(self, here: str, name: str) -> str | None:
        best: tuple[int, str] | None = None
        for path in self._index[name][:50]:
            root = _root_of(path, name)
            if not self._importable(root, here):
                continue
            nearness = (_shared(root, here), path)
            if best is None or nearness[0] > best[0]:
                best = nearness
        return best[1] if best else None

    def _importable(self, root: str, here: str) -> bool:
        above = not root or here == root or here.startswith(f"{root}/")
        return above or f"{root}/__init__.py" not in self._paths

    def script(self, importer: str, target: str) -> str | None:
        """The file of a JavaScript or TypeScript import by path, or by an alias such as `@/`."""
        if target.startswith("."):
            base = _joined(importer.rsplit("/", 1)[0] if "/" in importer else "", target)
            return self._script_at(base)
        if target.startswith(("@/", "~/", "src/")):
            rest = target.split("/", 1)[1] if target[0] in "@~" else target
            folders = importer.split("/")[:-1]
            for length in range(len(folders), -1, -1):
                base = "/".join([*folders[:length], rest])
                found = self._script_at(base) or self._script_at(
                    _joined(base, "").replace(rest, f"src/{rest}", 1)
                )
                if found:
                    return found
        return None

    def sourced(self, importer: str, target: str) -> str | None:
        """The R file of a `source(...)`: from the root, as such programs run, or from beside it."""
        if not target.lower().endswith((".r", ".rmd")):
            return None
        folder = importer.rsplit("/", 1)[0] if "/" in importer else ""
        guesses = (_joined("", target), _joined(folder, target))
        return next((g for g in guesses if g in self._paths), None)

    def _script_at(self, base: str) -> str | None:
        stem = base.removesuffix(".js")
        guesses = [
            base,
            *(f"{stem}{s}" for s in _SCRIPT_SUFFIXES),
            *(f"{base}/index{s}" for s in _SCRIPT_SUFFIXES),
        ]
        return next((g for g in guesses if g in self._paths), None)


def _root_of(path: str, name: str) -> str:
    stem = path.rsplit(".", 1)[0].removesuffix("/__init__")
    return stem[: len(stem) - len(name)].rstrip("/")


def _shared(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one.split("/"), other.split("/"), strict=False):
        if a != b or not a:
            break
        count += 1
    return count


def _joined(folder: str, relative: str) -> str:
    parts = folder.split("/") if folder else []
    for part in relative.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


Value = TypeVar("Value")


class _Made(dict[str, Value]):
    """Values by the paths of files, each made when it is first asked for."""

    def __init__(self, make: Callable[[str], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, path: str) -> Value:
        self[path] = value = self._make(path)
        return value


def _starred(exports: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The modules from which a file imports everything."""
    return tuple([module for local, module in exports if local.startswith("*")])


class Linker:
    """Rewrites the names of every file by what the other files say."""

    def __init__(self, files: Sequence[SourceFile]) -> None:
        # Not of this object, which would hold itself: no cyclic garbage is looked for meanwhile.
        named = {f.path: f for f in files}
        self._modules = Modules(named)
        self._exports = _Made(lambda path: dict(named[path].exports))
        self._definitions = _Made(lambda path: {d.name: d for d in named[path].definitions})
        self._stars = _Made(lambda path: _starred(named[path].exports))
        self._memo: dict[tuple[str, str], str] = {}

    def link(self, file: SourceFile) -> SourceFile:
        """The file with its imports aimed and its names resolved."""
        if isinstance(file, UnreadFile):
            return file.followed(self.link)
        if isinstance(file, PackedFile):
            return file.linked(link_bytes(self.link_of(file)))
        imports = tuple([self._aim(file, i) for i in file.imports])
        if file.language != "python":
            return _with(file, imports, file.definitions, {})
        definitions = tuple([self._definition(file.path, d) for d in file.definitions])
        names = {n: self.resolve(file.path, n) for n in file.names}
        return _with(file, imports, definitions, names)

    def link_of(self, file: PackedFile) -> Link:
        """What following its names makes of a packed file."""
        targets = tuple([self._target(file, i.module) for i in file.imports])
        aimed = targets if any(targets) else ()
        if file.language != "python":
            return aimed, (), ()
        names = ((n, name, self.resolve(file.path, name)) for n, name in enumerate(file.called))
        made = ((n, d, self._definition(file.path, d)) for n, d in enumerate(file.definitions))
        return (
            aimed,
            tuple([(n, new) for n, name, new in names if new != name]),
            tuple([(n, new.decorators, new.bases) for n, was, new in made if new is not was]),
        )

    def _aim(self, file: SourceFile, item: Import) -> Import:
        target = self._target(file, item.module)
        return structs.replace(item, target=target) if target else item

    def _target(self, file: SourceFile, module: str) -> str:
        """The other file of this repository that an import brings in, or ""."""
        if file.language == "python":
            found = self._modules.python(file.path, module)
            target = found[0] if found else ""
        elif file.language in ("javascript", "typescript"):
            target = self._modules.script(file.path, module) or ""
        elif file.language == "r":
            target = self._modules.sourced(file.path, module) or ""
        else:
            target = ""
        return target if target != file.path else ""

    def _definition(self, path: str, item: Definition) -> Definition:
        bases = tuple(self.resolve(path, b) for b in item.bases)
        decorators = tuple(self.resolve(path, d) for d in item.decorators)
        if bases == item.bases and decorators == item.decorators:
            return item
        return structs.replace(item, bases=bases, decorators=decorators)

    def resolve(self, path: str, name: str) -> str:
        """What a dotted name in a file finally stands for, whatever was asked before."""
        if name[:1] == ".":
            return name
        if not self._modules.knows(name) and ("." in name or not self._stars[path]):
            return name
        key = (path, name)
        if key not in self._memo:
            self._memo[key] = self._follow(path, name, frozenset((key,)))
        return self._memo[key]

    def _follow(self, path: str, name: str, begun: frozenset[tuple[str, str]]) -> str:
        for _ in range(MOST_STEPS):
            if name.startswith(".") or not name or ":" in name:
                return name
            found = self._modules.python(path, name)
            if found is None:
                return self._star(path, name, begun)
            path, rest = found
            after = self._within(path, rest)
            if after is None:
                return f"{path}:{rest}" if rest else path
            name = after
        return name

    def _star(self, path: str, name: str, begun: frozenset[tuple[str, str]]) -> str:
        """A bare name that a `from x import *` may have brought; files may do so in a circle."""
        if "." in name:
            return name
        for module in self._stars[path]:
            if found := self._modules.python(path, module):
                exports = self._exports[found[0]]
                if name in exports or name in self._definitions[found[0]]:
                    key = (path, f"{module}.{name}")
                    return key[1] if key in begun else self._follow(*key, begun | {key})
        return name

    def _within(self, path: str, rest: str) -> str | None:
        """What `rest` of a first-party module stands for elsewhere; None where it ends here."""
        parts = rest.split(".")
        exports, defined = self._exports[path], self._definitions[path]
        if rest in defined:
            return None
        for length in (1, 2):
            local = ".".join(parts[:length])
            if len(parts) >= length and (value := exports.get(local)):
                return ".".join([value, *parts[length:]])
        first = defined.get(parts[0])
        if first is None:
            return f".{parts[-1]}" if rest and len(parts) > 1 else None
        if len(parts) == 1:
            return None
        if first.kind == "function":
            return ".".join([first.returns, *parts[1:]]) if first.returns else f".{parts[-1]}"
        return self._member(path, first, parts)

    def _member(self, path: str, owner: Definition, parts: list[str]) -> str | None:
        method = self._definitions[path].get(".".join(parts[:2]))
        if method is not None:
            if len(parts) == 2 or method.kind == "class":
                return None
            known = method.returns and not method.returns.startswith(".")
            return ".".join([method.returns, *parts[2:]]) if known else f".{parts[-1]}"
        for base in owner.bases:
            if base.rsplit(".", 1)[-1] not in ("object", "ABC", owner.name):
                return ".".join([base, *parts[1:]])
        return f".{parts[-1]}"


def _with(
    file: SourceFile, imports: tuple[Import, ...], definitions: tuple[Definition, ...],
    names: Mapping[str, str],
) -> SourceFile:  # fmt: skip
    """The file with these imports and definitions, and other names for some that it calls."""
    calls = tuple(
        structs.replace(c, name=new) if (new := names.get(c.name, c.name)) != c.name else c
        for c in file.calls
    )
    return replace(file, imports=imports, calls=calls, definitions=definitions)


def surroundings(files: Iterable[SourceFile]) -> bytes:
    """A digest of all that following a file's names depends on beside the file itself.

    That is where the files of source lie, and of those that can be led through, their surfaces.
    """
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda f: f.path):
        digest.update(file.path.encode("utf-8", "surrogatepass") + b"\0")
        if file.path.endswith(_LED_THROUGH):
            digest.update(surface_of(file))
    return digest.digest()
