"""Runs git so that nothing in a foreign repository, and nothing in the user's settings, can steer it.

No configuration but ours, no hooks, no filters, no prompts, no network protocol unless named, and no
argument that could be taken for an option.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from audits.sources.snapshot import SourceError

CONFIG = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.commitGraph": "false",
    "core.askPass": "",
    "core.pager": "cat",
    "credential.helper": "",
    "fetch.recurseSubmodules": "false",
    "fetch.writeCommitGraph": "false",
    "gc.auto": "0",
    "http.followRedirects": "false",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
    "transfer.bundleURI": "false",
}
PASSED_ON = (
    "PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "HTTPS_PROXY", "https_proxy",
    "NO_PROXY", "no_proxy",
)  # fmt: skip


@dataclass(frozen=True)
class Git:
    """Git over one git directory of our own; `objects` may lie in a foreign repository.

    `protocol` is the only transport that may be used; `extra` is configuration that must not stand
    on a command line, such as a header with a token.
    """

    git_dir: Path
    objects: Path | None = None
    protocol: str = ""
    seconds: int = 900
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)

    def environment(self) -> dict[str, str]:
        """All that git sees of the world."""
        config = {**CONFIG, **self.extra}
        if self.protocol:
            config[f"protocol.{self.protocol}.allow"] = "always"
        env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        env |= {
            "HOME": str(self.git_dir),
            "LC_ALL": "C",
            "GIT_DIR": str(self.git_dir),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_ALLOW_PROTOCOL": self.protocol or "none",
            "GIT_PROTOCOL_FROM_USER": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "",
            "SSH_ASKPASS": "",
            "GIT_SSH_COMMAND": "false",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_FLUSH": "0",
            "GIT_CONFIG_COUNT": str(len(config)),
        }
        if self.objects is not None:
            env["GIT_OBJECT_DIRECTORY"] = str(self.objects)
        for number, (key, value) in enumerate(config.items()):
            env |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return env

    def run(self, *arguments: str, stdin: Path | None = None) -> "Answer":
        """Runs one command to its end. Raises SourceError where it takes longer than allowed."""
        command = [program(), *arguments]
        source = (stdin or Path(os.devnull)).open("rb")
        try:
            with source:
                done = subprocess.run(  # noqa: S603 - our own program and checked arguments
                    command, stdin=source, capture_output=True, env=self.environment(),
                    cwd=self.git_dir, timeout=self.seconds, check=False,
                )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise SourceError(took_too_long(self.seconds)) from None
        return Answer(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Starts a command to talk to."""
        return subprocess.Popen(  # noqa: S603 - our own program and checked arguments
            [program(), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=self.environment(), cwd=self.git_dir,
        )  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What a git command said."""

    code: int
    out: bytes
    err: str

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return self.code == 0

    @property
    def text(self) -> str:
        """Its output as one stripped string."""
        return self.out.decode("utf-8", "replace").strip()


def took_too_long(seconds: int) -> str:
    """The sentence for a git command that was stopped."""
    return (
        f"Reading this repository with git took longer than {seconds:,} seconds and was stopped; "
        "hand in a bundle of the one branch that matters."
    )


def program() -> str:
    """The path of git. Raises SourceError where it is not installed."""
    found = shutil.which("git")
    if found is None:
        raise SourceError("Git is not installed on this machine; install it and try again.")
    return found
