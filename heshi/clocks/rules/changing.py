"""Changing a running clock: pauses whose time is not counted, and extensions someone answers for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from heshi.clocks.rules.counting import SHANGHAI, counted_from, due_on, last_day, midnight_after
from heshi.clocks.rules.definitions import ClockDef, Extension
from heshi.clocks.terms import APPROVERS, BY_CALENDAR, CONSENTS, EXACT, PAUSE_REASONS, UNITS
from heshi.common.refusals import Conflict, Invalid, NotAllowed


class PauseNotAllowed(NotAllowed):
    """This clock does not stop for that reason."""

    code = "clock_pause_not_allowed"
    sentence = "“{title}”不能因“{reason}”停止计算。可以停止计算的情形：{allowed}。"


class PauseWithoutDocument(Invalid):
    """A pause must name the paper that proves it."""

    code = "clock_pause_without_document"
    sentence = "停止计算期限要写明依据的文书（例如鉴定委托书编号），请补填后再提交。"


class PauseBackwards(Invalid):
    """A pause ends before it starts."""

    code = "clock_pause_backwards"
    sentence = "恢复计算的时间早于停止计算的时间，请核对两个时间。"


class ExtensionNotForeseen(NotAllowed):
    """The clock cannot be made longer at all."""

    code = "clock_extension_not_foreseen"
    sentence = "“{title}”依规定不能延长，请按期办结；到期仍未办结的，按超期处理并说明情况。"


class ExtensionUsedUp(Conflict):
    """It has been made longer as often as the rule allows."""

    code = "clock_extension_used_up"
    sentence = "“{title}”最多延长{times}次，已经用完，请按期办结。"


class ExtensionNeedsApprover(NotAllowed):
    """The person who signs is not one who may."""

    code = "clock_extension_needs_approver"
    sentence = "延长“{title}”要由{who}批准，请报其批准后再办。"


class ExtensionNeedsConsent(NotAllowed):
    """Those concerned have not agreed."""

    code = "clock_extension_needs_consent"
    sentence = "延长“{title}”须{who}。请先征得同意并记录在卷。"


class ExtensionNeedsReason(Invalid):
    """Nobody may lengthen a clock without saying why."""

    code = "clock_extension_needs_reason"
    sentence = "请写明延长“{title}”的理由，理由会告知当事人。"


class ExtensionTooLong(Invalid):
    """More time was asked for than the rule gives."""

    code = "clock_extension_too_long"
    sentence = "“{title}”一次最多延长{most}，请改短后再提交。"


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that is not counted: why, from when, until when (None while it lasts), by which paper."""

    reason: str
    started_at: datetime
    ended_at: datetime | None
    document: str


def check_pause(definition: ClockDef, pause: Pause) -> None:
    """Raise a refusal unless this clock may stop for this reason, with a paper, in the right order."""
    if pause.reason not in definition.pause_reasons:
        allowed = "、".join(PAUSE_REASONS[reason] for reason in definition.pause_reasons) or "没有"
        reason = PAUSE_REASONS.get(pause.reason, pause.reason)
        raise PauseNotAllowed(title=definition.title, reason=reason, allowed=allowed)
    # Without a paper anybody could stop a clock by a word, and nobody could check it afterwards.
    if not pause.document.strip():
        raise PauseWithoutDocument
    if pause.ended_at is not None and pause.ended_at < pause.started_at:
        raise PauseBackwards


def paused_due(
    definition: ClockDef,
    start: datetime,
    pauses: Iterable[Pause],
    extensions: Sequence[int] = (),
    tz: tzinfo = SHANGHAI,
) -> datetime | None:
    """Return the due instant with paused time not counted, or None while a pause lasts: nothing is due then.

    `extensions` are the lengths granted so far, each counted from the due instant it lengthened. A pause that
    begins after the clock ran out changes nothing. The day a pause starts is counted, the day it ends is not.
    """
    spans = _merged(pauses)
    due: datetime | None = _period(definition, start, definition.length, spans, tz)
    # From the due instant it lengthened, and with the pauses that fall into it: in the order in which they were granted.
    for length in extensions:
        if due is None:
            return None
        due = _period(definition, _day_of(definition, due), length, spans, tz)
    return due


def extended(
    definition: ClockDef,
    due_at: datetime,
    *,
    times_used: int,
    approver_role: str,
    reason: str,
    consented: bool = False,
    length: int | None = None,
    tz: tzinfo = SHANGHAI,
) -> datetime:
    """Return the new due instant, counted from the present one, or raise what stands against it.

    `length` is what was asked for, in the clock's own unit; without it, all that the rule gives.
    """
    added = granted_length(definition, times_used, approver_role, reason, consented, length)
    return _later(definition, due_at, added, tz)


def granted_length(
    definition: ClockDef,
    times_used: int,
    approver_role: str,
    reason: str,
    consented: bool,
    length: int | None = None,
) -> int:
    """Return how many units are added, or raise what stands against it."""
    rule = definition.extension
    if rule is None:
        raise ExtensionNotForeseen(title=definition.title)
    if rule.times is not None and times_used >= rule.times:
        raise ExtensionUsedUp(title=definition.title, times=rule.times)
    if approver_role not in rule.granted_by:
        raise ExtensionNeedsApprover(
            title=definition.title, who="或".join(APPROVERS[r] for r in rule.granted_by)
        )
    # Asked before the reason: where the parties must agree, no reason of the office stands in for them.
    if rule.consent != "none" and not consented:
        raise ExtensionNeedsConsent(title=definition.title, who=CONSENTS[rule.consent])
    if not reason.strip():
        raise ExtensionNeedsReason(title=definition.title)
    return _length_within(definition, rule, length)


def _length_within(definition: ClockDef, rule: Extension, asked: int | None) -> int:
    most = rule.length or rule.max_length
    wanted = asked or most or definition.length
    if wanted < 1 or (most is not None and wanted > most):
        raise ExtensionTooLong(title=definition.title, most=f"{most}{UNITS[definition.unit]}")
    return wanted


def _later(definition: ClockDef, due: datetime, length: int, tz: tzinfo) -> datetime:
    if definition.unit in EXACT:
        return due + length * EXACT[definition.unit]
    return midnight_after(last_day(definition, due_on(due, tz), length), tz)


Span = tuple[datetime, datetime | None]


def _merged(pauses: Iterable[Pause]) -> list[Span]:
    """Join pauses that overlap, so that no hour is left out twice."""
    joined: list[Span] = []
    for pause in sorted(pauses, key=lambda each: each.started_at):
        begun, ended = joined[-1] if joined else (pause.started_at, pause.started_at)
        if joined and (ended is None or pause.started_at <= ended):
            joined[-1] = (
                begun,
                None if ended is None or pause.ended_at is None else max(ended, pause.ended_at),
            )
        else:
            joined.append((pause.started_at, pause.ended_at))
    return joined


def _period(
    definition: ClockDef, start: datetime, length: int, spans: list[Span], tz: tzinfo
) -> datetime | None:
    if definition.unit in EXACT:
        return _exact_period(definition, start, length, spans)
    begun = start.astimezone(tz).date()
    paused = 0
    due = midnight_after(last_day(definition, begun, length), tz)
    for started_at, ended_at in spans:
        if started_at >= due:
            break
        if ended_at is None:
            return None
        # By days: the day a pause begins was still worked on, the day it ends is not yet.
        left, right = max(begun, started_at.astimezone(tz).date()), ended_at.astimezone(tz).date()
        if right > left:
            some = definition.unit in BY_CALENDAR
            paused += definition.calendar.between(left, right) if some else (right - left).days
            due = midnight_after(last_day(definition, begun, length, paused=paused), tz)
    return due


def _exact_period(definition: ClockDef, start: datetime, length: int, spans: list[Span]) -> datetime | None:
    begun = counted_from(definition, start)
    due = begun + length * EXACT[definition.unit]
    for started_at, ended_at in spans:
        if started_at >= due:
            break
        if ended_at is None:
            return None
        due += max(timedelta(0), ended_at - max(begun, started_at))
    return due


def _day_of(definition: ClockDef, due: datetime) -> datetime:
    """Return a moment within the last day, so the next period counts from the day after it."""
    return due if definition.unit in EXACT else due - timedelta(microseconds=1)
