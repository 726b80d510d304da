"""News that travels upward: who is interested in audits listens here."""

from django.dispatch import Signal

run_finished = Signal()
"""Sent after commit with `run`, an AuditRun that succeeded. It may be told twice."""

claims_tested = Signal()
"""Sent after commit with `deal`, whose claims were held against the evidence again."""
