"""A founder's collection comes in whole and known, or not at all."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import PermissionDenied
from msgspec.structs import replace

from audits.engine.types import Grade
from audits.models import AuditRun
from audits.selectors.comparing import comparison
from audits.selectors.runs import latest_runs, previous_run
from audits.services.collected import import_collected, invite_collection
from audits.services.collection import packed, spoken
from audits.services.runs import request_run
from diligence.models import Activity, EvidenceItem, Origin
from diligence.services.errors import Refused
from diligence.services.evidence import Upload
from tests.audits.building import a_collection
from tests.audits.literal import DRIFT, KEY, REPORT
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def take(cast: Cast, data: bytes, digest: str | None = None) -> AuditRun:
    return import_collected(
        actor=cast.analyst, deal=cast.deal, upload=Upload("northwind.collection", [data]),
        digest=spoken(data) if digest is None else digest,
    )  # fmt: skip


def nothing_came(cast: Cast) -> bool:
    return not (cast.deal.audit_runs.exists() or cast.deal.repositories.exists())


def test_who_does_not_run_deals_may_neither_invite_nor_take_in(cast: Cast) -> None:
    data = a_collection()
    for who in (cast.reviewer, cast.founder, cast.outsider):
        with pytest.raises(PermissionDenied):
            invite_collection(actor=who, deal=cast.deal)
        with pytest.raises(PermissionDenied):
            import_collected(
                actor=who, deal=cast.deal, upload=Upload("x", [data]), digest=spoken(data)
            )
    assert nothing_came(cast)


def test_a_changed_byte_is_refused(cast: Cast) -> None:
    data = a_collection()
    middle = len(data) // 2
    changed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    with pytest.raises(Refused, match="was changed after it was signed"):
        take(cast, changed, spoken(data))
    assert nothing_came(cast)
    assert not EvidenceItem.objects.filter(origin=Origin.COLLECTED).exists()


def test_without_digest_or_invitation_nobody_knows_whose_it_is(cast: Cast) -> None:
    with pytest.raises(Refused, match="needs the digest that the founder reads out"):
        take(cast, a_collection(), "")
    assert nothing_came(cast)


def test_another_digest_is_refused_though_the_invitation_would_do(cast: Cast) -> None:
    data = a_collection(invited_by=cast.analyst, deal=cast.deal)
    with pytest.raises(Refused, match="does not belong to this file"):
        take(cast, data, spoken(a_collection()))


def test_the_invitation_of_another_deal_is_none_of_this_one(cast: Cast) -> None:
    data = a_collection(invited_by=cast.outsider, deal=cast.other_deal)
    with pytest.raises(Refused, match="needs the digest"):
        take(cast, data, "")


def test_the_same_file_comes_in_once(cast: Cast) -> None:
    data = a_collection()
    take(cast, data)
    with pytest.raises(Refused, match="already in"):
        take(cast, data)


def test_a_practice_that_is_judged_twice_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="twice"):
        take(cast, a_collection(replace(REPORT, practices=(DRIFT, DRIFT))))


def test_it_becomes_a_run_that_says_where_it_was_made(cast: Cast) -> None:
    data = a_collection(invited_by=cast.analyst, deal=cast.deal)
    run = take(cast, data, "")
    assert (run.state, run.origin, run.commit) == ("succeeded", "collected", "a" * 40)
    assert run.repository.name == "x.bundle"
    assert not run.repository.has_code
    assert {p.practice: p.verdict for p in run.practices.all()} == {
        "drift-detection": "partly", "secrets-committed": "yes",
    }  # fmt: skip
    assert run.findings.count() == 2
    assert run.skipped == [{"path": "big.csv", "reason": "larger than the limit of 2 MB"}]
    assert latest_runs(cast.deal) == (run,)
    assert run.repository.evidence is not None
    assert run.repository.evidence.origin == Origin.COLLECTED
    assert Activity.objects.filter(verb="audit.collected").count() == 1


def test_no_grade_is_better_than_what_a_collection_can_prove(cast: Cast) -> None:
    best = replace(REPORT, practices=(replace(DRIFT, grade=Grade.E5),))
    assert take(cast, a_collection(best)).practices.get().grade == "E4"


def test_the_next_collection_is_compared_with_the_one_before(cast: Cast) -> None:
    first = take(cast, a_collection())
    moved = replace(REPORT, findings=(replace(KEY, line=40),))
    key = Ed25519PrivateKey.generate()
    data = packed(moved, version="0.1.0", key=key, moment=datetime(2026, 11, 22, tzinfo=UTC))
    second = take(cast, data)
    assert second.repository == first.repository
    assert previous_run(second) == first
    compared = comparison(first, second)
    assert [f.line for f in compared.kept_findings] == [40]
    assert compared.new_findings == ()


def test_there_is_nothing_to_audit_in_a_collection(cast: Cast) -> None:
    run = take(cast, a_collection())
    with pytest.raises(Refused, match="no code"):
        request_run(actor=cast.analyst, repository=run.repository)
