"""The read side of scores, knock-outs and reports. Everything starts from what one may see."""

import uuid

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet, ViewSet

from diligence.models import Scope
from diligence.services.errors import Refused
from rubrics.api.access import caller, scores_or_404
from rubrics.api.downloads import AnyAccepted
from rubrics.api.filters import ReportFilter
from rubrics.api.serializers import (
    DealScore,
    KnockOutSerializer,
    KnownKnockOut,
    ReportSerializer,
    ScoreSerializer,
)
from rubrics.models import Report
from rubrics.selectors.assessments import rolled_up, rubric_of
from rubrics.services.drawing import open_drawn
from rubrics.services.reports import canonical_json, record_report_download


class ScoreViewSet(ViewSet):
    """The score of a deal."""

    @extend_schema(summary="Score of a deal, down to every term", responses=ScoreSerializer)
    def retrieve(self, request: Request, deal: uuid.UUID) -> Response:
        """The standing in short, and the roll-up that explains it."""
        assessment = scores_or_404(request, deal)
        return Response(ScoreSerializer(DealScore(assessment, rolled_up(assessment))).data)


class KnockOutViewSet(ViewSet):
    """The knock-outs of a deal."""

    @extend_schema(summary="Knock-outs of a deal", responses=KnockOutSerializer(many=True))
    def list(self, request: Request, deal: uuid.UUID) -> Response:
        """All that were ever suspected, by code, with what people decided."""
        assessment = scores_or_404(request, deal)
        rubric = rubric_of(assessment.rubric)
        known = [
            KnownKnockOut(row, rubric.knock_out(row.code), row.stands)
            for row in assessment.knock_outs.select_related("decided_by").prefetch_related(
                "steps__by"
            )
        ]
        return Response(KnockOutSerializer(known, many=True).data)


@extend_schema_view(
    list=extend_schema(summary="Reports that you may see"),
    retrieve=extend_schema(summary="One report"),
)
class ReportViewSet(ReadOnlyModelViewSet[Report]):
    """Issued reports, newest first; filter by deal or state."""

    queryset = Report.objects.none()
    serializer_class = ReportSerializer
    filterset_class = ReportFilter

    def get_queryset(self) -> QuerySet[Report]:
        """What the caller may see, without the long part."""
        reports = Report.objects.visible_to(caller(self.request))
        return reports.select_related("issued_by").defer("data")


class ReportFileViewSet(ViewSet):
    """The files of a report; every download leaves a line in the deal's trail."""

    content_negotiation_class = AnyAccepted
    scope = Scope.EXPORT

    def _report(self, pk: uuid.UUID) -> Report:
        rows = Report.objects.visible_to(caller(self.request)).select_related("deal__startup")
        return get_object_or_404(rows, pk=pk)

    @extend_schema(
        summary="The PDF as it was issued",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def pdf(self, request: Request, pk: uuid.UUID) -> HttpResponseBase:
        """Its SHA-256 is `pdf_sha256` of the report."""
        report = self._report(pk)
        if report.state != Report.State.READY:
            raise NotFound("This report has no PDF (yet); its state says why.")
        try:
            stored = open_drawn(report.pdf_path)
        except Refused as refused:
            raise NotFound(str(refused)) from None
        record_report_download(actor=caller(request), report=report)
        name = f"proofroom-{slugify(report.deal.startup.name)}-report-{report.number}.pdf"
        return _private(
            FileResponse(stored, as_attachment=True, filename=name, content_type="application/pdf")
        )

    @extend_schema(
        summary="The data that the PDF was drawn from",
        responses=OpenApiResponse(OpenApiTypes.OBJECT, "Schema `proofroom/report/1`."),
    )
    def data(self, request: Request, pk: uuid.UUID) -> HttpResponseBase:
        """Canonical JSON, byte for byte what `data_sha256` of the report was taken of."""
        report = self._report(pk)
        record_report_download(actor=caller(request), report=report)
        return _private(HttpResponse(canonical_json(report.data), content_type="application/json"))


def _private(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "private, no-store"
    return response
