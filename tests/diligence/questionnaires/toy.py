"""A small template for tests, and a way to read a variation of it."""

from diligence.questionnaires.loader import parse_template
from diligence.questionnaires.schema import Template

HEAD = """\
slug: toy
version: 1
title: Toy
summary: For tests.
minutes: 5
sections:
  - id: one
    title: One
    questions:
"""


def question(question_id: str, kind: str = "yes-no", extra: str = "") -> str:
    """One question as YAML, indented for HEAD; `extra` holds further lines, unindented."""
    lines = [f"- id: {question_id}", f"  type: {kind}", "  text: Really?", "  why: To test."]
    lines += [f"  {line}" for line in extra.splitlines()]
    return "".join(f"      {line}\n" for line in lines)


def text_of(*questions: str) -> str:
    """A whole template as text."""
    return HEAD + "".join(questions)


def toy(*questions: str) -> Template:
    """A whole template, read."""
    return parse_template(text_of(*questions), "toy.v1.yaml")


OPTIONS = "options: [{id: a, label: Ay}, {id: b, label: Bee}, {id: c, label: See}]\n"
