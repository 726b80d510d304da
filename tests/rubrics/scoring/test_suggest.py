"""A proposal never says more than the evidence, and silence proposes nothing."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from rubrics.scoring.suggest import (
    AuditFacts,
    ClaimFact,
    ModelFileFact,
    Pointer,
    PracticeFact,
    Suggestion,
    inputs_of,
    profile_of,
    scores_of_audit,
    suggest,
    suspicions,
)
from rubrics.scoring.types import GRADES, Profile
from tests.rubrics.scoring.cases import CLASSICAL, EVERYTHING, RUBRIC

PRACTICES = sorted({item.practice for c in RUBRIC.criteria for item in c.informed_by})
VERDICTS = ["yes", "partly", "no", "n/a", "unknown", "error"]


def fact(verdict: str, grade: str = "E3", because: str = "seen") -> PracticeFact:
    return PracticeFact(verdict, grade, because, evidence=(Pointer("a.py", 3),))


def claim(kind: str, verdict: str, grade: str = "E5", name: str = "c") -> ClaimFact:
    return ClaimFact(name, kind, verdict, grade, "as measured", (Pointer("log.csv", 7),))


def proposal(
    criterion: str, practices: Mapping[str, PracticeFact], *claims: ClaimFact
) -> Suggestion:
    return suggest(RUBRIC, EVERYTHING, practices, claims=claims)[criterion]


DOCUMENTS = ["data-rights-consent", "privacy-erasure", "risk-classification"]


@pytest.mark.parametrize("criterion", DOCUMENTS)
def test_what_only_documents_show_stays_unknown(criterion: str) -> None:
    nothing_there = {practice: fact("no") for practice in PRACTICES}
    found = proposal(criterion, nothing_there)
    assert found.level is None
    assert found.because.startswith("Nothing in a repository shows this")


@pytest.mark.parametrize(
    "criterion",
    [c.id for c in RUBRIC.criteria if c.doc and any(not i.is_context for i in c.informed_by)],
)
def test_a_document_missing_from_a_repository_proposes_nothing(criterion: str) -> None:
    nothing_there = {practice: fact("no") for practice in PRACTICES}
    found = proposal(criterion, nothing_there)
    assert found.level is None
    assert "proves nothing here" in found.because


@pytest.mark.parametrize("verdict", ["unknown", "error"])
def test_what_could_not_be_examined_proposes_nothing(verdict: str) -> None:
    for found in suggest(RUBRIC, EVERYTHING, {p: fact(verdict) for p in PRACTICES}).values():
        assert found.level is None, found


def test_without_any_fact_everything_is_unknown() -> None:
    found = suggest(RUBRIC, EVERYTHING, {})
    assert {item.level for item in found.values()} == {None}
    assert {item.grade for item in found.values()} == {"E0"}


def test_not_applicable_here_proposes_nothing() -> None:
    assert proposal("drift-detection", {"drift-detection": fact("n/a")}).level is None


def test_criteria_outside_the_profile_get_no_suggestion() -> None:
    assert "llm-eval-suite" not in suggest(RUBRIC, CLASSICAL, {"llm-evals": fact("yes")})


def test_an_absence_established_by_reading_the_code_proposes_zero() -> None:
    found = proposal("drift-detection", {"drift-detection": fact("no", "E0")})
    assert (found.level, found.grade) == (0, "E2")


def test_an_absence_beside_something_unexamined_proposes_nothing() -> None:
    practices = {"drift-detection": fact("no"), "model-monitoring": fact("unknown")}
    assert proposal("drift-detection", practices).level is None


@pytest.mark.parametrize(
    ("verdict", "grade", "level"),
    [
        ("yes", "E0", 1),
        ("yes", "E1", 1),
        ("yes", "E2", 2),
        ("yes", "E3", 2),
        ("yes", "E5", 2),
        ("partly", "E3", 1),
    ],
)
def test_the_grade_sets_a_ceiling(verdict: str, grade: str, level: int) -> None:
    found = proposal("data-versioning", {"data-versioning": fact(verdict, grade)})
    assert (found.level, found.grade) == (level, grade)
    assert found.informed_by == ("data-versioning",)


def test_a_ceiling_is_said_in_the_reason() -> None:
    found = proposal("data-versioning", {"data-versioning": fact("yes", "E1", "dvc declared")})
    assert found.because == (
        "data-versioning is yes (E1): dvc declared. E1 supports at most level 1."
    )


def test_where_any_sign_is_enough_the_best_one_speaks() -> None:
    practices = {"ci-performance-gate": fact("no"), "model-evaluation-code": fact("yes")}
    found = proposal("performance-gate", practices)
    assert found.level == 1
    assert found.because.startswith("model-evaluation-code is yes")


REBUILD = ("reproducible-env", "seeds-fixed", "training-code-outside-notebooks", "data-versioning")


def test_where_all_signs_are_needed_the_weakest_speaks() -> None:
    everything = {practice: fact("yes") for practice in REBUILD}
    assert proposal("training-reproducibility", everything).level == 2
    without_seeds = {**everything, "seeds-fixed": fact("no")}
    found = proposal("training-reproducibility", without_seeds)
    assert found.level == 1
    assert found.because.startswith("seeds-fixed is no")


@pytest.mark.parametrize("missing", REBUILD)
def test_where_all_signs_are_needed_an_unexamined_one_holds_at_one(missing: str) -> None:
    practices = {practice: fact("yes") for practice in REBUILD if practice != missing}
    found = proposal("training-reproducibility", practices)
    assert found.level == 1
    assert found.because.endswith(f"Not examined: {missing}.")


@pytest.mark.parametrize(
    ("verdict", "level"), [("yes", 0), ("partly", 1), ("no", 1), ("unknown", None)]
)
def test_committed_secrets_lower_and_a_clean_tree_says_little(
    verdict: str, level: int | None
) -> None:
    assert proposal("secrets-access", {"secrets-committed": fact(verdict)}).level == level


def test_a_hazard_caps_what_others_lift() -> None:
    practices = {
        "training-code-outside-notebooks": fact("yes"),
        "notebooks-out-of-order": fact("yes"),
    }
    found = proposal("notebook-to-pipeline", practices)
    assert found.level == 1
    assert found.because.startswith("notebooks-out-of-order is yes")
    tidy = {**practices, "notebooks-out-of-order": fact("no")}
    assert proposal("notebook-to-pipeline", tidy).level == 2


def test_a_thin_wrapper_has_no_share_of_its_own() -> None:
    assert proposal("proprietary-share", {"thin-llm-wrapper": fact("yes")}).level == 0
    assert proposal("proprietary-share", {"thin-llm-wrapper": fact("no")}).level is None


def test_a_contradicted_claim_caps_what_the_code_lifts() -> None:
    practices = {"prediction-logging-with-model-version": fact("yes")}
    assert proposal("prediction-traceability", practices).level == 2
    against = claim("traceability", "contradicted")
    assert proposal("prediction-traceability", practices, against).level == 1


@pytest.mark.parametrize(
    ("verdict", "level"), [("supported", 3), ("contradicted", 0), ("unsupported", None)]
)
def test_a_recomputed_figure_decides_the_replay(verdict: str, level: int | None) -> None:
    assert proposal("performance-claim-replay", {}, claim("metric", verdict)).level == level


def test_one_contradicted_figure_outweighs_a_supported_one() -> None:
    claims = [claim("metric", "supported", name="a"), claim("metric", "contradicted", name="b")]
    assert proposal("performance-claim-replay", {}, *claims).level == 0


@pytest.mark.parametrize(
    ("claims", "level"),
    [
        ([], None),
        ([claim("statement", "untestable")], None),
        ([claim("metric", "unsupported", "E0")], 1),
        ([claim("practice", "supported", "E3"), claim("metric", "unsupported", "E0")], 2),
        ([claim("practice", "supported", "E1"), claim("metric", "unsupported", "E0")], 1),
        ([claim("practice", "supported", "E3"), claim("metric", "supported")], 2),
        ([claim("metric", "supported"), claim("fairness", "supported", "E4")], 3),
        ([claim("metric", "supported"), claim("fairness", "contradicted")], 0),
    ],
)
def test_the_ledger_of_claims(claims: list[ClaimFact], level: int | None) -> None:
    assert proposal("claim-evidence-match", {}, *claims).level == level


FACTS = st.dictionaries(
    st.sampled_from(PRACTICES),
    st.builds(
        PracticeFact, st.sampled_from(VERDICTS), st.sampled_from(GRADES), st.just("seen"), st.none()
    ),
)
CLAIMS = st.lists(
    st.builds(
        ClaimFact,
        st.sampled_from("abc"),
        st.sampled_from(["metric", "traceability", "own-model", "fairness", "retraining-cadence"]),
        st.sampled_from(["supported", "contradicted", "unsupported"]),
        st.sampled_from(GRADES),
        st.just("measured"),
    ),
    max_size=4,
)


@settings(max_examples=80)
@given(FACTS, CLAIMS)
def test_no_proposal_is_above_three_or_above_its_grade(
    facts: dict[str, PracticeFact], claims: list[ClaimFact]
) -> None:
    for found in suggest(RUBRIC, EVERYTHING, facts, claims=claims).values():
        assert found.because
        assert found.level is None or 0 <= found.level <= 3
        if found.level == 3:
            assert found.grade in ("E4", "E5")


@settings(max_examples=80)
@given(FACTS, st.sampled_from(PRACTICES))
def test_not_being_able_to_look_never_raises_or_lowers_below_what_was_seen(
    facts: dict[str, PracticeFact], practice: str
) -> None:
    hidden = {**facts, practice: fact("unknown")}
    absent = {**facts, practice: fact("no")}
    hazard = {"secrets-committed", "unsafe-model-serialization"}
    for criterion, found in suggest(RUBRIC, EVERYTHING, hidden).items():
        informing = RUBRIC.criterion(criterion).informed_by
        if practice in hazard or not any(item.practice == practice for item in informing):
            continue
        other = suggest(RUBRIC, EVERYTHING, absent)[criterion]
        assert found.level != 0 or other.level == 0


def test_a_real_credential_raises_a_suspicion_and_a_default_one_does_not() -> None:
    assert suspicions(RUBRIC, CLASSICAL, {"secrets-committed": fact("partly")}) == ()
    [found] = suspicions(RUBRIC, CLASSICAL, {"secrets-committed": fact("yes", because="A key.")})
    assert (found.knock_out, found.evidence) == ("K7", (Pointer("a.py", 3),))
    assert found.because == "A key. Whether it is live is for the founder to say."


def test_an_own_pickle_raises_no_suspicion_and_dangerous_content_does() -> None:
    plain = ModelFileFact("m.pkl", unsafe=True)
    assert suspicions(RUBRIC, CLASSICAL, {}, model_files=[plain]) == ()
    clean = ModelFileFact("m.pkl", unsafe=False, unsafe_imports=("os",))
    assert suspicions(RUBRIC, CLASSICAL, {}, model_files=[clean]) == ()
    free = ModelFileFact("m.gguf", unsafe=False, licence="apache-2.0")
    assert suspicions(RUBRIC, CLASSICAL, {}, model_files=[free]) == ()
    bound = ModelFileFact("m.gguf", unsafe=False, licence="cc-by-nc-4.0")
    [found] = suspicions(RUBRIC, CLASSICAL, {}, model_files=[bound])
    assert (found.knock_out, found.evidence[0].path) == ("K4", "m.gguf")
    loaded = ModelFileFact("m.pkl", unsafe=True, unsafe_imports=("os.system",))
    [found] = suspicions(RUBRIC, CLASSICAL, {}, model_files=[loaded])
    assert (found.knock_out, found.evidence) == ("K8", (Pointer("m.pkl", 1, "os.system"),))


def test_an_unsupported_claim_raises_no_suspicion_and_contradicted_ones_raise_one() -> None:
    assert suspicions(RUBRIC, CLASSICAL, {}, claims=[claim("metric", "unsupported")]) == ()
    both = [claim("metric", "contradicted"), claim("own-model", "contradicted", name="own")]
    [found] = suspicions(RUBRIC, CLASSICAL, {}, claims=both)
    assert found.knock_out == "K1"
    assert found.because == "Contradicted by the evidence: c: as measured own: as measured"
    assert len(found.evidence) == 2


def test_a_missing_trace_is_a_knock_out_only_where_decisions_are_high_risk() -> None:
    practices = {"prediction-logging-with-model-version": fact("no")}
    risky = Profile(frozenset({"clf"}), frozenset({"hr"}), "seed")
    assert suspicions(RUBRIC, CLASSICAL, practices) == ()
    assert [item.knock_out for item in suspicions(RUBRIC, risky, practices)] == ["K6"]


@pytest.mark.parametrize(
    ("kind", "archetypes"),
    [
        ("classical", {"clf"}),
        ("llm-finetune", {"ft"}),
        ("llm-rag", {"rag"}),
        ("llm-api-wrapper", {"rag"}),
        ("none", set()),
        (None, {"clf", "ft", "rag"}),
    ],
)
def test_the_kind_of_product_sets_the_archetypes(kind: str | None, archetypes: set[str]) -> None:
    practices = {"ml-kind": PracticeFact("yes" if kind else "unknown", "E2", "seen", kind)}
    assert profile_of(practices, stage="seed").archetypes == archetypes


def test_suggestions_become_the_input_of_a_roll_up() -> None:
    found = suggest(RUBRIC, CLASSICAL, {"data-versioning": fact("yes")})
    inputs = {item.criterion: item for item in inputs_of(found.values(), freshness="year")}
    versioning = inputs["data-versioning"]
    assert (versioning.level, versioning.outcome, versioning.freshness) == (2, "scored", "year")
    assert inputs["data-rights-consent"].outcome == "unknown"


def test_the_scores_of_an_audit_alone() -> None:
    practices = {
        **{practice: fact("yes") for practice in PRACTICES},
        "ml-kind": PracticeFact("yes", "E2", "sklearn", "classical"),
        "secrets-committed": fact("yes"),
        "thin-llm-wrapper": fact("no"),
    }
    claims = (claim("metric", "supported"),)
    found = scores_of_audit(RUBRIC, AuditFacts(practices, claims))
    assert [item.lens for item in found.lenses] == [lens.id for lens in RUBRIC.lenses]
    for lens in found.lenses:
        assert lens.low is not None
        assert lens.score is not None
        assert lens.high is not None
        assert 0 <= lens.low <= lens.score <= lens.high <= 4
        assert 0 < lens.confidence < 1
    assert found.low is not None
    assert found.headline is not None
    assert found.high is not None
    assert found.low <= found.headline <= found.high
    assert found.band == "C-D"
    assert [item.knock_out for item in found.knock_outs] == ["K7"]
    assert found == scores_of_audit(RUBRIC, AuditFacts(practices, claims))
    assert set(asdict(found)) == {
        "lenses", "headline", "low", "high", "band", "confidence", "knock_outs",
    }  # fmt: skip


def test_an_audit_that_saw_nothing_scores_nothing() -> None:
    found = scores_of_audit(RUBRIC, AuditFacts({}))
    assert (found.headline, found.low, found.high, found.band) == (None, 0.0, 100.0, "NR")
