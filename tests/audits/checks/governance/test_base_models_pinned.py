"""Whether models from a hub are fetched at a revision that cannot move."""

from tests.audits.examining import judged, verdict

PRACTICE = "base-models-pinned"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
HEAD = "from transformers import AutoModel, AutoTokenizer\n"


def fetch(*revisions: str) -> str:
    """A module that fetches a model per revision, the first on line 2."""
    calls = [
        f"m{n} = AutoModel.from_pretrained('acme/m{n}'" + (f", revision='{r}')" if r else ")")
        for n, r in enumerate(revisions)
    ]
    return HEAD + "\n".join(calls) + "\n"


def test_nothing_fetched_is_not_applicable() -> None:
    assert verdict(PRACTICE, {"a.py": "x = 1\n"}) == "n/a"
    assert verdict(PRACTICE, {"a.py": HEAD + "AutoModel.from_pretrained('./own')\n"}) == "n/a"
    assert verdict(PRACTICE, {"a.py": HEAD + "AutoTokenizer.from_pretrained('acme/m')\n"}) == "n/a"
    assert verdict(PRACTICE, {"examples/a.py": fetch("")}) == "n/a"


def test_a_name_alone_is_a_no_at_its_line() -> None:
    judgement = judged(PRACTICE, {"a.py": fetch("")})
    assert judgement.verdict.value == "no"
    assert (judgement.evidence[0].line, judgement.evidence[0].note) == (
        2, "fetches acme/m0 without a revision",
    )  # fmt: skip


def test_a_tag_or_some_commits_are_partly() -> None:
    assert verdict(PRACTICE, {"a.py": fetch("v1.0")}) == "partly"
    assert verdict(PRACTICE, {"a.py": fetch(COMMIT, "")}) == "partly"


def test_commits_throughout_are_a_yes() -> None:
    assert verdict(PRACTICE, {"a.py": fetch(COMMIT, COMMIT)}) == "yes"
