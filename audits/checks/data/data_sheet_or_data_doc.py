"""A document says where the data come from and what they contain.

Why an investor asks: the right to data and their fitness are both read from where they come from.
Who cannot say it in writing will not be able to prove it in a dispute.

How we look: documents named for data, READMEs of data folders, and sections of other documents
whose title speaks of data, for words on their source and on their content. Under any other heading
a paragraph counts that names where data are published or how they were got, with their numbers.
Where nothing but a hosted language model is asked, a source must be named so, too.

Yes: one document states both. Partly: only a source, or only a list of fields. No: none; sections
on how data are loaded, checked or processed do not count.

What we cannot see: documents in a wiki or a catalogue, and whether what they say is true.

Remedy (effort: low): write one page for each data set: source, licence, period, size, fields.

False alarms: a section that describes data which users bring along.
"""

from collections import defaultdict

from audits.engine.registry import check
from audits.engine.types import Effort, Grade, Judgement, Needs, no, partly, yes
from audits.facts.data_documents import DataDocuments, DataText
from audits.facts.identity import Identity
from audits.facts.tree import Role


@check("data/data-sheet-or-data-doc", needs=Needs.ML, effort=Effort.LOW)
def data_sheet_or_data_doc(documents: DataDocuments, identity: Identity) -> Judgement:
    """Judges the fullest document about data."""
    by_path: dict[str, list[DataText]] = defaultdict(list)
    for text in documents.items:
        if not text.role & Role.TEMPLATE and identity.counts(text.path):
            by_path[text.path].append(text)
    by_path = {path: _kept(texts, identity) for path, texts in by_path.items()}
    full = [
        t
        for texts in by_path.values()
        if any(t.source for t in texts) and any(t.content for t in texts)
        for t in texts
        if t.source or t.content
    ]
    some = [t for texts in by_path.values() for t in texts if t.source or t.content]
    if full:
        because = "a document states where the data come from and what they contain"
        places = dict.fromkeys(t.place for t in (*full, *some))
        return yes(because, places, grade=Grade.E1)
    if some:
        what = "where the data come from" if some[0].source else "what the data contain"
        return partly(f"documents state only {what}", [t.place for t in some])
    return no("no document tells of the data")


def _kept(texts: list[DataText], identity: Identity) -> list[DataText]:
    """Those of a document that count.

    Lists of fields count where a source is named. Where only a hosted model is asked, most of what
    is said of data is said of those that users bring along: there a source must be named.
    """
    named = any(t.named for t in texts)
    plain = identity.kind not in ("llm-api-wrapper", "llm-rag") or named
    return [t for t in texts if plain and (named or not t.leaning)]
