"""Times whole audits against ripgrep over the same trees, and a second audit after a small change.

    python -m tests.benchmarks.audits [--rounds 3] REPOSITORY [REPOSITORY …]

Each repository is a git directory or work tree. Proofroom (with two processes) reads its objects;
ripgrep searches a checkout of the same commit in a scratch folder with three hundred patterns and
two threads. Both run in turn, round by round, each as a whole process; the ratio is the median of
the rounds' ratios. Ripgrep sees one tree, an audit the whole history as well: the ratio of the tree
leaves the stage that reads the history out. On a machine that does other things too, only the
ratio of processor seconds means much. Memory is the largest sum of the proportional pages of
the audit's processes, sampled. A second table has the seconds of each stage, first and second time.
With `--synthetic FILES` a repository of so many files, modules of Python, is made and measured too.
"""

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Event, Thread

from tests.benchmarks.patterns import patterns

CHANGED = 100
"""One file in so many is changed before the second audit."""

SAMPLE_SECONDS = 0.05
HEAD = ("repository", "files", "MB", "audit s", "rg s", "ratio", "tree ratio", "cpu s", "rg cpu s",
        "cpu ratio", "MB most", "first cpu s", "again cpu s", "again/first")  # fmt: skip
STAGES = ("open", "read", "history", "judge", "cite")


@dataclass
class Run:
    """One process: seconds on the clock and of the processors, and the most memory it had."""

    seconds: float = 0.0
    processor: float = 0.0
    memory: int = 0
    stages: dict[str, float] = field(default_factory=dict)

    @property
    def of_the_tree(self) -> float:
        """Seconds without the history."""
        return self.seconds - self.stages.get("history", 0.0)


@dataclass
class Row:
    """What was measured of one repository."""

    name: str
    files: int = 0
    size: float = 0.0
    audits: list[Run] = field(default_factory=list)
    searches: list[Run] = field(default_factory=list)
    first: list[Run] = field(default_factory=list)
    again: list[Run] = field(default_factory=list)

    def cells(self) -> tuple[str, ...]:
        """The row as it is printed."""
        pairs = list(zip(self.audits, self.searches, strict=True))
        cold, warm = (median(r.processor for r in runs) for runs in (self.first, self.again))
        return (
            self.name,
            f"{self.files:,}",
            f"{self.size:,.0f}",
            f"{median(r.seconds for r in self.audits):.2f}",
            f"{median(r.seconds for r in self.searches):.2f}",
            f"{median(a.seconds / s.seconds for a, s in pairs):.1f}",
            f"{median(a.of_the_tree / s.seconds for a, s in pairs):.1f}",
            f"{median(r.processor for r in self.audits):.2f}",
            f"{median(r.processor for r in self.searches):.2f}",
            f"{median(a.processor / s.processor for a, s in pairs):.1f}",
            f"{max(r.memory for r in self.audits) / 1e6:.0f}",
            f"{cold:.2f}",
            f"{warm:.2f}",
            f"{100 * warm / cold:.0f} %",
        )

    def stages(self, runs: list[Run], which: str) -> tuple[str, ...]:
        """A row of the second table."""
        times = [median(r.stages.get(stage, 0.0) for r in runs) for stage in STAGES]
        rest = median(r.seconds for r in runs) - sum(times)
        return (self.name, which, *(f"{t:.2f}" for t in times), f"{rest:.2f}")


def timed(command: list[str], **environment: str) -> Run:
    """Runs a command to its end."""
    run, over = Run(), Event()
    before, began = os.times(), time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, env={**os.environ, **environment}
    ) as process:
        watch = Thread(target=_watch, args=(process.pid, run, over))
        watch.start()
        code = process.wait()
        run.seconds = time.perf_counter() - began
        over.set()
        watch.join()
    after = os.times()
    run.processor = (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )
    if code not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {code}")
    return run


def _watch(pid: int, run: Run, over: Event) -> None:
    """What two looks in a row show: before it runs a program a child shows its parent's memory."""
    before = 0
    while not over.wait(SAMPLE_SECONDS):
        now = sum(_resident(each) for each in _family(pid))
        run.memory, before = max(run.memory, min(before, now)), now


def _family(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        with suppress(OSError):  # it may end meanwhile
            for task in Path(f"/proc/{found[-1]}/task").glob("*/children"):
                waiting += [int(word) for word in task.read_text().split()]
    return found


def _resident(pid: int) -> int:
    """Proportional pages, so that what forked processes share counts once."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(r.split()[1]) * 1024 for r in rows if r.startswith("Pss:")), 0)


def _git(repository: Path, *arguments: str, content: bytes = b"") -> bytes:
    done = subprocess.run(
        ["git", "-C", str(repository), *arguments], check=True, capture_output=True, input=content,
    )  # fmt: skip
    return done.stdout


def checkout(repository: Path, folder: Path) -> Path:
    """The files of HEAD, for ripgrep."""
    folder.mkdir()
    with subprocess.Popen(
        ["git", "-C", str(repository), "archive", "HEAD"], stdout=subprocess.PIPE
    ) as process, tarfile.open(fileobj=process.stdout, mode="r|") as archive:  # fmt: skip
        archive.extractall(folder, filter="data")
    return folder


def changed(repository: Path, folder: Path) -> Path:
    """A clone with one more commit, in which one text file in a hundred got a further line."""
    _git(repository, "clone", "--quiet", "--local", "--no-checkout", ".", str(folder))
    packed = _git(folder, "ls-tree", "-r", "HEAD").decode().splitlines()
    _git(folder, "read-tree", "HEAD")
    entries = []
    for row in packed[::CHANGED]:
        mode, kind, rest = row.split(" ", 2)
        oid, path = rest.split("\t", 1)
        if kind != "blob" or mode == "120000" or path.startswith('"'):
            continue
        content = _git(folder, "cat-file", "blob", oid)
        new = _git(folder, "hash-object", "-w", "--stdin", content=content + b"\n")
        entries.append(mode.encode() + b" " + new.strip() + b"\t" + path.encode() + b"\n")
    _git(folder, "update-index", "--index-info", content=b"".join(entries))
    who = ("-c", "user.name=x@example.com", "-c", "user.email=x@example.com")
    _git(folder, *who, "commit", "--quiet", "-m", "A small change")
    return folder


def audit(repository: Path, output: Path, *more: str) -> list[str]:
    """The command of an audit."""
    return [sys.executable, "-m", "diligence.config.cli", "audit", str(repository), "--format",
            "json", "--output", str(output), *more]  # fmt: skip


def audited(repository: Path, output: Path, *more: str) -> Run:
    """An audit with two processes, timed, with what it says of its stages.

    Modules are compiled once and stay so, as where Proofroom is installed.
    """
    run = timed(
        audit(repository, output, *more), PROOFROOM_PROCESSES="2", PYTHONDONTWRITEBYTECODE=""
    )
    run.stages = json.loads(output.read_text())["timings"]
    return run


def synthetic(folder: Path, files: int, dense: int = 1) -> Path:
    """A bare repository of so many files; each `dense`th is a module of Python, no two alike.

    The others are short, of four kinds. Forty more commits change a two-hundredth of the files.
    """
    _git(folder.parent, "init", "--quiet", "--bare", str(folder))
    with subprocess.Popen(
        ["git", "-C", str(folder), "fast-import", "--quiet"], stdin=subprocess.PIPE
    ) as process:
        if process.stdin is None:
            raise RuntimeError("git was started without a pipe")
        for number in range(41):
            process.stdin.write(
                b"commit HEAD\ncommitter A <a@example.com> %d +0000\ndata 1\n.\n"
                % (1_700_000_000 + 3_600 * number)
            )
            for at in range(number, files, 200 if number else 1):
                path, text = _synthetic_file(at, dense)
                content = f"{text}# {number}\n".encode()
                head = f"M 100644 inline {path}\ndata {len(content)}\n"
                process.stdin.write(head.encode() + content + b"\n")
    if process.returncode:
        raise SystemExit("git could not make the repository")
    return folder


def _synthetic_file(number: int, dense: int) -> tuple[str, str]:
    folder = f"part{number // 500}"
    if number % dense == 0:
        return f"{folder}/module{number}.py", "import torch\nfrom torch import nn\n\n" + "".join(
            f"class Net{number}_{n}(nn.Module):\n    def forward_{n}(self, x):\n        y{n} = "
            f"self.layer_{number}_{n}(x, scale={n}, name='n{number}_{n}')\n"
            f"        return torch.relu(y{n})\n\n" for n in range(4)
        )  # fmt: skip
    ending, text = (("py", "import numpy\n"), ("js", "const one = sum(1);\n"),
                    ("txt", "some words\n"), ("csv", "a,b\n1,2\n"))[number % 4]  # fmt: skip
    return f"{folder}/short{number}.{ending}", text


def measured(repository: Path, rounds: int, scratch: Path) -> Row:
    """Everything about one repository."""
    tree, listed = checkout(repository, scratch / "tree"), scratch / "patterns"
    listed.write_text("\n".join(patterns()) + "\n")
    other = changed(repository, scratch / "changed")
    output, cache = scratch / "out.json", scratch / "cache"
    search = [
        "rg",
        "-j2",
        "-c",
        "--no-unicode",
        "--hidden",
        "--no-ignore",
        "-f",
        str(listed),
        str(tree),
    ]
    row = Row(repository.parent.name if repository.name == "repo" else repository.name)
    timed(search)
    for number in range(rounds):
        row.audits.append(audited(repository, output))
        row.searches.append(timed(search))
        kept = str(cache / str(number))
        # What is kept of a folder's history is taken for that folder alone.
        row.first.append(audited(other, output, "--cache", kept, "--rev", "HEAD~1"))
        row.again.append(audited(other, output, "--cache", kept))
    source = json.loads(output.read_text())["source"]
    row.files, row.size = source["files"], source["bytes"] / 1e6
    return row


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repositories", nargs="*", type=Path)
    parser.add_argument("--synthetic", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="proofroom-benchmark-") as made:
        repositories = list(options.repositories)
        if options.synthetic:
            repositories.append(synthetic(Path(made) / "synthetic", options.synthetic))
        for repository in repositories:
            with tempfile.TemporaryDirectory(prefix="proofroom-benchmark-") as scratch:
                rows.append(measured(repository.resolve(), options.rounds, Path(scratch)))
    _print([HEAD, *(row.cells() for row in rows)])
    _print([
        ("stages, s", "audit", *STAGES, "start and end"),
        *(row.stages(runs, which) for row in rows
          for runs, which in ((row.first, "first"), (row.again, "again"))),
    ])  # fmt: skip
    sys.stdout.write(f"load of the machine: {os.getloadavg()[0]:.1f}\n")


def _print(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        sys.stdout.write("  ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)) + "\n")


if __name__ == "__main__":
    main()
