"""Every node of a tree is met once, and nothing that is none."""

import ast
from pathlib import Path

import pytest

from audits.collectors.languages import walking

MATCHES = """\
match x:
    case True | None:
        pass
    case {'a': [1, *_], **rest}:
        y = 1j
"""
ITSELF = Path(walking.__file__).read_text("utf-8")


@pytest.mark.parametrize("text", [MATCHES, ITSELF])
def test_the_same_nodes_are_met_as_by_the_standard_library(text: str) -> None:
    tree = ast.parse(text)
    without = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)
    wanted = [node for node in ast.walk(tree) if not isinstance(node, without)]
    assert [node for node in walking.walk(tree) if not isinstance(node, without)] == wanted
