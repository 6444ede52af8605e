"""Keep what people send along: cleaned first, then on disk, then in the file."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from heshi.cases.models import Attachment
from heshi.common.fingerprints import sm3
from heshi.common.keys import new_key
from heshi.intake.rules.photos import CleanFile, clean_photo
from heshi.intake.rules.voices import clean_voice
from heshi.intake.rules.words import tidy

CLEANERS = {"photo": clean_photo, "voice": clean_voice}
NAME_LENGTH = 120


def store_attachment(*, kind: str, name: str, content: bytes, at: datetime) -> Attachment:
    """Clean and keep one photo or voice note that belongs to no case yet.

    Raises the refusals of the rules; nothing is kept then.
    """
    label = tidy(name)[-NAME_LENGTH:] or kind
    clean = CLEANERS[kind](content, name=label)
    key, fingerprint = new_key(), sm3(clean.content)
    path = default_storage.save(
        f"{fingerprint[:2]}/{fingerprint[2:4]}/{key}.{clean.ending}", ContentFile(clean.content)
    )
    _on_disk(path)
    return Attachment.objects.create(
        id=key,
        county=settings.HESHI_COUNTY,
        kind=kind,
        name=_renamed(label, clean),
        mime=clean.mime,
        size=len(clean.content),
        sm3=fingerprint,
        stored_as=path,
        at=at,
    )


def forget_unclaimed(*, before: datetime) -> int:
    """Delete what was sent before an instant and never became part of a case; return how many."""
    left = list(Attachment.objects.filter(county=settings.HESHI_COUNTY, case=None, at__lt=before))
    for attachment in left:
        default_storage.delete(attachment.stored_as)
        attachment.delete()
    return len(left)


def _on_disk(path: str) -> None:
    """Wait until the disk has it: a receipt promises that it is kept."""
    with Path(default_storage.path(path)).open("rb") as file:
        os.fsync(file.fileno())


def _renamed(label: str, clean: CleanFile) -> str:
    stem = label.rsplit(".", 1)[0][: NAME_LENGTH - 8] or "附件"
    return f"{stem}.{clean.ending}"
