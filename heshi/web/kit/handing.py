"""Hand an attachment over, at the desk and to the resident alike."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

from heshi.cases.models import Attachment

SAFE_TO_SHOW = ("image/", "audio/")


def handed_over(paper: Attachment) -> FileResponse:
    """Return the file: pictures and sound are shown, everything else is handed over as a file; Http404 when it is gone."""
    # A database that was restored without its attachments still names them.
    if not default_storage.exists(paper.stored_as):
        raise Http404
    answer = FileResponse(
        default_storage.open(paper.stored_as), content_type=paper.mime, filename=paper.name,
        as_attachment=not paper.mime.startswith(SAFE_TO_SHOW),
    )  # fmt: skip
    # A “picture” with a script in it must not run under our address.
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
