"""Tells from a line of text whether it names the source of data, or how many of what they hold.

These are the signs that count under any heading. A heading that speaks of data makes do with less.
"""

import re
from collections.abc import Sequence

from audits.facts.tools.data_words import DATA_HOSTS, INVENTED

_IMAGES = re.compile(r"!\[[^\]\n]{0,200}\]\([^)\n]{0,400}\)")
_ADDRESSES = re.compile(r"\]\([^)\n]{0,400}\)|https?://\S{1,400}")
_DATA = re.compile(r"\b(?:data ?-?sets?|corpus|corpora|data)\b")
_GOT = re.compile(
    r"\b(?:data ?-?sets?|data|corpus|corpora|records|images|recordings)\b[^.|]{0,120}?"
    r"\b(?:comes? from|came from|collected|obtained|provided by|published by|scraped|sourced"
    r"|gathered|extracted from|derived from|retrieved from|released by|downloaded from"
    r"|recorded by|made available by|taken from|sampled from|drawn from|chosen from)\b"
    r"|\b(?:collected|scraped|gathered|chosen|sampled|drawn|extracted|curated)"
    r" (?:from|by|at)\b[^.|]{0,80}\b(?:data ?-?sets?|data|corpus|archives?|portal)\b"
)
_COUNT = re.compile(
    r"(?<![\w.])\d[\d,. ]{0,14}(?:k|m|million|thousand|billion)?\+? (?:[\w-]{2,20} ){0,2}"
    r"(?:rows|columns|records|samples|examples|instances|observations|features|attributes"
    r"|variables|fields|images|photos|documents|articles|sentences|utterances|hours|comments"
    r"|reviews|questions|pairs|tweets|classes|labels|categories|ratings|entries|customers"
    r"|patients|transactions|houses|flights|trips|songs|clips|videos|data ?points|tickets"
    r"|conversations|recordings|speakers)\b"
)
_SIZE = re.compile(r"\d\s?(?:kb|mb|gb|tb)\b(?! (?:of )?(?:ram|memory|vram|disk|gpu|storage|free))")
_PERIOD = re.compile(
    r"\b(?:from|between|since|covering|spanning) (?:\w{2,12} ){0,2}(?:19|20)\d\d\b"
)
_ORIGIN = re.compile(
    r"\|\s{0,20}(?:original )?(?:data ?)?(?:sets? ?)?(?:source|origin|provenance|provider)s?"
    r"(?:[_ ]data ?sets?)?\s{0,20}\|"
)


_HINTS = ("data", "corp", "record", "image", "archive", "portal", "http")
"""One of these stands in every line that names a source; most lines of most documents have none."""


def names_source(row: str, *, about_data: bool = False) -> bool:
    """Whether a line names where data are published, or says how they were got.

    Where the whole text is about data, the line need not say once more that it speaks of them.
    """
    low = row.lower()
    if not (about_data or any(word in low for word in _HINTS)):
        return False
    low = _IMAGES.sub("", low)
    host = any(h in low for h in DATA_HOSTS)
    if host and (about_data or _DATA.search(_ADDRESSES.sub("]", low)) or low.startswith("|")):
        return True
    return bool(_GOT.search(low)) or (about_data and any(w in low for w in INVENTED))


def counts_content(row: str) -> bool:
    """Whether a line says how many of what the data hold."""
    return bool(_COUNT.search(row.lower()))


def tells_extent(row: str) -> bool:
    """Whether a line on data says how many there are, how large they are, or of which years."""
    low = row.lower()
    return bool(_COUNT.search(low) or _SIZE.search(low) or _PERIOD.search(low))


def heads_sources(row: str) -> bool:
    """Whether a line is the head of a table that tells of each set of data where it is from."""
    return row.lstrip().startswith("|") and bool(_ORIGIN.search(row.lower()))


def paragraphs(rows: Sequence[str], start: int, end: int) -> list[list[int]]:
    """The rows between two, fenced ones left out, by their paragraphs."""
    found: list[list[int]] = [[]]
    fenced = False
    for at in range(start, end):
        text = rows[at].strip()
        if text.startswith(("```", "~~~")):
            fenced = not fenced
        elif fenced or text.startswith("#"):
            continue
        elif text:
            found[-1].append(at)
        elif found[-1]:
            found.append([])
    return [p for p in found if p]


def speaks_of_data(rows: Sequence[str]) -> bool:
    """Whether lines speak of data at all, addresses apart."""
    return any(_DATA.search(_ADDRESSES.sub("]", row.lower())) for row in rows)
