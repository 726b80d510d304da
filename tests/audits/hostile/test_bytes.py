"""Whatever bytes a file has, every collector gives a part or says that it cannot be read."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audits.collectors.collecting import Collector, Unreadable
from audits.collectors.gathering import stock
from audits.facts.tree import File

EXAMPLES = 200
NAMES = (
    "a.py", "b.ipynb", ".github/workflows/c.yml", "dvc.yaml", "dvc.lock", "d.dvc", "Dockerfile",
    "e.sh", "Makefile", "justfile", "requirements.txt", "pyproject.toml", "setup.py", "setup.cfg",
    "tox.ini", "package.json", "package-lock.json", "poetry.lock", "uv.lock", "yarn.lock",
    "pnpm-lock.yaml", "Pipfile", "Pipfile.lock", "environment.yml", "Cargo.toml", "go.mod",
    "DESCRIPTION", "renv.lock", "Project.toml", "f.js", "g.ts", "h.r", "i.jl", "j.java", "k.go",
    "l.rs", "m.cs", "n.scala", "o.rmd", "Jenkinsfile", ".gitlab-ci.yml", "azure-pipelines.yml",
    ".circleci/config.yml", "bitbucket-pipelines.yml", ".buildkite/pipeline.yml", "compose.yaml",
    "k8s/p.yaml", "q.tf", "crontab", "schedule.json", "Procfile", "MLproject", "taskfile.yml",
    "noxfile.py", "tasks.py", "README.md", "r.rst", "config.json", "adapter_config.json",
    "s.safetensors", "t.gguf", "u.pkl", "v.onnx", ".env", "w.csv", ".gitattributes", "LICENSE",
    "Snakefile", "main.nf", "x.lock", "pixi.toml", "y.toml", "promptfooconfig.yaml",
    "vendor/z/LICENSE",
)  # fmt: skip
WORDS = (
    b"import ", b"def f():\n ", b"class A:\n ", b"lambda ", b"f'{",
    b"(", b")", b"[", b"]", b"{", b"}",
    b"\n", b"\t", b" ", b":", b"=", b'"', b"'", b"'''", b"\\", b"#", b"<<", b"EOF", b"&a ", b"*a",
    b"!!python/object ", b"- ", b"? ", b"| ", b"> ", b"---\n", b"...\n", b"<<: ", b"on: push\n",
    b"jobs:\n", b"steps:\n", b"run: ", b"uses: ./", b"stages:\n", b"cmd: ", b"deps:\n", b"outs:\n",
    b"FROM ", b"RUN ", b"COPY ", b"CMD [", b"ENTRYPOINT ", b"$(", b"${", b"`", b"&&", b"||", b"|",
    b"[project]\n", b"[[package]]\n", b"dependencies", b"a.b.c", b"==1.0", b" @ git+https://x/y@",
    b'{"cells": [', b'{"cell_type": "code", "source": [', b'"execution_count": ', b"null", b"1e999",
    b"\\ud800", b"\\u0000", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3\xa9", b"\xe2\x80\xae",
    b"version https://git-lfs.github.com/spec/v1\n", b"password=", b"AKIA", b"-----BEGIN ",
    b"accuracy", b" < 0.9", b"assert ", b"raise X\n", b"if ", b"else:\n", b"cron: ", b"schedule: ",
    b"* * * * * ", b"with:\n", b"!reference [", b"extends: ", b"include:\n", b"kind: Deployment\n",
    b"services:\n", b"containers:\n", b"metadata:\n", b"9" * 5000, b"0x" + b"f" * 5000, b"<!--",
    b"# ", b"```{r}\n", b"match x:\n case ", b"async ", b"await ", b"yield ", b"*", b"**", b"@",
)  # fmt: skip
BYTES = st.one_of(
    st.binary(max_size=300),
    st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=4)), max_size=60).map(b"".join),
    st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")),
)
PAIRS = [
    (name, collector)
    for name in NAMES
    for collector in stock().collectors
    if collector.wants(File(name, 100, "0" * 40))
]


def test_every_collector_is_tried_on_some_name() -> None:
    assert {c.fact for _, c in PAIRS} == {c.fact for c in stock().collectors}


@pytest.mark.parametrize("name", sorted({name for name, _ in PAIRS}))
def test_any_bytes_give_a_part_or_a_reason(name: str) -> None:
    readers = [collector for wanted, collector in PAIRS if wanted == name]
    _tried(name, readers)()


def _tried(name: str, readers: list[Collector[Any, Any]]) -> Callable[[], None]:
    @settings(
        max_examples=EXAMPLES, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(BYTES)
    def tried(content: bytes) -> None:
        for collector in readers:
            said = _reason(collector, name, content)
            assert said.isprintable()
            assert len(said) < 200

    return tried


def _reason(collector: Collector[Any, Any], name: str, content: bytes) -> str:
    try:
        collector.read(name, content)
    except Unreadable as reason:
        return str(reason)
    return ""
