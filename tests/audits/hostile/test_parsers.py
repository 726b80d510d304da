"""Foreign text meets a parser only where its bounds are kept, and nothing that could run it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3] / "audits"
PARSERS = {"ast.parse", "ast.literal_eval", "json.load", "json.loads", "tomllib.load",
           "tomllib.loads", "yaml.load", "yaml.safe_load", "yaml.parse", "yaml.compose",
           "configparser.ConfigParser", "configparser.RawConfigParser"}  # fmt: skip
NEVER = {"eval", "exec", "compile", "__import__", "pickle.load", "pickle.loads", "marshal.load",
         "marshal.loads", "shelve.open", "os.system", "os.popen", "runpy.run_path",
         "torch.load", "joblib.load", "numpy.load", "xml.etree.ElementTree.parse"}  # fmt: skip
BOUNDED = {"collectors/parsing.py", "collectors/yaml_nodes.py"}
OUR_OWN_WRITING = {"collectors/keeping.py"}
"""Read what this program wrote itself."""
PARTS = ("collectors", "facts", "checks", "sources")


def called() -> Iterator[tuple[str, str, int]]:
    for part in PARTS:
        for file in sorted((ROOT / part).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call):
                    yield ast.unparse(node.func), str(file.relative_to(ROOT)), node.lineno


def test_nothing_is_ever_run_or_unpickled() -> None:
    assert [place for name, *place in called() if name in NEVER] == []


def test_foreign_text_is_parsed_only_within_bounds() -> None:
    allowed = BOUNDED | OUR_OWN_WRITING
    assert [
        (name, path, line)
        for name, path, line in called()
        if name in PARSERS and path not in allowed
    ] == []


def test_the_bounded_parsers_are_where_they_are_looked_for() -> None:
    assert {path for name, path, _ in called() if name in PARSERS} >= BOUNDED
