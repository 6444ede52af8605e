"""Answering a duty: done, or not done and why. The unit's own words stay with the record."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from heshi.common.refusals import Conflict, Invalid, NotAllowed
from heshi.community.models import Occurrence
from heshi.community.rules.who import may_answer
from heshi.community.terms import DONE, MOST_WORDS, OPEN, SKIPPED
from heshi.people.rules import Scope
from heshi.people.terms import ROLES


class DutyNotYours(NotAllowed):
    """Neither does she hold the role at the unit, nor does she lead or dispatch at the centre above."""

    code = "duty_not_yours"
    sentence = "“{title}”由{unit}的{role}填写，上级中心的分流员、领导也可以代填，请转告他们。"


class DutyMoved(Conflict):
    """Somebody answered first, or the playbook changed what is asked."""

    code = "duty_moved"
    sentence = "这一次刚刚有人填过，或者预案换了新版，您写的还没有存；内容都在，请看过最新情况再决定。"


class DutyWordsMissing(Invalid):
    """Done, but nobody could tell what."""

    code = "duty_words_missing"
    sentence = "请写明做了什么，一两句话就行。"


class DutyReasonMissing(Invalid):
    """Not done, and no reason why."""

    code = "duty_reason_missing"
    sentence = "请写明没有做的原因，原因会和这一条放在一起。"


class DutyWordsTooLong(Invalid):
    """More than a record needs."""

    code = "duty_words_too_long"
    sentence = "最多写 {most} 个字，请写短一些；详细材料请另外存档。"


def mark_done(
    *, duty: Occurrence, by: Scope, words: str, at: datetime, reason: str = "", revision: int | None = None
) -> Occurrence:
    """Record what was done, and why it was late if the unit wants to say so; what was skipped may still be done.

    Raises DutyNotYours, DutyWordsMissing, DutyWordsTooLong or DutyMoved.
    """
    if not words.strip():
        raise DutyWordsMissing
    said = {"state": DONE, "words": words.strip(), "reason": reason.strip() or duty.reason}
    return _answered(duty, by, at, revision, said, answers=(OPEN, SKIPPED))


def skip(
    *, duty: Occurrence, by: Scope, reason: str, at: datetime, revision: int | None = None
) -> Occurrence:
    """Record that it was not done, and why; nothing else follows from it. Raises what `mark_done` raises, DutyReasonMissing."""
    if not reason.strip():
        raise DutyReasonMissing
    return _answered(duty, by, at, revision, {"state": SKIPPED, "reason": reason.strip()}, answers=(OPEN,))


def _answered(
    duty: Occurrence, by: Scope, at: datetime, revision: int | None, said: dict[str, str], *, answers: tuple[str, ...]
) -> Occurrence:  # fmt: skip
    """Change the row only as it was seen: the first of two answers stands."""
    if not may_answer(by, role=duty.role, unit_id=duty.unit_id, path=duty.unit.place.path):
        raise DutyNotYours(title=duty.title, unit=duty.unit.name, role=ROLES.get(duty.role, duty.role))
    if any(len(str(words)) > MOST_WORDS for words in said.values()):
        raise DutyWordsTooLong(most=MOST_WORDS)
    seen = duty.revision if revision is None else revision
    as_seen = Occurrence.objects.filter(county=duty.county, pk=duty.pk, revision=seen, state__in=answers)
    if not as_seen.update(**said, answered_at=at, answered_by=by.staff_id, revision=F("revision") + 1):
        raise DutyMoved
    duty.refresh_from_db(fields=[*said, "answered_at", "answered_by", "revision"])
    return duty
