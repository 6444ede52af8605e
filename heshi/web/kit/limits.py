"""The time limits of a case in people's words: what, until when, why, and what happened to each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from heshi.cases.rules import ClockState
from heshi.clocks.rules import SHANGHAI, ClockDef, bound_in_words, due_on
from heshi.clocks.terms import EXACT, PAUSE_REASONS, UNITS, Stage, Ticking
from heshi.web.kit.due import Due, due_in_words

STATES: Final = {Ticking.RUNNING: "计时中", Ticking.PAUSED: "已暂停", Ticking.STOPPED: "已停止"}


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """One time limit; ``exact`` when the hour counts, ``stage`` as far as its reminders have come.

    ``bound`` is how the day is told while the rest days of its year are not published: the earliest it can be.
    """

    title: str
    due: datetime
    on: date
    exact: bool
    why: str
    state: str
    stage: str
    running: bool
    is_over: bool
    badge: Due | None
    notes: Sequence[str]
    bound: str = ""


def limits_of(
    clocks: Iterable[ClockState], definitions: Mapping[str, ClockDef], *, at: datetime
) -> list[TimeLimit]:
    """Return the time limits of the case itself, those that run first, then by date; those of its tasks stand with the tasks."""
    # A code that this playbook no longer has cannot be explained, and a limit without its reason is not shown.
    own = [clock for clock in clocks if not clock.task and clock.code in definitions]
    own.sort(key=lambda clock: (list(STATES).index(clock.state), clock.due_at, clock.code))
    return [_limit(clock, definitions[clock.code], at) for clock in own]


def _limit(clock: ClockState, definition: ClockDef, at: datetime) -> TimeLimit:
    running = clock.state is Ticking.RUNNING
    return TimeLimit(
        title=definition.title,
        due=clock.due_at,
        on=due_on(clock.due_at),
        exact=definition.unit in EXACT,
        why=definition.why,
        state=STATES[clock.state],
        stage=Stage.NEARLY_DUE if clock.is_held else clock.stage,
        running=running,
        is_over=clock.state is Ticking.STOPPED,
        badge=due_in_words(clock.due_at, at=at, law=definition, bound=clock.is_bound) if running else None,
        notes=list(_notes(clock, definition)),
        bound=bound_in_words(clock.due_at) if clock.is_bound else "",
    )


def _notes(clock: ClockState, definition: ClockDef) -> Iterator[str]:
    for pause in clock.pauses:
        until = f"至{pause.ended_at.astimezone(SHANGHAI):%-m月%-d日}" if pause.ended_at else "至今"
        reason = PAUSE_REASONS.get(pause.reason, pause.reason)
        yield f"{pause.started_at.astimezone(SHANGHAI):%-m月%-d日}{until}暂停（{reason}，{pause.document}），不计入期限"
    for length in clock.extensions:
        basis = definition.extension.article if definition.extension else ""
        yield f"已延长 {length}{UNITS[definition.unit]}{f'（{basis}）' if basis else ''}"
