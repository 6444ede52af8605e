"""What a step does to the clocks, worked out once and written into the event."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from heshi.cases.rules.folding import ClockState, State
from heshi.clocks.rules import (
    SHANGHAI,
    ClockDef,
    Pause,
    Plan,
    check_pause,
    due_on,
    granted_length,
    plan,
    replan,
)
from heshi.common.refusals import Conflict, Invalid
from heshi.playbooks.rules import ClockWork

Change = dict[str, Any]
A_DAY: Final = timedelta(days=1)


class ClockNotSo(Conflict):
    """Only a running clock can be paused or extended, only a paused one resumed."""

    code = "clock_not_so"
    sentence = "“{title}”现在不能这样操作，请刷新页面查看时限状态。"


class DayOutside(Invalid):
    """A day that was asked for lies behind, or beyond what the clock allows."""

    code = "day_outside"
    sentence = "“{title}”的日子不对：请填今天以后、{last} 以前的日期，写成 2026-03-02 这样。"


@dataclass(frozen=True, slots=True)
class Turning:
    """A step's hold on the clocks: the case, the law, the answers given, the roles of who acts, the moment."""

    state: State
    definitions: Mapping[str, ClockDef]
    answers: Mapping[str, Any]
    roles: frozenset[str]
    at: datetime

    def clock(self, code: str, wanted: str) -> tuple[ClockDef, ClockState]:
        """Return a clock with its law; raises ClockNotSo unless it is as wanted."""
        definition, last = self.definitions[code], self.state.latest(code)
        if last is None or last.state != wanted:
            raise ClockNotSo(title=definition.title)
        return definition, last


def turned(
    work: ClockWork, turning: Turning, *, rests: bool = False, keeps: Collection[str] = ()
) -> list[Change]:  # fmt: skip
    """Return the clock changes that a step makes, as they stand in the event; an end or a rest stops whatever still runs but what it keeps.

    Raises ClockNotSo, DayOutside, or what the law behind a clock has against a pause or an extension.
    """
    stopped = [*_stopped(work.stop, turning.state)]
    stopped += _all_stopped(turning.state, {*work.stop, *keeps}) if rests else ()
    return [
        *stopped,
        *_started(work, turning, {change["code"] for change in stopped}),
        *_until(work, turning),
        *(_paused(code, turning) for code in work.pause),
        *(_resumed(code, turning) for code in work.resume),
        *(_extended(code, turning) for code in work.extend),
    ]


def _stopped(codes: Iterable[str], state: State) -> Iterator[Change]:
    for code in dict.fromkeys(codes):
        last = state.latest(code)
        if last and last.state != "stopped":
            yield _stop(last)


def _all_stopped(state: State, apart: Collection[str]) -> Iterator[Change]:
    """Stop what runs for the case; a task's clock stops with its task."""
    for clock in state.clocks.values():
        if clock.state != "stopped" and not clock.task and clock.code not in apart:
            yield _stop(clock)


def _stop(clock: ClockState) -> Change:
    return {"op": "stop", "code": clock.code, "round": clock.round}


def _started(work: ClockWork, turning: Turning, stopped: Collection[str]) -> Iterator[Change]:
    for code in work.start:
        last = turning.state.latest(code)
        if last and last.state != "stopped" and code not in stopped:
            continue  # it runs already: a second start would give more time than the rule does
        yield started(turning.definitions[code], turning.at, round_=turning.state.rounds(code) + 1)


def _until(work: ClockWork, turning: Turning) -> Iterator[Change]:
    for code, name in work.until.items():
        if day := turning.answers.get(name):
            yield until(
                turning.definitions[code], turning.at, str(day), round_=turning.state.rounds(code) + 1
            )


def started(definition: ClockDef, at: datetime, *, round_: int = 1, task: int = 0) -> Change:
    """Return the start of a clock; while next year's days of rest are unknown, the due instant is a bound and says so."""
    return _begun(definition, at, round_, task) | _moments(plan(definition, at.astimezone(SHANGHAI)))


def until(definition: ClockDef, at: datetime, day: str, *, round_: int = 1, task: int = 0) -> Change:
    """Return the start of a clock that runs to the end of a day somebody gave; raises DayOutside.

    The clock's own length is the longest it may be; the day given is not moved for rest days.
    """
    bound = plan(definition, at.astimezone(SHANGHAI))
    due = end_of_day(day)
    if not at < due <= bound.due_at:
        raise DayOutside(title=definition.title, last=f"{due_on(bound.due_at):%Y-%m-%d}")
    half, nearly = at + (due - at) / 2, max(due - A_DAY, at + (due - at) / 2)
    instants = {"half": half, "nearly": nearly, "due": due}
    return _begun(definition, at, round_, task) | {name: one.isoformat() for name, one in instants.items()}


def end_of_day(day: str) -> datetime:
    """Return the last instant of a day in China; raises DayOutside when it is no day."""
    try:
        return datetime.combine(date.fromisoformat(day), time(), SHANGHAI) + A_DAY
    except ValueError as error:
        raise DayOutside(title=day, last="年-月-日") from error


def _begun(definition: ClockDef, at: datetime, round_: int, task: int) -> Change:
    change = {"op": "start", "code": definition.code, "round": round_, "started": at.isoformat()}
    return change | ({"task": task} if task else {})


def _moments(made: Plan) -> dict[str, Any]:
    waits = {"awaits_year": made.awaits_year} if made.awaits_year else {}
    instants = {"half": made.half_at, "nearly": made.nearly_at, "due": made.due_at}
    return waits | {name: instant.isoformat() for name, instant in instants.items()}


def _paused(code: str, turning: Turning) -> Change:
    definition, last = turning.clock(code, "running")
    reason, document = turning.answers.get("pause_reason", ""), turning.answers.get("pause_document", "")
    check_pause(definition, Pause(reason, turning.at, None, document))
    return {"op": "pause", "code": code, "round": last.round, "reason": reason, "document": document}


def _resumed(code: str, turning: Turning) -> Change:
    definition, last = turning.clock(code, "paused")
    *before, open_pause = last.pauses
    pauses = [*before, Pause(open_pause.reason, open_pause.started_at, turning.at, open_pause.document)]
    return {
        "op": "resume",
        "code": code,
        "round": last.round,
        **_anew(definition, last, pauses, last.extensions),
    }


def _extended(code: str, turning: Turning) -> Change:
    definition, last = turning.clock(code, "running")
    rule = definition.extension
    approver = next((role for role in rule.granted_by if role in turning.roles), "") if rule else ""
    reason, consented = str(turning.answers.get("reason", "")), turning.answers.get("consented") is True
    added = granted_length(definition, len(last.extensions), approver, reason, consented)
    anew = _anew(definition, last, last.pauses, (*last.extensions, added))
    return {"op": "extend", "code": code, "round": last.round, "length": added, **anew}


def settled(definition: ClockDef, clock: ClockState) -> Change:
    """Return the plan made again now that the year a clock waited for is known; it may still wait for another."""
    anew = _anew(definition, clock, clock.pauses, clock.extensions)
    return {"op": "replan", "code": clock.code, "round": clock.round, **anew}


def _anew(
    definition: ClockDef, clock: ClockState, pauses: Sequence[Pause], extensions: Sequence[int]
) -> dict[str, Any]:
    """Return the moments planned anew; a clock that has longer to run is no longer late."""
    made = replan(definition, clock.started_at.astimezone(SHANGHAI), pauses, extensions)
    if made is None:  # only while a pause lasts, and the callers have ended it
        raise ClockNotSo(title=definition.title)
    return {**_moments(made), "stage": "running"}
