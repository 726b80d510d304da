"""From HTML to a PDF that is archivable (PDF/A-3a) and accessible (PDF/UA-1) at once.

WeasyPrint writes one variant at a time. A PDF/A-3a of its making is tagged like its PDF/UA-1 and
carries its attachments with their relationship; what is missing is the line that says so, and the
description of that line which PDF/A asks for. Both are added here to the metadata.

Rendering opens no file and no socket: style and pictures are handed over by the caller, and
whatever the document refers to beside them is refused. WeasyPrint is imported in here alone,
because it costs two seconds and a web process never draws.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from rubrics.reports.tagging import add_signature_field, mend_tags

if TYPE_CHECKING:
    from weasyprint.document import Document

VARIANT = "pdf/a-3a"
SIGNATURE = "Issued"
"""The name of the field for the signature."""
SCHEME = "proofroom"
"""Pictures are asked for as proofroom:<name>; nothing else is ever given out."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
UA = "http://www.aiim.org/pdfua/ns/id/"
EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
PREFIXES = {
    "rdf": RDF, "pdfuaid": UA, "pdfaExtension": EXTENSION, "pdfaSchema": SCHEMA,
    "pdfaProperty": PROPERTY,
}  # fmt: skip
UA_LINES = f"""<rdf:RDF {" ".join(f'xmlns:{k}="{v}"' for k, v in PREFIXES.items())}>
<rdf:Description rdf:about=""><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about=""><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{UA}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""
"""ISO 14289-1, section 5, and ISO 19005-3, section 6.6.2.3: a schema of one's own is described."""


@dataclass(frozen=True)
class Attached:
    """A file inside the PDF, and what it is to the document (ISO 19005-3, AFRelationship)."""

    name: str
    content: str
    description: str
    relationship: str = "Source"


@dataclass(frozen=True)
class Sheet:
    """All that a PDF is made of."""

    html: str
    style: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    attachments: Sequence[Attached] = ()
    to_sign: bool = False


@dataclass(frozen=True)
class Printed:
    """A finished PDF."""

    pdf: bytes
    pages: int


def print_sheet(sheet: Sheet) -> Printed:
    """Draws the sheet. Raises RuntimeError where the renderer gives nothing back."""
    from weasyprint import CSS, HTML, Attachment

    given = _giver(sheet.pictures)
    html = HTML(string=sheet.html, url_fetcher=given)
    document = html.render(stylesheets=[CSS(string=sheet.style, url_fetcher=given)])
    document.metadata.attachments = [
        Attachment(
            string=each.content, name=each.name, description=each.description,
            relationship=each.relationship,
        )
        for each in sheet.attachments
    ]  # fmt: skip
    _say_accessible(document)
    pdf = document.write_pdf(pdf_variant=VARIANT, finisher=partial(_finish, sheet))
    if pdf is None:
        raise RuntimeError("the renderer returned nothing")
    return Printed(bytes(pdf), len(document.pages))


def _finish(sheet: Sheet, _: "Document", pdf: Any) -> None:
    """Before the file is written. The renderer lists every attachment twice."""
    mend_tags(pdf)
    if sheet.to_sign:
        add_signature_field(pdf, SIGNATURE, "Signature of whoever issued the report")
    if "AF" in pdf.catalog:
        listed = list(dict.fromkeys(pdf.catalog["AF"]))
        pdf.catalog["AF"].clear()
        pdf.catalog["AF"].extend(listed)


def _giver(pictures: Mapping[str, bytes]) -> Any:
    """A fetcher that gives out these pictures and refuses everything else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Giver(URLFetcher):  # type: ignore[misc] # WeasyPrint has no types
        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - the base's
            name = url.removeprefix(f"{SCHEME}:")
            if name == url or name not in pictures:
                raise ValueError(f"Nothing outside the report is opened: {url[:80]}")
            return URLFetcherResponse(url, pictures[name])

    return Giver(allowed_protocols=())


def _say_accessible(document: "Document") -> None:
    """Lets the metadata name PDF/UA-1 beside PDF/A-3a."""
    made = document.metadata.generate_rdf_metadata

    def generate(*variant: Any) -> bytes:
        return _with_ua(made(*variant))

    document.metadata.generate_rdf_metadata = generate


def _with_ua(rdf: bytes) -> bytes:
    for prefix, address in PREFIXES.items():
        ET.register_namespace(prefix, address)
    root = ET.fromstring(rdf)  # noqa: S314 - the renderer's own words, not a file of anybody
    root.extend(ET.fromstring(UA_LINES))  # noqa: S314 - the constant above
    out = io.BytesIO()
    ET.ElementTree(root).write(out, "utf-8", xml_declaration=False)
    return out.getvalue()
