"""Results of suites that evaluate language models.

Those of promptfoo, lm-evaluation-harness, ragas and deepeval are read, each told by the keys that
its tool writes. A pass rate is given where cases pass or fail; tools that only score have their
mean, which is no pass rate.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from audits.artifacts.errors import ArtifactError
from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.reading import Given, Guess, Kind
from audits.engine.measured import rounded
from audits.facts.eval_results import EvalResults, Suite
from audits.facts.intervals import share

MOST_SUITES, MOST_CASES = 500, 500_000
NONE = "{} is of no tool that is read here: promptfoo, lm-evaluation-harness, ragas or deepeval."
RAGAS = frozenset({
    "faithfulness", "answer_relevancy", "answer_relevance", "context_precision", "context_recall",
    "answer_correctness", "answer_similarity", "context_entity_recall", "factual_correctness",
    "semantic_similarity", "noise_sensitivity", "context_relevancy", "harmfulness", "coherence",
    "llm_context_precision_with_reference", "response_relevancy",
})  # fmt: skip
Json = Mapping[str, Any]


def measure(given: Given) -> EvalResults:
    """The results of whichever tool wrote them."""
    document = Glimpse(given.path, given.name, given.path.stat().st_size).document
    for is_one, reader, _ in _READERS:
        if is_one(document):
            return reader(document)
    raise ArtifactError(NONE.format(given.name))


def recognise(glimpse: Glimpse) -> Guess | None:
    """By the keys of each tool."""
    document = glimpse.document
    for is_one, _, tool in _READERS:
        if is_one(document):
            return Guess("eval-results", 0.93, because=f"It has the keys of {tool}.")
    return None


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[Json]:
    return [v for v in value[:MOST_CASES] if isinstance(v, dict)] if isinstance(value, list) else []


def _date(value: Any) -> str | None:
    """ISO 8601 of a text or of seconds or milliseconds since 1970."""
    if isinstance(value, str) and value.strip():
        return value.strip()[:40]
    if isinstance(value, int | float) and 0 < value < 1e14:
        seconds = value / 1000 if value > 1e11 else value
        return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return None


def _results(
    tool: str, suites: Iterable[Suite], date: str | None, models: Iterable[Any]
) -> EvalResults:
    found = tuple(suites)[:MOST_SUITES]
    judged = [s for s in found if s.passed is not None]
    passed = sum(s.passed or 0 for s in judged)
    named = sorted({str(m)[:200] for m in models if m})
    return EvalResults(
        tool=tool,
        suites=found,
        cases=sum(s.cases for s in found),
        passed=passed if judged else None,
        pass_rate=share(passed, sum(s.cases for s in judged)) if judged else None,
        date=date,
        models=tuple(named[:50]),
    )


def _suite(name: str, passes: list[bool]) -> Suite:
    return Suite(name[:200], len(passes), sum(passes), share(sum(passes), len(passes)))


# promptfoo


def _is_promptfoo(data: Any) -> bool:
    inner = _object(_object(data).get("results"))
    return isinstance(inner.get("results"), list) and (
        "stats" in inner or "evalId" in _object(data)
    )


def _promptfoo(data: Json) -> EvalResults:
    inner = _object(data.get("results"))
    cases = _objects(inner.get("results"))
    by_name: defaultdict[str, list[bool]] = defaultdict(list)
    models = []
    for case in cases:
        prompt = _object(case.get("prompt"))
        by_name[str(case.get("description") or prompt.get("label") or "default")].append(
            case.get("success") is True
        )
        provider = case.get("provider")
        models.append(_object(provider).get("id") if isinstance(provider, dict) else provider)
    suites = [_suite(name, passes) for name, passes in sorted(by_name.items())]
    date = _date(inner.get("timestamp") or data.get("createdAt"))
    return _results("promptfoo", suites, date, models)


# lm-evaluation-harness


def _is_harness(data: Any) -> bool:
    results = _object(_object(data).get("results"))
    tasks = [v for v in results.values() if isinstance(v, dict)]
    known = bool(tasks) and any(
        k in data for k in ("config_general", "n-samples", "versions", "configs", "config")
    )
    return (
        bool(tasks)
        and known
        and any("_stderr" in str(k) or "," in str(k) for t in tasks for k in t)
    )


def _harness(data: Json) -> EvalResults:
    samples = _object(data.get("n-samples"))
    suites = []
    for name, task in sorted(_object(data.get("results")).items()):
        scores = [
            (str(k).partition(",")[0], float(v))
            for k, v in _object(task).items()
            if isinstance(v, int | float) and not isinstance(v, bool) and "stderr" not in str(k)
        ]
        if scores:
            count = _object(samples.get(name)).get("effective")
            metric, value = scores[0]
            cases = count if isinstance(count, int) else 0
            suites.append(Suite(str(name)[:200], cases, score=rounded(value), metric=metric[:60]))
    config = _object(data.get("config"))
    model = data.get("model_name") or config.get("model_args") or config.get("model")
    return _results("lm-evaluation-harness", suites, _date(data.get("date")), [model])


# ragas


def _ragas_rows(data: Any) -> list[Json]:
    if isinstance(data, dict):
        data = data.get("scores") or data.get("results") or [data]
    rows = _objects(data)
    return rows if rows and RAGAS & rows[0].keys() else []


def _ragas(data: Any) -> EvalResults:
    rows = _ragas_rows(data)
    suites = []
    for metric in sorted(RAGAS & {k for row in rows for k in row}):
        values = [
            float(v) for r in rows
            if isinstance(v := r.get(metric), int | float) and v == v
        ]  # fmt: skip
        if values:
            mean = rounded(sum(values) / len(values))
            suites.append(Suite(metric, len(values), score=mean, metric=metric))
    found = _results("ragas", suites, _date(_object(data).get("date")), [])
    return EvalResults(**{**found.__dict__, "cases": len(rows)})


# deepeval


def _deepeval_cases(data: Any) -> list[Json]:
    data = _object(data)
    for key in ("test_results", "testResults", "testCases", "test_cases"):
        cases = _objects(data.get(key))
        if cases and any(_metrics(c) for c in cases):
            return cases
    return []


def _metrics(case: Json) -> list[Json]:
    return _objects(case.get("metrics_data") or case.get("metricsData"))


def _deepeval(data: Json) -> EvalResults:
    cases = _deepeval_cases(data)
    by_metric: defaultdict[str, list[bool]] = defaultdict(list)
    models = []
    for case in cases:
        for metric in _metrics(case):
            by_metric[str(metric.get("name") or "?")].append(metric.get("success") is True)
            models.append(metric.get("evaluation_model") or metric.get("evaluationModel"))
    suites = [_suite(name, passes) for name, passes in sorted(by_metric.items())]
    date = _date(data.get("date") or data.get("created_at") or data.get("createdAt"))
    found = _results("deepeval", suites, date, models)
    passed = sum(_case_passed(case) for case in cases)
    whole = {"cases": len(cases), "passed": passed, "pass_rate": share(passed, len(cases))}
    return EvalResults(**{**found.__dict__, **whole})


def _case_passed(case: Json) -> bool:
    said = case.get("success")
    return said if isinstance(said, bool) else all(m.get("success") is True for m in _metrics(case))


_READERS: tuple[tuple[Callable[[Any], bool], Callable[[Any], EvalResults], str], ...] = (
    (_is_promptfoo, _promptfoo, "promptfoo"),
    (_is_harness, _harness, "lm-evaluation-harness"),
    (lambda d: bool(_deepeval_cases(d)), _deepeval, "deepeval"),
    (lambda d: bool(_ragas_rows(d)), _ragas, "ragas"),
)
KINDS = (Kind("eval-results", measure, recognise),)
