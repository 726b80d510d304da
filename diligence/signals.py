"""News that travels upward: who is interested in the deal listens here."""

from django.dispatch import Signal

evidence_arrived = Signal()
"""Sent after commit with `item`, an EvidenceItem with a new version. It may be told twice."""

evidence_left = Signal()
"""Sent after commit with `item`, an EvidenceItem that was withdrawn."""

sources_deleted = Signal()
"""Sent within the transaction with `deal`, a Deal whose files are deleted under the firm's term."""

answers_handed_in = Signal()
"""Sent after commit with `questionnaire`, a Questionnaire that the startup submitted."""

request_answered = Signal()
"""Sent within the transaction with `request`, an EvidenceRequest, `actor`, `reply` and `evidence`:
what was given this time. Who listens writes in the same transaction or stops it."""

request_taken_back = Signal()
"""Sent within the transaction with `request`, `actor` and `because`: the firm no longer asks."""
