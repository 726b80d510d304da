"""What was answered before and still fits: each to be read and confirmed by itself."""

import uuid

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from diligence.access import SignedInRequest, signed_in
from diligence.selectors.earlier_answers import earlier_answers
from diligence.services.earlier_answers import take_over_answer
from diligence.services.errors import Conflict, Refused
from diligence.web.views.answers import sheet_or_404


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def answers_earlier(request: SignedInRequest, deal: uuid.UUID, pk: uuid.UUID) -> HttpResponseBase:
    """The list; a POST takes one over."""
    sheet = sheet_or_404(request, deal, pk)
    row = sheet.questionnaire
    if request.method == "POST":
        question = request.POST.get("question", "")
        try:
            take_over_answer(actor=request.user, questionnaire=row, question_id=question)
        except (Refused, Conflict) as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "Taken over. You can still change it in its section.")
        return redirect("diligence:answers_earlier", deal=deal, pk=pk)
    context = {
        "sheet": sheet, "questionnaire": row, "deal": row.deal, "room_name": row.deal.startup.name,
        "earlier": earlier_answers(request.user, sheet),
    }  # fmt: skip
    return render(request, "diligence/answers_earlier.html", context)
