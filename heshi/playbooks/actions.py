"""Take a playbook into use: from text to draft, from draft to published, and the one before it frozen."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from heshi.common.digests import sm3
from heshi.common.refusals import Conflict, Invalid
from heshi.playbooks import queries
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.rules import load

CODE_LINE = re.compile(r"(?m)^([\"']?playbook[\"']?[ \t]*:[ \t]*)[^\s#]+")
CODE = re.compile(r"[a-z][a-z0-9_]{2,47}")


class PlaybookMisnamed(Invalid):
    """A playbook cannot be called this."""

    code = "playbook_misnamed"
    sentence = (
        "“{code}”不能作预案的名字：请用 3 到 48 个小写字母、数字和下划线，以字母开头，例如 hean_sanbu。"
    )


class PlaybookNameTaken(Conflict):
    """Another playbook goes by this name already."""

    code = "playbook_name_taken"
    sentence = "已经有名为“{code}”的预案，请换一个名字。"


class FolderUnwritable(Invalid):
    """The local folder cannot be written to."""

    code = "playbook_folder_unwritable"
    sentence = "写不进文件夹“{folder}”，请换一个可写的位置，或改设置 HESHI_PLAYBOOK_FOLDER。"


@transaction.atomic
def draft(*, text: str) -> PlaybookVersion:
    """Keep a playbook's text as the draft of its next version; raises PlaybookRefused when it cannot run."""
    return _drafted(queries.whole(text))


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


@transaction.atomic
def publish(*, version: PlaybookVersion, at: datetime) -> PlaybookVersion:
    """Put a version in force for new cases and freeze the one before; running cases keep theirs."""
    PlaybookVersion.objects.filter(code=version.code, status="published").update(
        status="frozen", frozen_at=at
    )
    version.status, version.published_at = "published", at
    version.digest = queries.fingerprint(version.texts)
    version.frozen = queries.frozen_from(version.texts)
    version.frozen_digest = sm3(version.frozen.encode())
    version.save(update_fields=["status", "published_at", "digest", "frozen", "frozen_digest"])
    queries.forget()
    return version


@transaction.atomic
def publish_text(*, text: str, at: datetime) -> PlaybookVersion:
    """Publish a text unless exactly this text is in force already, with the law as it is today; safe to run again."""
    texts = queries.whole(text)
    current = PlaybookVersion.objects.filter(digest=queries.fingerprint(texts), status="published").first()
    if current and queries.has_todays_clocks(current):
        return current
    return publish(version=_drafted(texts), at=at)


def publish_shelf(*, at: datetime, only: Collection[str] | None = None) -> list[PlaybookVersion]:
    """Publish every playbook that ships with Heshi, or those named, and is not yet in force as it stands.

    Where this county has a file of its own by the same name, that one is meant, and what is in force by it is left alone: when her
    own way changes is for the county to say.
    """
    held = {version.code: version for version in PlaybookVersion.objects.filter(status="published")}
    fragments, local, files = queries.fragments(), queries.local(), queries.files()
    wanted = [code for code in queries.shelf() if only is None or code in only]
    texts = {code: queries.text_of(files[code]) for code in wanted}
    return [
        held[code]
        if code in held and (code in local or _stands(held[code], text, fragments))
        else publish_text(text=text, at=at)
        for code, text in texts.items()
    ]


def _stands(version: PlaybookVersion, text: str, fragments: Mapping[str, str]) -> bool:
    """Say whether a version is exactly this text with fragments and law as they are now; no playbook is read for it."""
    same = all(
        body == (text if name == "main" else fragments.get(name)) for name, body in version.texts.items()
    )
    return same and queries.has_todays_clocks(version)


def adopt(*, name: str, code: str, folder: Path) -> Path:
    """Copy a playbook's file into a folder under a new code, comments and all; return the new file.

    Raises PlaybookUnknown, PlaybookMisnamed, PlaybookNameTaken, FolderUnwritable, and PlaybookRefused when the copy could not
    run; then nothing is written.
    """
    source = queries.files().get(name)
    if source is None:
        raise queries.PlaybookUnknown(code=name)
    if not CODE.fullmatch(code):
        raise PlaybookMisnamed(code=code)
    if code in queries.files() or queries.versions(code=code):
        raise PlaybookNameTaken(code=code)
    target = folder / f"{code}.yaml"
    _keep(target, _renamed(source, target, code))
    return target


def _renamed(source: Path, target: Path, code: str) -> str:
    """Return the text under its new code; raises PlaybookRefused when it cannot run."""
    text = CODE_LINE.sub(rf"\g<1>{code}", queries.text_of(source), count=1)
    load(
        file=str(target), text=text, fragments=queries.fragments(), known=queries.known(), schema=queries.schema()
    )  # fmt: skip
    return text


def _keep(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        file = target.open("x", encoding="utf-8")
    except OSError as error:
        if target.exists():
            raise PlaybookNameTaken(code=target.stem) from error
        raise FolderUnwritable(folder=target.parent) from error
    with file:
        file.write(text)
