"""Puts right in the tags of a PDF what the renderer leaves open, before the file is written.

1. Running heads and page numbers are no content. The renderer gives them tags that hang nowhere;
   here they become artifacts, so that nobody hears them on every page (ISO 14289-1, section 7.8).
2. A header cell says whether it heads a column or a row, and the cells that name it can find it by
   its id (ISO 32000-1, sections 14.7.2 and 14.8.5.7).

A document that will be signed gets the empty field here as well, because it has to hang in the tree
of tags like any other field (ISO 14289-1, section 7.18.4) and the signer knows nothing of tags.
"""

from collections.abc import Iterator, Mapping
from typing import Any

ARTIFACT = "/Artifact"
PRINTED = 4
"""The flag of an annotation that PDF/A asks for: it is printed, and not hidden."""
Objects = list[Any]


def mend_tags(pdf: Any) -> None:
    """Mends the tags of a finished, not yet written document."""
    root = _at(pdf.objects, pdf.catalog["StructTreeRoot"])
    reached = set(_below(pdf.objects, root["K"]))
    _set_running_heads_apart(pdf, root, reached)
    _name_header_cells(pdf, root, reached)


def add_signature_field(pdf: Any, name: str, words: str) -> None:
    """An empty field without a picture at the end of the document."""
    import pydyf

    root = _at(pdf.objects, pdf.catalog["StructTreeRoot"])
    numbers = _at(pdf.objects, root["ParentTree"])["Nums"]
    page = list(_of_type(pdf.objects, "/Page"))[-1]
    field = pydyf.Dictionary({
        "Type": "/Annot", "Subtype": "/Widget", "FT": "/Sig", "F": PRINTED, "P": page.reference,
        "T": pydyf.String(name), "TU": pydyf.String(words), "Rect": pydyf.Array([0, 0, 0, 0]),
        "StructParent": len(numbers) // 2,
    })  # fmt: skip
    pdf.add_object(field)
    page.setdefault("Annots", pydyf.Array()).append(field.reference)
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array([field.reference])})
    held = pydyf.Dictionary({"Type": "/OBJR", "Obj": field.reference, "Pg": page.reference})
    pdf.add_object(held)
    (document,) = root["K"]
    form = pydyf.Dictionary({
        "Type": "/StructElem", "S": "/Form", "P": document, "Pg": page.reference,
        "K": pydyf.Array([held.reference]), "Alt": pydyf.String(words),
    })  # fmt: skip
    pdf.add_object(form)
    _at(pdf.objects, document)["K"].append(form.reference)
    numbers.extend((len(numbers) // 2, form.reference))


def _number(reference: bytes | str) -> int:
    return int(reference.split()[0])


def _at(objects: Objects, reference: bytes | str) -> Any:
    return objects[_number(reference)]


def _below(objects: Objects, kids: list[Any]) -> Iterator[int]:
    """The numbers of all elements that hang in the tree."""
    waiting = list(kids)
    while waiting:
        kid = waiting.pop()
        if isinstance(kid, int):
            continue
        yield _number(kid)
        waiting.extend(_at(objects, kid).get("K", ()))


def _set_running_heads_apart(pdf: Any, root: Mapping[str, Any], reached: set[int]) -> None:
    tree = _at(pdf.objects, root["ParentTree"])["Nums"]
    parents = dict(zip(tree[::2], tree[1::2], strict=True))
    for page in _of_type(pdf.objects, "/Page"):
        owners = parents[page["StructParents"]]
        loose = {n for n, owner in enumerate(owners) if _number(owner) not in reached}
        for number in loose:
            owners[number] = b"null"
        if loose:
            _mark_artifacts(_at(pdf.objects, page["Contents"]).stream, loose)


def _mark_artifacts(stream: list[Any], loose: set[int]) -> None:
    for at, part in enumerate(stream):
        if part == b"BDC" and stream[at - 1].get("MCID") in loose:
            stream[at - 2] = ARTIFACT
            stream[at - 1].pop("MCID")
            stream[at - 1]["Type"] = "/Pagination"


def _name_header_cells(pdf: Any, root: dict[str, Any], reached: set[int]) -> None:
    import pydyf

    heads = [pdf.objects[number] for number in reached if pdf.objects[number].get("S") == "/TH"]
    for head in heads:
        body = _at(pdf.objects, _at(pdf.objects, head["P"])["P"])
        head["A"]["Scope"] = "/Column" if body.get("S") == "/THead" else "/Row"
    # A name tree is sorted by its keys (section 7.9.6).
    names = [x for h in sorted(heads, key=lambda h: h["ID"].data) for x in (h["ID"], h.reference)]
    ids = pydyf.Dictionary({"Names": pydyf.Array(names)})
    pdf.add_object(ids)
    root["IDTree"] = ids.reference


def _of_type(objects: Objects, kind: str) -> Iterator[Any]:
    return (o for o in objects if isinstance(o, dict) and o.get("Type") == kind)
