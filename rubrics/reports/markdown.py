"""A report as Markdown for a wiki or a ticket. No text of it becomes a link or markup."""

from collections.abc import Iterator, Mapping
from typing import Any

from audits.engine.markdown import code, plain
from diligence.lib.figures import figure
from rubrics.reports.frames import changes_in, freezing_in
from rubrics.reports.levels import disputed_in, level_in, scored_again_in
from rubrics.reports.plan import is_dismissed, plan_of

Data = Mapping[str, Any]


def report_markdown(data: Data) -> str:
    """The brief, the lenses and their criteria, claims, findings, the plan and the frame."""
    parts = (
        _head, _decision, _knock_outs, _lenses, _criteria, _claims, _findings, _plan, _frame,
        _hashes,
    )  # fmt: skip
    return "\n".join(line for part in parts for line in (*part(data), ""))


def _figure(value: float | None, digits: int = 1) -> str:
    return "unknown" if value is None else figure(value, digits)


def _head(data: Data) -> Iterator[str]:
    deal, head = data["deal"], data["rollup"]["headline"]
    mark, day = plain(str(data.get("mark") or data["number"])), plain(data["issued_at"][:10])
    yield f"# {plain(deal['startup'])}: diligence report {mark}"
    yield ""
    yield f"{plain(deal['name'])}, issued {day} by {plain(data['issued_by'])}"
    yield ""
    yield (
        f"**{_figure(head['score'])} of 100** ({plain(data['rollup']['notation'])}), interval "
        f"{_figure(head['low'])} to {_figure(head['high'])}, confidence "
        f"{plain(data['rollup']['confidence_word'])}, coverage {data['rollup']['coverage']:.0%}"
    )
    if not data["assessment"]["final"]:
        yield ""
        yield "Draft: the scorecard behind these figures had not been submitted."


def _decision(data: Data) -> Iterator[str]:
    for each in data.get("sign_offs", ())[:1]:
        yield "## Decision"
        yield ""
        yield (
            f"**{plain(each['decision_title'])}**, {plain(each['by'])}, {plain(each['at'][:10])}: "
            + plain(each["because"])
        )
        for n, condition in enumerate(each["conditions"], start=1):
            due = f" (by {plain(condition['due_on'])})" if condition["due_on"] else ""
            yield f"{n}. {plain(condition['text'])}{due}"


def _knock_outs(data: Data) -> Iterator[str]:
    yield "## Knock-outs"
    yield ""
    standing = [k for k in data["knock_outs"] if k["stands"]]
    for each in standing:
        yield (
            f"- **{plain(each['code'])} {plain(each['title'])}** ({plain(each['state'].lower())}): "
            + plain(each["because"])
        )
    if not standing:
        yield "None is suspected or confirmed."


def _lenses(data: Data) -> Iterator[str]:
    yield "## Lenses"
    yield ""
    yield "| Lens | Score of 4 | Interval | Expected | Coverage |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for lens in data["lenses"]:
        yield (
            f"| {plain(lens['title'])} | {_figure(lens['score'], 2)} | {_figure(lens['low'], 2)} "
            f"to {_figure(lens['high'], 2)} | {_figure(lens['target'])} "
            f"| {lens['coverage']:.0%} |"
        )


def _criteria(data: Data) -> Iterator[str]:
    for number, lens in enumerate(data["lenses"]):
        yield from ("",) if number else ()
        yield f"### {plain(lens['title'])}"
        yield ""
        for each in lens["criteria"]:
            yield from _criterion(each)


def _criterion(criterion: Data) -> Iterator[str]:
    graded = f", evidence {plain(criterion['grade'])}" if criterion["grade"] else ""
    yield (
        f"- **{plain(criterion['title'])}**: level {plain(level_in(criterion))}, "
        f"{criterion['target']} expected{graded}. "
        + plain(criterion["rationale"] or criterion["reason"])
    ).rstrip()
    if disputed := disputed_in(criterion):
        yield f"  - **Disputed.** {plain(disputed)}"
    for again in scored_again_in(criterion):
        yield f"  - **Scored again.** {plain(again)}"


def _claims(data: Data) -> Iterator[str]:
    yield "## Claims"
    yield ""
    for claim in data["claims"]:
        verdict, text = plain(claim["verdict_title"]), plain(claim["text"])
        yield f"- **{verdict}**: “{text}” {plain(claim['because'])}"
        if claim["rebuttal"]:
            yield f"  - The startup: {plain(claim['rebuttal']['text'])}"
    if not data["claims"]:
        yield "None was recorded."


def _findings(data: Data) -> Iterator[str]:
    yield "## Findings"
    yield ""
    for each in data["findings"]:
        if not is_dismissed(each):
            place = code(f"{each['path']}:{each['line']}", in_table=False)
            title = f"**{plain(each['severity'])}** {plain(each['title'])}"
            yield f"- {title} {place}: {plain(each['fix'])}"


def _plan(data: Data) -> Iterator[str]:
    for horizon in plan_of(data):
        if not horizon.is_empty:
            yield f"## Within {horizon.days} days"
            yield ""
            for each in (*horizon.findings, *horizon.gaps):
                yield f"- **{plain(each.title)}**: {plain(each.step)}"
            yield ""


def _frame(data: Data) -> Iterator[str]:
    yield "## Rubric and profile"
    yield ""
    if said := freezing_in(data):
        yield plain(said)
        yield ""
    changes = list(changes_in(data))
    for each in changes:
        yield f"{each.number}. **{plain('; '.join(each.differences))}**, " + plain(
            f"{each.at}, {each.by}: {each.because}"
        )
        yield f"   - Before: {plain(each.before)}"
        yield f"   - After: {plain(each.after)}"
    if not changes:
        yield "Nothing of it was changed since."


def _hashes(data: Data) -> Iterator[str]:
    yield "## Evidence"
    yield ""
    for item in data["evidence"]:
        sha256 = code(item["sha256"], in_table=False)
        yield f"- {plain(item['title'])}, version {item['version']}: {sha256}"
    if not data["evidence"]:
        yield "Nothing was handed in."
