"""What a step does to the clocks, worked out once and written into the event."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from heshi.cases.record import (
    ClockChange,
    ClockExtended,
    ClockPaused,
    ClockReplanned,
    ClockResumed,
    ClockStarted,
    ClockStopped,
)
from heshi.cases.rules.folding import ClockState, State
from heshi.clocks.rules import (
    SHANGHAI,
    ClockDef,
    ClockPlan,
    Pause,
    check_pause,
    due_on,
    granted_length,
    moment_in,
    plan,
    replan,
)
from heshi.clocks.rules.bounds import SETTLED_BY
from heshi.clocks.rules.counting import add_months, midnight_after
from heshi.clocks.terms import Ticking
from heshi.common.refusals import Conflict, Invalid
from heshi.playbooks.rules import ClockWork
from heshi.playbooks.rules.effects import REGISTRATION

A_DAY: Final = timedelta(days=1)
OLDEST: Final = 20
"""Years. 民法典第188条 protects no right for longer after the harm was done: an older day is a slip of the pen."""
YEARS_AHEAD: Final = 2


class ClockNotSo(Conflict):
    """Only a running clock can be paused or extended, only a paused one resumed."""

    code = "clock_not_so"
    sentence = "“{title}”现在不能这样操作，请刷新页面查看时限状态。"


class ClockVanished(Conflict):
    """A case has a clock that its playbook no longer knows."""

    code = "clock_vanished"
    sentence = "案件的预案里没有名为“{code}”的时限，它走不下去，请系统管理员核对预案。"


def law_of(definitions: Mapping[str, ClockDef], code: str) -> ClockDef:
    """Return the law behind a clock; raises ClockVanished."""
    found = definitions.get(code)
    if found is None:
        raise ClockVanished(code=code)
    return found


class DayOutside(Invalid):
    """A day that was asked for lies behind, or beyond what the clock allows."""

    code = "day_outside"
    sentence = "“{title}”的日子不对：请填今天以后、{last} 以前的日期，写成 2026-03-02 这样。"


class DayNotPast(Invalid):
    """A clock is to run since a day that is still to come, or lies far too long ago."""

    code = "day_not_past"
    sentence = "“{title}”从填的日子起算，不能晚于现在，也不能早于 {first}，请核对后改正。"


@dataclass(frozen=True, slots=True)
class Turning:
    """A step's hold on the clocks: the case, the law, the answers given, the roles of who acts, the moment."""

    state: State
    definitions: Mapping[str, ClockDef]
    answers: Mapping[str, object]
    roles: frozenset[str]
    at: datetime

    def law(self, code: str) -> ClockDef:
        """Return the law behind a clock; raises ClockVanished."""
        return law_of(self.definitions, code)

    def clock(self, code: str, wanted: Ticking) -> tuple[ClockDef, ClockState]:
        """Return a clock with its law; raises ClockNotSo unless it is as wanted, or ClockVanished."""
        definition, last = self.law(code), self.state.latest(code)
        if last is None or last.state is not wanted:
            raise ClockNotSo(title=definition.title)
        return definition, last


def turned(
    work: ClockWork, turning: Turning, *, rests: bool = False, keeps: Collection[str] = ()
) -> list[ClockChange]:  # fmt: skip
    """Return the clock changes that a step makes, as they stand in the event; an end or a rest stops whatever still runs but what it keeps.

    Raises ClockNotSo, DayOutside, DayNotPast, MomentUnreadable, or what the law behind a clock has against a pause or an extension.
    """
    ended = list(_stopped(work.stop, turning.state))
    ended += _all_stopped(turning.state, {*work.stop, *keeps}) if rests else ()
    return [
        *ended,
        *_started(work, turning, {change.code for change in ended}),
        *_since(work, turning, {change.code for change in ended}),
        *_until(work, turning),
        *(_paused(code, turning) for code in work.pause),
        *(_resumed(code, turning) for code in work.resume),
        *(_extended(code, turning) for code in work.extend),
    ]


def _stopped(codes: Iterable[str], state: State) -> Iterator[ClockStopped]:
    for code in dict.fromkeys(codes):
        last = state.latest(code)
        if last and last.state is not Ticking.STOPPED:
            yield stopped(last)


def _all_stopped(state: State, apart: Collection[str]) -> Iterator[ClockStopped]:
    """Stop what runs for the case; a task's clock stops with its task."""
    for clock in state.clocks.values():
        if clock.state is not Ticking.STOPPED and not clock.task and clock.code not in apart:
            yield stopped(clock)


def stopped(clock: ClockState) -> ClockStopped:
    """Return the end of a clock."""
    return ClockStopped(clock.code, clock.round)


def _started(work: ClockWork, turning: Turning, ended: Collection[str]) -> Iterator[ClockStarted]:
    for code in work.start:
        if not _runs(code, turning, ended):
            yield started(turning.law(code), turning.at, round_=turning.state.rounds(code) + 1)


def _runs(code: str, turning: Turning, ended: Collection[str]) -> bool:
    """Say whether a clock runs already: a second start would give more time than the rule does."""
    last = turning.state.latest(code)
    return last is not None and last.state is not Ticking.STOPPED and code not in ended


def _since(work: ClockWork, turning: Turning, ended: Collection[str]) -> Iterator[ClockStarted]:
    for code, name in work.since.items():
        if (day := _stated(name, turning)) and not _runs(code, turning, ended):
            yield since(turning.law(code), turning.at, day, round_=turning.state.rounds(code) + 1)


def _stated(name: str, turning: Turning) -> str:
    """Return the day or moment a clock counts from; empty where none was given."""
    if name == REGISTRATION:
        return (turning.state.opened_at or turning.at).isoformat()
    return str(turning.answers.get(name) or "")


def _until(work: ClockWork, turning: Turning) -> Iterator[ClockStarted]:
    for code, name in work.until.items():
        if day := turning.answers.get(name):
            yield until(turning.law(code), turning.at, str(day), round_=turning.state.rounds(code) + 1)


def started(definition: ClockDef, at: datetime, *, round_: int = 1, task: int = 0) -> ClockStarted:
    """Return the start of a clock; while next year's days of rest are unknown, the due instant is a bound and says so."""
    # Days are counted in China, wherever the server stands.
    made = plan(definition, at.astimezone(SHANGHAI))
    return ClockStarted(
        code=definition.code, round=round_, task=task, started=at, half=made.half_at, nearly=made.nearly_at, due=made.due_at,
        awaits_year=made.awaits_year,
    )  # fmt: skip


def since(definition: ClockDef, at: datetime, stated: str, *, round_: int = 1, task: int = 0) -> ClockStarted:
    """Return the start of a clock at a past day or moment somebody gave; raises DayNotPast or MomentUnreadable.

    It may have run out by now: then the next tick says so.
    """
    begun, now = moment_in(stated), at.astimezone(SHANGHAI)
    first = add_months(now.date(), -12 * OLDEST)
    if not first <= begun.date() or begun > now:
        raise DayNotPast(title=definition.title, first=f"{first:%Y-%m-%d}")
    return started(definition, begun, round_=round_, task=task)


def until(definition: ClockDef, at: datetime, day: str, *, round_: int = 1, task: int = 0) -> ClockStarted:
    """Return the start of a clock that runs to the end of a day somebody gave; raises DayOutside.

    The clock's own length is the longest it may be; the day given is not moved for rest days.
    """
    last, due = _last_for(definition, at.astimezone(SHANGHAI)), end_of_day(day)
    # A day somebody gave may shorten what the rule allows and never lengthen it.
    if not at < due <= last:
        raise DayOutside(title=definition.title, last=_last_in_words(definition, at, last))
    half = at + (due - at) / 2
    return ClockStarted(
        code=definition.code, round=round_, task=task, started=at, half=half, nearly=max(due - A_DAY, half), due=due
    )  # fmt: skip


def _last_in_words(definition: ClockDef, at: datetime, last: datetime) -> str:
    """Return the last day that can be given; while it is a bound, that it may yet become a later one."""
    day = f"{due_on(last):%Y-%m-%d}"
    return (
        f"{day}（{SETTLED_BY}，现在先填到这一天）"
        if plan(definition, at.astimezone(SHANGHAI)).awaits_year
        else day
    )


def _last_for(definition: ClockDef, now: datetime) -> datetime:
    """Return the last instant to which somebody may set a clock."""
    # Of some limits the law names only what is usual, as the two months for an answer to a court (法释〔2023〕11号第8条): what the
    # paper says counts, and only a slip of the pen is refused.
    if (
        definition.extension
        and definition.extension.length is None
        and definition.extension.consent == "none"
    ):
        return midnight_after(add_months(now.date(), 12 * YEARS_AHEAD), SHANGHAI)
    return plan(definition, now).due_at


def end_of_day(day: str) -> datetime:
    """Return the last instant of a day in China; raises DayOutside when it is no day."""
    try:
        # 24:00 of that day, as clocks counted in days end (民法典第203条).
        return datetime.combine(date.fromisoformat(day), time(), SHANGHAI) + A_DAY
    except ValueError as error:
        raise DayOutside(title=day, last="年-月-日") from error


def _paused(code: str, turning: Turning) -> ClockPaused:
    definition, last = turning.clock(code, Ticking.RUNNING)
    reason, document = (str(turning.answers.get(name, "")) for name in ("pause_reason", "pause_document"))
    check_pause(definition, Pause(reason, turning.at, None, document))
    return ClockPaused(code=code, round=last.round, reason=reason, document=document)


def _resumed(code: str, turning: Turning) -> ClockResumed:
    definition, last = turning.clock(code, Ticking.PAUSED)
    *before, open_pause = last.pauses
    pauses = [*before, Pause(open_pause.reason, open_pause.started_at, turning.at, open_pause.document)]
    made = _anew(definition, last, pauses, last.extensions)
    return ClockResumed(
        code=code, round=last.round, half=made.half_at, nearly=made.nearly_at, due=made.due_at, awaits_year=made.awaits_year
    )  # fmt: skip


def _extended(code: str, turning: Turning) -> ClockExtended:
    definition, last = turning.clock(code, Ticking.RUNNING)
    rule = definition.extension
    # The role in which she acts here, not every role she holds somewhere: the article names who grants it.
    approver = next((role for role in rule.granted_by if role in turning.roles), "") if rule else ""
    reason, consented = str(turning.answers.get("reason", "")), turning.answers.get("consented") is True
    added = granted_length(definition, len(last.extensions), approver, reason, consented)
    made = _anew(definition, last, last.pauses, (*last.extensions, added))
    return ClockExtended(
        code=code, round=last.round, length=added, half=made.half_at, nearly=made.nearly_at, due=made.due_at,
        awaits_year=made.awaits_year,
    )  # fmt: skip


def settled(definition: ClockDef, clock: ClockState) -> ClockReplanned:
    """Return the plan made again now that the year a clock waited for is known; it may still wait for another."""
    made = _anew(definition, clock, clock.pauses, clock.extensions)
    return ClockReplanned(
        code=clock.code, round=clock.round, half=made.half_at, nearly=made.nearly_at, due=made.due_at, awaits_year=made.awaits_year
    )  # fmt: skip


def _anew(
    definition: ClockDef, clock: ClockState, pauses: Sequence[Pause], extensions: Sequence[int]
) -> ClockPlan:
    """Return the moments planned anew; a clock that has longer to run is no longer late."""
    made = replan(definition, clock.started_at.astimezone(SHANGHAI), pauses, extensions)
    if made is None:  # only while a pause lasts, and the callers have ended it
        raise ClockNotSo(title=definition.title)
    return made
