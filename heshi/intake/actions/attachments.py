"""Keep what people send along: cleaned first, then on disk, then in the file."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, QuerySet, Sum

from heshi.cases.models import Attachment
from heshi.common.digests import sm3
from heshi.common.keys import new_key
from heshi.common.refusals import Conflict, Refusal
from heshi.intake.rules.papers import clean_file
from heshi.intake.rules.photos import CleanFile, clean_photo
from heshi.intake.rules.voices import clean_voice
from heshi.intake.rules.words import tidy
from heshi.intake.terms import WITH_REPORT

CLEANERS = {"photo": clean_photo, "voice": clean_voice}
NAME_LENGTH = 120
log = logging.getLogger(__name__)
MOST_WAITING, MOST_OCTETS = 60, 300 * 1024 * 1024
"""So many files, and so large together, may wait for one person's steps on one case: whoever sends more fills the disk."""


class TooManyWait(Conflict):
    """This person has sent a great many files for a case, and no step was ever taken with them."""

    code = "too_many_files_wait"
    sentence = (
        "这件案件已有 {count} 个（{megabytes} MB）传上来却没有办成的文件，请先去掉用不着的，或者明天再传。"
    )


class FileNotKept(Refusal):
    """The disk took nothing: it is full, or out of order."""

    code = "file_not_kept"
    sentence = "“{name}”现在存不下，填写的文字都已保留；请先去掉这个文件提交，过一会儿再补，或者拿到窗口来。"
    status = 503


@dataclass(frozen=True, slots=True)
class Waiting:
    """For what a file waits that was sent with a step: which case, whose step, under which question."""

    waits_for: UUID
    waits_by: str
    asked: str


def store_attachment(*, kind: str, name: str, content: bytes, at: datetime) -> Attachment:
    """Clean and keep one photo or voice note that belongs to no case yet.

    Raises FileNotKept or the refusals of the rules; nothing is kept then.
    """
    label, clean = cleaned_attachment(kind, name, content)
    return stored_attachment(kind, label, clean, at)


def cleaned_attachment(kind: str, name: str, content: bytes) -> tuple[str, CleanFile]:
    """Return how a photo or voice note is called, and what may be stored of it; raises the refusals of the rules."""
    label = tidy(name)[-NAME_LENGTH:] or kind
    return label, CLEANERS[kind](content, name=label)


def keep_for_step(*, waiting: Waiting, name: str, content: bytes, at: datetime) -> Attachment:
    """Clean and keep a file until the step it was sent with is taken; the same file sent again is the one that is kept already.

    Raises TooManyWait, FileNotKept or the refusals of the rules; nothing is kept then.
    """
    label = tidy(name)[-NAME_LENGTH:] or "附件"
    kind, clean = clean_file(content, name=label)
    kept = Attachment.objects.filter(
        county=settings.HESHI_COUNTY, case=None, waits_for=waiting.waits_for, waits_by=waiting.waits_by
    )
    same = kept.filter(asked=waiting.asked, sm3=sm3(clean.content)).first()
    if same is None:
        _check_room(kept)
    return same or stored_attachment(kind, label, clean, at, **asdict(waiting))


def _check_room(kept: QuerySet[Attachment]) -> None:
    held = kept.aggregate(count=Count("pk"), octets=Sum("size", default=0))
    if held["count"] >= MOST_WAITING or held["octets"] >= MOST_OCTETS:
        raise TooManyWait(count=held["count"], megabytes=held["octets"] // 1024 // 1024)


def stored_attachment(
    kind: str, label: str, clean: CleanFile, at: datetime, *, waits_for: UUID | None = None, waits_by: str = "", asked: str = ""
) -> Attachment:  # fmt: skip
    """Keep what was cleaned, on disk and in the table; it belongs to no case yet. Raises FileNotKept."""
    key, fingerprint = new_key(), sm3(clean.content)
    path = _saved(f"{fingerprint[:2]}/{fingerprint[2:4]}/{key}.{clean.ending}", clean.content, label)
    return Attachment.objects.create(
        id=key,
        county=settings.HESHI_COUNTY,
        kind=kind,
        name=stored_name(label, clean),
        mime=clean.mime,
        size=len(clean.content),
        sm3=fingerprint,
        stored_as=path,
        at=at,
        waits_for=waits_for,
        waits_by=waits_by,
        asked=asked,
    )


def let_go(attachment: Attachment) -> None:
    """Delete a file that became part of nothing."""
    default_storage.delete(attachment.stored_as)
    attachment.delete()


def forget_unclaimed(*, before: datetime) -> int:
    """Delete what was sent with a report before an instant and never became part of a case; return how many."""
    return _forget(_unclaimed(before).filter(waits_for=None))


def forget_waiting(*, before: datetime) -> int:
    """Delete what was sent with a step before an instant and the step was never taken; return how many."""
    return _forget(_unclaimed(before).exclude(waits_for=None).exclude(waits_by=WITH_REPORT))


def _unclaimed(before: datetime) -> QuerySet[Attachment]:
    return Attachment.objects.filter(county=settings.HESHI_COUNTY, case=None, at__lt=before)


def _forget(left: QuerySet[Attachment]) -> int:
    """Delete one by one, each locked: a step that takes the file this moment keeps it."""
    return sum(_forgotten(left, key) for key in list(left.values_list("pk", flat=True)))


@transaction.atomic
def _forgotten(left: QuerySet[Attachment], key: UUID) -> int:
    held = left.filter(pk=key).select_for_update(skip_locked=True).first()
    if held is None:
        return 0
    let_go(held)
    return 1


def _saved(path: str, content: bytes, label: str) -> str:
    """Return where the disk has the file; raises FileNotKept, and then not half of it stays."""
    try:
        kept = default_storage.save(path, ContentFile(content))
        _on_disk(kept)
    except OSError as error:
        log.exception("附件没有存下")
        with suppress(OSError):  # the name is made from a key of its own: what lies there can only be ours
            default_storage.delete(path)
        raise FileNotKept(name=label) from error
    return kept


def _on_disk(path: str) -> None:
    """Wait until the disk has it: a receipt promises that it is kept."""
    with Path(default_storage.path(path)).open("rb") as file:
        os.fsync(file.fileno())


def stored_name(label: str, clean: CleanFile) -> str:
    """Return under which name a cleaned file is stored: its own, with the ending of what it is now."""
    stem = label.rsplit(".", 1)[0][: NAME_LENGTH - 8] or "附件"
    return f"{stem}.{clean.ending}"
