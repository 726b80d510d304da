"""No file within its limit keeps a parser busy: the time grows with its size, not its square."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from audits.collectors.collecting import Unreadable
from audits.collectors.gathering import stock
from audits.facts.tree import File

SECONDS_PER_MEGABYTE = 40
"""Processor time; the slowest of our own parsers, that of shell, needs six, and eight where other
processes share the caches. What grows with the square of a file needs hundreds."""
LARGEST = 256 * 1024
PUMPED: dict[str, tuple[bytes, ...]] = {
    "Dockerfile": (b"RUN a && b\n", b"FROM a AS b\n", b"COPY a b\n", b"RUN <<A\n", b"ENV a=$a\n"),
    "a.py": (b"a\n", b"[a](b)\n", b"x = a.b(c=d)\n", b"def a():\n b\n", b"from a import *\n"),
    "a.sh": (b"a;", b"&a ", b"<<A\n", b"$(", b"if a; then\n", b"f() {\n", b"x=$x$x\n"),
    "Makefile": (b"a: a\n", b"a:\n\ta\n", b"x := $(x)$(x)\n", b"define a\n", b"ifeq (a,a)\n"),
    "main.tf": (b'resource "a" "b" {\n', b"a = [", b"${", b"<<A\n", b"/*", b'a = "${a}"\n'),
    "requirements.txt": (b"a==1\n", b"a @ https://x/y\n", b"-r x.txt\n", b"a[b,", b"a;\\\n"),
    "setup.cfg": (b"[a]\n", b"a = b\n", b" a\n", b"[options]\n", b"%(a)s"),
    "pyproject.toml": (b"[a]\n", b"[[a]]\n", b"a.b.c = 1\n", b"'''", b"x = ['a',\n"),
    "dvc.yaml": (b"- a\n", b"a: b\n", b"? a\n", b"password=", b"  a: *x\n", b"!!a "),
    ".gitlab-ci.yml": (b"a:\n  script: [b]\n", b"a: {extends: a}\n", b"- a; b && c\n"),
    "compose.yaml": (b"services:\n", b"a: &a\n", b"<<: *a\n", b"'a': [b]\n"),
    "Jenkinsfile": (b"stage('a') {\n", b"sh '''\n", b"}\n", b"sh 'a; b'\n"),
    "README.md": (b"# a\n", b"| a | b |\n", b"[a](b)\n", b"```\n", b"![a](", b"<!--"),
    "a.ts": (b"import{a}from'b';", b"require('a')", b"/*", b"`${", b"class A{", b"a=>"),
    "a.go": (b'import "a"\n', b"import (\n", b"func a() {\n", b"`", b"/*"),
    "a.r": (b"a<-function(x){", b"library(a)\n", b"a::b(c)\n", b"'", b"%>%"),
    "notes.txt": (b"password=", b"://a:b@", b"-----BEGIN PRIVATE KEY-----\n", b"eyJhbGciOiJ"),
    "poetry.lock": (b"[[package]]\nname = 'a'\nversion = '1'\n",),
    "yarn.lock": (b'a@1:\n  version "1"\n', b"a:\n", b'"a@'),
    "go.mod": (b"require a v1\n", b"require (\n", b"// a\n"),
}


def cases() -> Iterator[tuple[str, bytes]]:
    for name, pumps in PUMPED.items():
        yield from ((name, pump) for pump in pumps)


@pytest.mark.parametrize(("name", "pump"), list(cases()), ids=lambda value: str(value)[:30])
def test_no_repetition_keeps_a_parser_busy(name: str, pump: bytes) -> None:
    asked = 0
    for collector in stock().collectors:
        if collector.wants(File(name, LARGEST, "0" * 40)):
            content = (pump * (LARGEST // len(pump) + 1))[: min(LARGEST, collector.limit)]
            start = time.process_time()
            _tried(collector.read, name, content)
            spent = time.process_time() - start
            assert spent < SECONDS_PER_MEGABYTE * LARGEST / 1024**2, collector.fact.__name__
            asked += 1
    assert asked


def _tried(read: Callable[[str, bytes], object], name: str, content: bytes) -> None:
    with suppress(Unreadable):
        read(name, content)
