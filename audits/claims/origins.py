"""Which grade a figure has that was measured on files of the startup (rubric, section 1).

A file of the startup is E1, whoever computes on it. A machine-made record whose ids agree with the
registry that we read is E4. What we recomputed ourselves from such a record is E5; what we
recomputed from rows that nothing else bears out stays with the grade of the file, because their
origin limits them, not the arithmetic.
"""

from audits.engine.types import Grade
from audits.facts.prediction_log import PredictionLog

AGREES = 0.9
"""The share of rows whose version the registry must know: checks.md, prediction-traceability."""


def agrees(log: PredictionLog) -> bool:
    """Whether the log's versions are those of a registry."""
    return log.traceable_to_model is not None and log.traceable_to_model >= AGREES


def recomputed(log: PredictionLog) -> Grade:
    """The grade of a figure that we computed from a log."""
    return Grade.E5 if agrees(log) else Grade.E1


def recorded(log: PredictionLog) -> Grade:
    """The grade of what two records say together."""
    return Grade.E4 if agrees(log) else Grade.E1
