"""Walk a pretend case: the real engine, the real law, nothing in the database. The walk lies sealed in the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase

from heshi.cases.actions.ticking import holder_of, stage_reached, tells_of
from heshi.cases.queries import definitions_for
from heshi.cases.queries.file import situation_of
from heshi.cases.record import Body, ClockStaged, Entry, body, read
from heshi.cases.rules import State, Turning, body_of, facts_now, folded, turned
from heshi.cases.rules.saying import Occasion, said
from heshi.cases.terms import OPENED, TICKED
from heshi.clocks.terms import Ticking
from heshi.common.refusals import Conflict
from heshi.people.queries import county_centre
from heshi.playbooks.rules import Playbook, Situation, decide, graded
from heshi.web.kit.drawer import Drawer
from heshi.web.kit.names import names
from heshi.web.kit.wording import role_word, told_word

MOST_ACTS: Final = 60
NUMBER: Final = "〔编号〕"


class WalkMoved(Conflict):
    """The walk went on in another window, or was pressed twice."""

    code = "walk_moved"
    sentence = "这次试走在别处已经往前走了一步，您填的内容还在，请看过现在的位置再按一次。"


class WalkTooLong(Conflict):
    """A session is no place for endless walks."""

    code = "walk_too_long"
    sentence = "一次试走最多 60 步，请按“重新开始”再走一遍。"


class NothingRuns(Conflict):
    """No clock is running whose end could be waited for."""

    code = "walk_nothing_runs"
    sentence = "现在没有在走的时限，时间不用往后拨，请直接选一步往下走。"


@dataclass(slots=True)
class TrialWalk:
    """A pretend case: the version it lives by, and its events with the notices each would have sent."""

    version: str
    acts: list[dict[str, Any]]

    @property
    def now(self) -> datetime:
        """Return the walk's own time: the moment of its last event."""
        return entry(self.acts[-1]).at

    @property
    def revision(self) -> int:
        """Return how far it has come."""
        return len(self.acts)

    def state(self) -> State:
        """Return where the pretend case stands: its events, folded as those of a real one."""
        return folded(map(entry, self.acts))


def entry(act: Mapping[str, Any]) -> Entry:
    """Return an act of a walk as a line of its history."""
    return Entry(
        act["number"], act["step"], act["came_from"], act["went_to"], "", None, act["by"], datetime.fromisoformat(act["at"]),
        read(act["body"]),
    )  # fmt: skip


def drawer(session: SessionBase, code: str) -> Drawer:
    """Return where the walk through one playbook lies."""
    return Drawer(session, f"walk_{code}")


def held(session: SessionBase, code: str, version: str) -> TrialWalk | None:
    """Return the walk that is under way; one through an older version counts as none."""
    found = drawer(session, code).look()
    # A draft that was changed is another playbook: half a walk through the old one proves nothing.
    return TrialWalk(**found) if found and found["version"] == version else None


def keep(session: SessionBase, code: str, walk: TrialWalk) -> None:
    """Keep the walk for the next press."""
    drawer(session, code).put(asdict(walk))


def begun(book: Playbook, *, version: str, given: Mapping[str, str], at: datetime) -> TrialWalk:
    """Return a pretend case as it stands right after it was registered."""
    places = names().place_choices()
    facts: dict[str, object] = {
        "kind": given["kind"], "source": given["source"], "topic": "18", "parties": 1,
        "place": places[-1][0] if places else "", "unit": str(county_centre().pk),
    }  # fmt: skip
    facts |= {name: value for name, value in graded(book, facts).items() if value}
    turning = Turning(State(), definitions_for(book), {}, frozenset(), at)
    walk = TrialWalk(version, [])
    first = body(facts=facts, clocks=tuple(turned(book.opening, turning)), end=False)
    _note(walk, book, step=OPENED, went_to=book.start, by="群众", at=at, body=first)
    return walk


def situation(walk: TrialWalk, book: Playbook, role: str, task: int = 0) -> Situation:
    """Return where the walk stands for somebody in this role: in a pretend case every unit's people may be played."""
    return situation_of(walk.state(), book, frozenset({role}), task=task)


def stepped(
    walk: TrialWalk, book: Playbook, *, code: str, role: str, answers: Mapping[str, object], task: int = 0
) -> None:  # fmt: skip
    """Take a step in a role; raises what the playbook or the law has against it, and leaves the walk as it was."""
    if walk.revision >= MOST_ACTS:
        raise WalkTooLong
    at, here = walk.now, situation(walk, book, role, task)
    outcome = decide(book, here, code, answers)
    made = body_of(outcome, Turning(walk.state(), definitions_for(book), answers, here.roles, at))
    _note(walk, book, step=code, went_to=outcome.position, by=role_word(book, role), at=at, body=made)


def waited(walk: TrialWalk, book: Playbook) -> None:
    """Let time pass until the next clock has run out; raises NothingRuns."""
    if walk.revision >= MOST_ACTS:
        raise WalkTooLong
    state = walk.state()
    # Only what lies ahead: a clock that has run out already would hold time still.
    ahead = [
        clock for clock in state.clocks.values() if clock.state is Ticking.RUNNING and clock.due_at > walk.now
    ]
    if not ahead:
        raise NothingRuns
    clock = min(ahead, key=lambda one: (one.due_at, one.code))
    definition = definitions_for(book)[clock.code]
    now = stage_reached(clock, definition, clock.due_at, is_open=state.is_open)
    clock.stage = now
    made = body(
        facts=_regraded(book, state),
        clocks=(ClockStaged(code=clock.code, round=clock.round, stage=now),),
        tells=tuple(tells_of(definition, now, holder_of(state, clock, book))),
        end=not state.is_open,
    )
    _note(walk, book, step=TICKED, went_to=state.position, by="系统", at=clock.due_at, body=made)


def _regraded(book: Playbook, state: State) -> dict[str, object]:
    fresh = graded(book, facts_now(state, book))
    return {name: value for name, value in fresh.items() if state.facts.get(name) != value}


def _note(
    walk: TrialWalk, book: Playbook, *, step: str, went_to: str, by: str, at: datetime, body: Body
) -> None:  # fmt: skip
    came_from = walk.acts[-1]["went_to"] if walk.acts else ""
    act = {
        "number": walk.revision + 1, "step": step, "came_from": came_from, "went_to": went_to, "by": by,
        "at": at.isoformat(), "body": body.written(),
    }  # fmt: skip
    walk.acts.append(act)
    state = walk.state()
    about = Occasion(NUMBER, step, at, body, state, book)
    # Said when it happened, as it will be: told later, the words would speak of a case that has moved on.
    act["tells"] = [
        {"who": _whom(book, tell.who), "say": told.text}
        for tell in body.tells
        if (told := said(about, tell, _unit))
    ]


def _whom(book: Playbook, who: str) -> str:
    """Return whom a notice is for; a unit or a person that was named is called by name."""
    kind, _colon, key = who.partition(":")
    return (names().unit(key) or key) if key else told_word(book, kind)


def _unit(key: str) -> str:
    return names().unit(key) or "承办单位"
