"""Runs git so that neither a foreign repository nor the user's settings can steer it.

No configuration but ours, no hooks, no filters, no prompts, no network protocol unless named, and
no argument that could be taken for an option.
"""

import os
import resource
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic

from msgspec import Struct

from audits.sources.snapshot import SourceError

CONFIG = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.commitGraph": "false",
    "core.askPass": "",
    "core.bigFileThreshold": "64m",
    "core.deltaBaseCacheLimit": "32m",
    "core.packedGitLimit": "64m",
    "core.packedGitWindowSize": "16m",
    "core.pager": "cat",
    "credential.helper": "",
    "fetch.recurseSubmodules": "false",
    "fetch.writeCommitGraph": "false",
    "gc.auto": "0",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
    "transfer.bundleURI": "false",
}
Watch = Callable[[], None]
WATCH_SECONDS = 1.0
PASSED_ON = (
    "PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "HTTPS_PROXY", "https_proxy",
    "NO_PROXY", "no_proxy",
)  # fmt: skip


@dataclass(frozen=True)
class Git:
    """Git over one git directory of our own; `objects` may lie in a foreign repository.

    `protocol` is the only transport that may be used; `extra` is configuration that must not stand
    on a command line, such as a header with a token. `memory_bytes` is the address space of the
    process where it is bounded: what a crafted history expands to has no other end.
    """

    git_dir: Path
    objects: Path | None = None
    protocol: str = ""
    seconds: int = 900
    memory_bytes: int = 0
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

    def run(self, *arguments: str, watch: "Watch | None" = None) -> "Answer":
        """Runs one command to its end. Raises SourceError where it takes longer than allowed.

        `watch` is called once a second and may stop it by raising.
        """
        with TemporaryFile() as out, TemporaryFile() as err:
            process = subprocess.Popen(  # noqa: S603 - our own program and checked arguments
                [program(), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=self.environment(),
                cwd=self.git_dir,
            )
            try:
                self._bound(process)
                self._attend(process, watch)
            finally:
                process.kill()
                process.wait()
            out.seek(0)
            err.seek(0)
            said = err.read(64 * 1024).decode("utf-8", "replace")
            return Answer(process.returncode, out.read(), said)

    def _bound(self, process: "subprocess.Popen[bytes]") -> None:
        """Lets a process have no more memory than said; one that has ended already needs none."""
        if self.memory_bytes:
            with suppress(ProcessLookupError, PermissionError):
                _, hard = resource.prlimit(process.pid, resource.RLIMIT_AS)
                most = self.memory_bytes if hard < 0 else min(self.memory_bytes, hard)
                resource.prlimit(process.pid, resource.RLIMIT_AS, (most, most))

    def _attend(self, process: "subprocess.Popen[bytes]", watch: "Watch | None") -> None:
        """Waits for the end; what it writes goes to files, as a pipe could outlive it."""
        ends = monotonic() + self.seconds
        while True:
            try:
                process.wait(timeout=min(WATCH_SECONDS, self.seconds) if watch else self.seconds)
            except subprocess.TimeoutExpired:
                if monotonic() >= ends:
                    raise SourceError(took_too_long(self.seconds)) from None
                if watch is not None:
                    watch()
            else:
                return

    @contextmanager
    def talking(self, *arguments: str) -> "Iterator[subprocess.Popen[bytes]]":
        """A command to talk to; it is ended with the block or when its time is over."""
        process = subprocess.Popen(  # noqa: S603 - our own program and checked arguments
            [program(), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=self.environment(), cwd=self.git_dir,
        )  # fmt: skip
        watchdog = threading.Timer(self.seconds, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            self._bound(process)
            yield process
        finally:
            watchdog.cancel()
            process.kill()
            with suppress(OSError):
                for stream in (process.stdout, process.stdin):
                    if stream is not None:
                        stream.close()
            process.wait()


class Answer(Struct, frozen=True):
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
