"""Another way of working for a case that was sorted wrongly: where it stands there, and which of its clocks go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from heshi.cases.record import Body, ClockChange, body
from heshi.cases.rules.folding import ClockState, State
from heshi.cases.rules.idling import never_idle
from heshi.cases.rules.looking import graded_by
from heshi.cases.rules.turning import settled, started, stopped
from heshi.cases.terms import INTERNAL
from heshi.clocks.terms import Ticking
from heshi.common.refusals import Conflict, Invalid
from heshi.playbooks.rules import Playbook, Position, Step, Task, Told
from heshi.playbooks.rules.shape import SAME

FORMER = "lived_by"
"""The fact that keeps the versions a case lived by before, the first one first."""


class CaseOver(Conflict):
    """What has ended is not worked on in any way."""

    code = "case_over"
    sentence = "案件已经办结，不能改换办法；确需再办的，请先要求重新办理。"


class TasksUnknownThere(Conflict):
    """The other playbook does not know what is still being done here, or would let others see and do it."""

    code = "tasks_unknown_there"
    sentence = "“{title}”里没有同样的分项“{kinds}”，请先把没完的办完或撤下，再改换办法。"


class NoSuchPosition(Invalid):
    """A case cannot stand there under the other playbook."""

    code = "no_such_position"
    sentence = "“{title}”里没有可以接着办的环节“{position}”，请从列表里选一个。"


class SameWay(Conflict):
    """The case is worked on in this way already."""

    code = "same_way"
    sentence = "案件现在就按“{title}”办理，不用改换。"


@dataclass(frozen=True, slots=True)
class Change:
    """A case under one playbook, and the other by which it is to live; ``version`` is the key of that."""

    state: State
    old: Playbook
    new: Playbook
    version: str

    def proposed(self) -> str:
        """Return where the case most likely stands in the other playbook: the same place or one with the same name, else its start."""
        here = self.old.positions[self.state.position]
        if here.code == self.old.start:
            return self.new.start
        likely = sorted(self.open_positions().values(), key=lambda there: -_likeness(here, there))
        return likely[0].code if likely and _likeness(here, likely[0]) else self.new.start

    def open_positions(self) -> Mapping[str, Position]:
        """Return every position at which a case can go on there.

        One that lies behind an answer or an agreement is none for a case that has neither: she would read there that it is settled.
        """
        is_behind = self.state.position not in before_the_result(self.old)
        possible = self.new.positions if is_behind else before_the_result(self.new)
        return {
            code: self.new.positions[code]
            for code in self.new.positions
            if code in possible and not self.new.positions[code].end
        }

    def goes_on(self, clock: ClockState) -> bool:
        """Return whether a clock means the same in both playbooks; then not an hour of it is lost or given."""
        law = self.new.laws.get(clock.code)
        return law is not None and law == self.old.laws.get(clock.code)

    def clocks(self, position: str) -> Iterator[ClockChange]:
        """Yield what the change makes of the clocks.

        Those that fit run on untouched. One that is reckoned otherwise there is reckoned anew from when it began; a paused one is
        when it goes on. Of which the other playbook knows nothing, stops. Those of the opening there begin, on the day the case came
        in: a wrong first guess of ours takes nothing from her time.
        """
        ticking = [clock for clock in self.state.clocks.values() if clock.state is not Ticking.STOPPED]
        kept = [clock for clock in ticking if clock.code in self.new.laws]
        yield from (stopped(clock) for clock in ticking if clock.code not in self.new.laws)
        yield from (
            settled(self.new.laws[clock.code], clock)
            for clock in kept
            if clock.state is Ticking.RUNNING and not self.goes_on(clock)
        )
        running = {clock.code for clock in kept if not clock.task}
        for code in self.new.opening.start:
            if code not in running and not (position != self.new.start and self._is_over_by_then(code)):
                since = self.state.opened_at
                assert since is not None  # noqa: S101 -- every case begins by being opened
                yield started(self.new.laws[code], since, round_=self.state.rounds(code) + 1)

    def _is_over_by_then(self, code: str) -> bool:
        """Say whether the first step there ends a clock: behind the start it has done its work."""
        first = (step for step in self.new.steps.values() if self.new.start in step.source)
        return any(code in effects.clocks.stop for step in first for _at, effects in step.effects())

    def unknown_tasks(self) -> list[Task]:
        """Return the open tasks of which the other playbook knows neither kind, state nor clock, or which it would do by others."""
        return [task for task in self.state.tasks.values() if task.is_open and not self._is_known(task)]

    def _is_known(self, task: Task) -> bool:
        kind, clock = self.new.tasks.get(task.kind), self.state.clock_of(task)
        if kind is None or task.state not in kind.states or kind.seen_by != task.seen_by:
            return False
        return clock is None or clock.state is Ticking.STOPPED or clock.code in self.new.laws

    def named(self, tasks: Iterable[Task]) -> list[str]:
        """Return what these tasks are called here, each kind once; of what is for some only not even that is said."""
        kinds = self.old.tasks
        words = (
            INTERNAL if task.seen_by else kinds[task.kind].label if task.kind in kinds else task.kind
            for task in tasks
        )
        return list(dict.fromkeys(words))


def _likeness(here: Position, there: Position) -> int:
    return 2 * (here.code == there.code) + (here.label == there.label)


def before_the_result(playbook: Playbook) -> frozenset[str]:
    """Return the positions to which a case can come without an answer and without an outcome."""
    reached, waiting = {playbook.start}, [playbook.start]
    while waiting:
        here = waiting.pop()
        for step in playbook.steps.values():
            if here not in step.source or _brings_a_result(step):
                continue
            onward = {target for target in step.targets() if target != SAME} - reached
            reached |= onward
            waiting += onward
    return frozenset(reached)


def _brings_a_result(step: Step) -> bool:
    return step.answers or any("outcome" in effects.sets for _at, effects in step.effects())


def changed_way(change: Change, *, position: str, why: str, at: datetime, unit: str = "") -> Body:
    """Return what is written when a case goes over to another playbook: nothing said or done before is lost.

    ``unit`` is the key of the unit that has it from then on, where that changes too.
    Raises CaseOver, SameWay, NoSuchPosition or TasksUnknownThere.
    """
    _check(change, position)
    holder = change.new.positions[position].holder
    written = body(
        facts=_lives_by(change) | {"changed_why": why} | ({"unit": unit} if unit else {}),
        clocks=never_idle(tuple(change.clocks(position)), change.state, change.new.laws, at=at, moves=True),
        tells=(Told("centre" if holder in ("nobody", "resident") else holder, about="changed_way"),),
        end=False,
    )
    return graded_by(written, change.state, change.new, went_to=position, at=at)


def begun_by(change: Change, *, facts: Mapping[str, object], at: datetime) -> Body:
    """Return what is written when a case that was only held so far begins by the playbook that belongs to it.

    Raises CaseOver, SameWay or TasksUnknownThere.
    """
    start = change.new.start
    _check(change, start)
    clocks = never_idle(tuple(change.clocks(start)), change.state, change.new.laws, at=at, moves=True)
    written = body(facts={**facts, **_lives_by(change)}, clocks=clocks, end=False)
    return graded_by(written, change.state, change.new, went_to=start, at=at)


def _lives_by(change: Change) -> dict[str, object]:
    former = change.state.facts.get(FORMER)
    before = [*(former if isinstance(former, list | tuple) else ()), change.state.facts["playbook"]]
    return {"playbook": change.version, FORMER: before}


def _check(change: Change, position: str) -> None:
    if not change.state.is_open:
        raise CaseOver
    if change.state.facts["playbook"] == change.version:
        raise SameWay(title=change.new.title)
    if position not in change.open_positions():
        raise NoSuchPosition(title=change.new.title, position=position)
    if unknown := change.unknown_tasks():
        raise TasksUnknownThere(title=change.new.title, kinds="、".join(change.named(unknown)))
