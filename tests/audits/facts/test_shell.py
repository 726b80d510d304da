"""Shell text as commands."""

import time

import pytest

from audits.facts.shell import Command, commands_in
from audits.facts.shell_variables import with_arguments


def read(text: str, *, stops: bool = True) -> tuple[Command, ...]:
    return commands_in([(t, n) for n, t in enumerate(text.split("\n"), 1)], stops=stops)


def words(text: str) -> list[str]:
    return [c.text for c in read(text)]


@pytest.mark.parametrize(
    "text",
    ["# pytest", "cat <<EOF\npytest\nEOF", 'echo "a\npytest b"', "x='pytest'", "[ -f pytest ]"],
)
def test_comments_documents_strings_and_tests_run_nothing(text: str) -> None:
    assert "pytest" not in {c.program for c in read(text)}


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("sudo -E env A=1 pytest -q", "pytest -q"),
        ("poetry run python -m pytest", "python -m pytest"),
        ("docker run --rm -v a:b image:1 python x.py", "python x.py"),
        ("docker run -t --hostname here $OPTS image python x.py", "python x.py"),
        ("docker run --rm -t image:1 python x.py", "python x.py"),
        ("bash -lc 'pytest -x'", "pytest -x"),
        ("A=1 B='2 3' pytest", "pytest"),
        ("conda run -n env pytest", "pytest"),
        ("x.py \\\n  --a 1", "x.py --a 1"),
        ("pytest > out 2>&1", "pytest"),
        ("if ! pytest; then exit 1; fi", "pytest"),
        ('R="$(python eval.py)"', "python eval.py"),
        ("python x.py ${{ a || b }}", "python x.py ${{ a || b }}"),
        ("T=tests/unit\npytest $T", "pytest tests/unit"),
        ("pytest ${T:-tests}", "pytest tests"),
        ("C='python a.py'\n$C --b", "python a.py --b"),
        ("D=$(date)\npython $D", "python $D"),
        ("export T=tests\npytest $T", "pytest tests"),
        ("for t in a b; do pytest $t; done", "pytest b"),
        ("T=tests\nT=$(pick)\npytest $T", "pytest $T"),
    ],
)
def test_wrappers_and_assignments_are_taken_off(text: str, command: str) -> None:
    assert command in words(text)


@pytest.mark.parametrize("text", ["pytest || true", "pytest || echo no", "set +e\npytest\nls"])
def test_a_failure_that_does_not_stop_is_forgiven(text: str) -> None:
    assert read(text)[0].forgiven


@pytest.mark.parametrize(
    "text", ["pytest", "pytest || exit 1", "pytest || { echo no; exit 1; }", "pytest && ls"]
)
def test_a_failure_that_stops_is_not(text: str) -> None:
    assert not read(text)[0].forgiven


def test_without_stopping_only_the_last_command_gives_the_status() -> None:
    assert [c.forgiven for c in read("pytest\nls", stops=False)] == [True, False]


def test_the_folder_follows_cd() -> None:
    assert read("cd api/../web && npm test")[0].folder == "web"


@pytest.mark.parametrize(
    "text",
    [
        *("'\n" * 50_000, "$(" * 100_000, "`" * 100_000, "a\\\n" * 50_000, "((" * 50_000),
        *("<<A " * 20_000, '"$(' * 50_000, "sudo " * 50_000, "bash -c 'bash -c a'\n" * 2_000),
    ],
)
def test_hostile_text_takes_time_in_proportion(text: str) -> None:
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (
            'H="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\npython "$H/a.py"',
            "python ci/run/a.py",
        ),
        ('R=$(cd "$(dirname "$0")/../.." && pwd)\ncd "$R"\npython a.py', "python a.py"),
        ('bash "$(dirname "$0")/b.sh"', "bash ci/run/b.sh"),
        ('H=`dirname "$0"`\nbash $H/b.sh', "bash ci/run/b.sh"),
        ("pushd `dirname $0`/../.. &>/dev/null\npython a.py", "python a.py"),
        ('bash "${BASH_SOURCE%/*}dirname"', "bash ${BASH_SOURCE%/*}dirname"),
        ("bash dirname$(x $0", "bash dirname$(x $0"),
    ],
)
def test_the_folder_that_a_script_stands_in_is_written_out(text: str, command: str) -> None:
    lines = [(t, n) for n, t in enumerate(text.split("\n"), 1)]
    found = {c.text: c.folder for c in commands_in(lines, path="ci/run/all.sh")}
    assert found[command] == ""


@pytest.mark.parametrize(
    ("words", "given", "expected"),
    [
        (("python", "$1"), ("a.py", "b"), ("python", "a.py")),
        (("python", "${1:-x.py}"), (), ("python", "x.py")),
        (("python", "$2"), ("a.py",), ("python", "$2")),
        (("$@",), ("python", "a.py"), ("python", "a.py")),
        (("python", "a.py", "${@:2}"), ("x", "--y"), ("python", "a.py", "--y")),
        (("awk", "{print $10}"), ("x",), ("awk", "{print $10}")),
    ],
)
def test_arguments_stand_where_the_script_puts_them(
    words: tuple[str, ...], given: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert with_arguments(words, given) == expected


def test_a_script_that_sets_many_variables_is_read_in_one_pass() -> None:
    text = "\n".join(f"A{n}=$A{n - 1}$A{n - 1}x" for n in range(1, 20_000))
    began = time.process_time()
    read(text + "\npytest $A19999")
    assert time.process_time() - began < 5
