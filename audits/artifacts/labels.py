"""Labels that came later than the predictions: a second file, joined to a log by id."""

from audits.artifacts.columns import LOG_PARTS, as_columns, guessed
from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.reading import Given, Guess, Kind
from audits.artifacts.samples import describe
from audits.facts.samples import Sample

PARTS = tuple(part for part in LOG_PARTS if part.name in ("id", "label", "time"))
MOST_COLUMNS = 6


def measure(given: Given) -> Sample:
    """The rows of the file; what they say is measured with the log."""
    return describe(given)


def recognise(glimpse: Glimpse) -> Guess | None:
    """A narrow table of ids and labels, without a prediction."""
    preview = glimpse.preview
    if preview is None or len(preview.columns) > MOST_COLUMNS:
        return None
    everything = guessed(preview, LOG_PARTS)
    if {"prediction", "score", "model_version"} & everything.keys():
        return None
    found = {part: told for part, told in everything.items() if part in ("id", "label", "time")}
    if not {"id", "label"} <= found.keys():
        return None
    sure = min(found["id"][1], found["label"][1])
    told = f"It has labels in {found['label'][0]!r} by {found['id'][0]!r} and no predictions."
    return Guess("labels", round(0.7 * sure, 2), as_columns(found), told)


KINDS = (Kind("labels", measure, recognise, parts=tuple(part.name for part in PARTS)),)
