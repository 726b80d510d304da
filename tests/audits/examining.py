"""A tree of literal files, examined by the real collectors and one real check."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from audits.collectors.gathering import gather, stock
from audits.engine.registry import check_of
from audits.engine.runner import run_checks
from audits.engine.types import Judgement, Skipped
from audits.facts.identity import Identity
from audits.facts.tree import File, Tree

Fact = TypeVar("Fact")
Literal = Mapping[str, str | bytes]


@dataclass(frozen=True)
class Literals:
    """A source whose files are written in the test."""

    contents: Mapping[str, bytes]
    scattered: bool = True
    skipped: tuple[Skipped, ...] = ()

    @property
    def tree(self) -> Tree:
        """Its files."""
        files = [
            File(path, len(content), hashlib.sha1(content, usedforsecurity=False).hexdigest())
            for path, content in sorted(self.contents.items())
        ]
        return Tree(tuple(files))

    def read(self, files: Sequence[File]) -> Iterator[tuple[File, bytes | Skipped]]:
        """Their content."""
        for file in files:
            yield file, self.contents[file.path]


def facts_of(files: Literal) -> Mapping[type, object]:
    """Every fact of a tree."""
    contents = {p: t.encode() if isinstance(t, str) else t for p, t in files.items()}
    source = Literals(contents)
    return gather(source, stock(), file_bytes=1 << 26, notice=lambda *_: None).facts


def fact_of(kind: type[Fact], files: Literal) -> Fact:
    """One fact of a tree."""
    fact = facts_of(files)[kind]
    assert isinstance(fact, kind)
    return fact


def judged(practice: str, files: Literal) -> Judgement:
    """What a check says of a tree, the gates for ML and training applied."""
    facts = facts_of(files)
    gate = facts[Identity]
    assert isinstance(gate, Identity)
    return run_checks([check_of(practice)], facts, gate)[0].judgement


def verdict(practice: str, files: Literal) -> str:
    """The verdict alone."""
    return judged(practice, files).verdict.value


def places(practice: str, files: Literal) -> list[tuple[str, int]]:
    """Where the evidence stands."""
    return [(e.path, e.line) for e in judged(practice, files).evidence]


def notebook(*cells: tuple[int | None, str], language: str = "python") -> str:
    """A notebook with these code cells, written as Jupyter writes it."""
    document = {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": count,
                "metadata": {},
                "outputs": [],
                "source": source.splitlines(keepends=True),
            }
            for count, source in cells
        ],
        "metadata": {"kernelspec": {"language": language, "name": language}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1)


TRAINS = """\
from sklearn.linear_model import LogisticRegression

def train(x, y):
    model = LogisticRegression()
    model.fit(x, y)
    return model
"""
"""A module that trains a classical model on line 5."""

ASKS = """\
from openai import OpenAI

client = OpenAI()

def answer(question):
    return client.chat.completions.create(model="gpt-4o", messages=[question])
"""
"""A module that asks a hosted model on line 6."""
