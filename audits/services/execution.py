"""Carries out one audit run: the examination goes on in a child process."""

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audits.models import AuditRun, RoomRun
from audits.services.child import LostJob, Progress, examined, work_folder, workspace
from audits.services.jobs import IN_FLIGHT
from audits.services.repositories import token_of
from audits.services.runs import claim_run, complete_run, fail_run, renew_lease
from diligence.services.errors import Refused
from diligence.services.keeping import path_of_blob, require_there
from diligence.services.sealing_keys import FACTS, key_for

OPENING = "Opening the source"


def execute_run(run_id: uuid.UUID) -> None:
    """Claims the run, examines its source and stores what was found, or why it failed.

    1. Claim the row; someone else's is left alone. 2. Start the child. 3. Renew the lease while it
    works; kill it where the run is no longer ours or it takes too long. 4. Store the outcome.
    """
    holder = claim_run(run_id)
    if holder is None:
        return
    run = AuditRun.objects.select_related("deal", "repository__evidence").get(pk=run_id)
    try:
        with workspace(str(run.pk)) as folder:
            report = _examine(run, holder, folder)
    except LostJob:
        return
    except Refused as error:
        fail_run(run_id, holder, str(error))
    else:
        complete_run(run_id, holder, report)


def clear_abandoned() -> None:
    """Takes away the folders of runs that are over and whose worker died before it could."""
    # First the folders, then the rows: a run has its row before it has its folder.
    folders = list(work_folder().iterdir()) if work_folder().is_dir() else []
    if not folders:
        return
    held = {
        str(pk)
        for kind in (AuditRun, RoomRun)
        for pk in kind.objects.filter(state__in=IN_FLIGHT).values_list("pk", flat=True)
    }
    for folder in folders:
        if folder.name not in held:
            shutil.rmtree(folder, ignore_errors=True)


def _source_of(run: AuditRun, folder: Path) -> str:
    """Where the child finds the source: the URL, or a file with the bytes of the evidence."""
    item = run.repository.evidence
    if item is None:
        return run.repository.url
    version = item.current
    if version is None:
        raise Refused("The evidence of this repository has no file; hand it in again.")
    AuditRun.objects.filter(pk=run.pk).update(source_sha256=version.blob_id)
    require_there(version)
    return path_of_blob(version.blob, folder / "source")


def _examine(run: AuditRun, holder: uuid.UUID, folder: Path) -> Mapping[str, Any]:
    request = {
        "location": _source_of(run, folder),
        "rev": None if run.rev == "HEAD" else run.rev,
        "token": token_of(run.repository) or None,
        "cache_key": key_for(run.deal, FACTS).hex(),
    }

    def renew(progress: Progress) -> bool:
        return renew_lease(run.pk, holder, **vars(progress))

    return examined("audits.services.examine", request, folder=folder, first=OPENING, notice=renew)
