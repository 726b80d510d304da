"""The public page that tells whether a file is ours. Nothing of what is handed in is kept."""

import hashlib
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from diligence.lib.bodies import OPEN, takes_up_to
from rubrics.selectors.verification import hash_in, known_file
from rubrics.web.forms.reports import VerifyForm

MOST_ASKED, WITHIN = 30, 600
"""Questions of one address within so many seconds: plenty for people, nothing for a search."""
LARGEST = 100 * 1024**2
"""Bytes; a report has a few."""


@takes_up_to(LARGEST + OPEN)
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponseBase:
    """Takes a file or its hash and says whether it was issued here and is unchanged.

    Who asks too often is told so before the file is read; the protection against forged requests,
    which reads it, comes after.
    """
    if request.method == "POST" and _asks_too_often(request):
        context = {"form": VerifyForm(), "wait": True}
        return render(request, "rubrics/verify.html", context, status=429)
    return _page(request)


@csrf_protect
def _page(request: HttpRequest) -> HttpResponseBase:
    form = VerifyForm()
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        form = VerifyForm(request.POST, request.FILES)
        if form.is_valid():
            context, status = _answer(form)
        else:
            status = 422
    return render(request, "rubrics/verify.html", {"form": form, **context}, status=status)


def _answer(form: VerifyForm) -> tuple[dict[str, Any], int]:
    file = form.handed()
    if file is not None and (file.size or 0) > LARGEST:
        form.add_error("file", "No report of ours is larger than 100 MB.")
        return {}, 422
    sha256 = _hash_of(file) if file is not None else hash_in(form.cleaned_data["sha256"])
    if sha256 is None:
        form.add_error("sha256", "A SHA-256 has 64 digits and letters from a to f.")
        return {}, 422
    return {"asked": sha256, "known": known_file(sha256)}, 200


def _hash_of(file: "UploadedFile[Any]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _asks_too_often(request: HttpRequest) -> bool:
    """Counts by the client's address, behind a trusted proxy by the one that it tells."""
    key = f"verify:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, WITHIN)
    try:
        return cache.incr(key) > MOST_ASKED
    except ValueError:  # it ran out between the two
        return False
