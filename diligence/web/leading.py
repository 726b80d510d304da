"""Where a line of the trail leads: to what it is about, as far as that has a page of its own."""

from django.urls import reverse

from diligence.models import Activity

OWN_PAGES = {
    "diligence.questionnaire": "diligence:questionnaire_review",
    "audits.auditrun": "audits:run_detail",
    "audits.claim": "audits:claim_detail",
    "audits.finding": "audits:finding_evidence",
}
DEAL_PAGES = {
    "diligence.evidencerequest": "diligence:deal_requests",
    "rubrics.assessment": "rubrics:deal_dashboard",
    "rubrics.scorecard": "rubrics:deal_dashboard",
    "rubrics.signoff": "rubrics:deal_dashboard",
    "rubrics.report": "rubrics:deal_reports",
}
"""Pages that everybody sees who sees the deal."""


def page_of(line: Activity) -> str:
    """Its address, for whoever of the firm sees the deal; else that of the deal."""
    kind = line.object_kind
    if kind in OWN_PAGES:
        return reverse(OWN_PAGES[kind], args=[line.object_id])
    if kind == "diligence.evidenceitem":
        return reverse("diligence:deal_evidence_item", args=[line.deal_id, line.object_id])
    return reverse(DEAL_PAGES.get(kind, "diligence:deal_detail"), args=[line.deal_id])
