"""Take a playbook into use: from text to draft, from draft to published, and the one before it frozen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from heshi.playbooks import queries
from heshi.playbooks.models import PlaybookVersion


@transaction.atomic
def draft(*, text: str) -> PlaybookVersion:
    """Keep a playbook's text as the draft of its next version; raises PlaybookRefused when it cannot run."""
    return _drafted(_whole(text))


def _drafted(texts: dict[str, str]) -> PlaybookVersion:
    playbook = queries.from_texts(texts)
    last = (
        PlaybookVersion.objects.filter(code=playbook.code)
        .exclude(status="draft")
        .aggregate(last=Max("version"))
    )
    stored, _new = PlaybookVersion.objects.update_or_create(
        code=playbook.code,
        version=(last["last"] or 0) + 1,
        defaults={"title": playbook.title, "texts": texts, "status": "draft"},
    )
    return stored


def _whole(text: str) -> dict[str, str]:
    """Return the text with the fragments it names, and no others: another fragment's change makes no new version of it."""
    names = set(queries.read_includes(text))
    return {"main": text, **{name: body for name, body in queries.fragments().items() if name in names}}


@transaction.atomic
def publish(*, version: PlaybookVersion, at: datetime) -> PlaybookVersion:
    """Put a version in force for new cases and freeze the one before; running cases keep theirs."""
    PlaybookVersion.objects.filter(code=version.code, status="published").update(
        status="frozen", frozen_at=at
    )
    version.status, version.published_at = "published", at
    version.digest = queries.fingerprint(version.texts)
    version.save(update_fields=["status", "published_at", "digest"])
    queries.forget()
    return version


@transaction.atomic
def publish_text(*, text: str, at: datetime) -> PlaybookVersion:
    """Publish a text unless exactly this text is in force already; safe to run again."""
    texts = _whole(text)
    current = PlaybookVersion.objects.filter(digest=queries.fingerprint(texts), status="published").first()
    return current or publish(version=_drafted(texts), at=at)


def publish_shelf(*, at: datetime) -> list[PlaybookVersion]:
    """Publish every playbook that ships with Heshi and is not yet in force as it stands."""
    return [publish_text(text=path.read_text(encoding="utf-8"), at=at) for path in queries.shelf().values()]
