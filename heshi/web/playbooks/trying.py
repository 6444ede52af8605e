"""Walk a pretend case: the real engine, the real law, nothing in the database. The walk lies sealed in the session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase

from heshi.cases.record import Entry, read
from heshi.cases.rules import Actor, State, folded, situation_of
from heshi.cases.rules.saying import Occasion, said
from heshi.clocks.terms import Ticking
from heshi.common.refusals import Conflict
from heshi.people.queries import county_centre
from heshi.playbooks.rules import Playbook, Situation
from heshi.playbooks.rules.wording import role_word, told_word
from heshi.rehearsal.rules import PlayedCase, opened, resumed
from heshi.web.kit.drawer import Drawer
from heshi.web.kit.names import names

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
    facts = {
        "kind": given["kind"], "source": given["source"], "topic": "18", "parties": 1,
        "place": places[-1][0] if places else "", "unit": str(county_centre().pk),
    }  # fmt: skip
    walk = TrialWalk(version, [])
    _note(walk, opened(book, facts, at=at))
    return walk


def situation(walk: TrialWalk, book: Playbook, role: str, task: int = 0) -> Situation:
    """Return where the walk stands for somebody in this role: in a pretend case every unit's people may be played."""
    return situation_of(walk.state(), book, frozenset({role}), at=walk.now, task=task)


def stepped(
    walk: TrialWalk, book: Playbook, *, code: str, role: str, answers: Mapping[str, object], task: int = 0
) -> None:  # fmt: skip
    """Take a step in a role; raises what the playbook or the law has against it, and leaves the walk as it was."""
    case, actor = _going_on(walk, book), Actor("", None, role_word(book, role), frozenset({role}))
    case.step(code, actor=actor, at=walk.now, answers=answers, task=task)
    _note(walk, case)


def check_unmoved(walk: TrialWalk, revision: int) -> None:
    """Raise WalkMoved when the walk went on since somebody saw that revision."""
    if revision != walk.revision:
        raise WalkMoved


def waited(walk: TrialWalk, book: Playbook) -> None:
    """Let time pass until the next clock has run out; raises NothingRuns."""
    case = _going_on(walk, book)
    ahead = [
        clock.due_at
        for clock in case.state.clocks.values()
        if clock.state is Ticking.RUNNING and clock.due_at > walk.now
    ]
    if not ahead:
        raise NothingRuns
    case.tick(min(ahead))
    _note(walk, case)


def _going_on(walk: TrialWalk, book: Playbook) -> PlayedCase:
    """Return the pretend case as it stands; raises WalkTooLong."""
    if walk.revision >= MOST_ACTS:
        raise WalkTooLong
    return resumed(book, map(entry, walk.acts))


def _note(walk: TrialWalk, case: PlayedCase) -> None:
    """Keep what happened, each act with the notices it would have sent."""
    for happened in case.entries[walk.revision :]:
        act = {
            "number": happened.number, "step": happened.step, "came_from": happened.came_from, "went_to": happened.went_to,
            "by": happened.actor_label, "at": happened.at.isoformat(), "body": happened.body.written(),
        }  # fmt: skip
        walk.acts.append(act)
        act["tells"] = list(_told(happened, walk.state(), case.book))


def _told(happened: Entry, state: State, book: Playbook) -> Iterator[dict[str, str]]:
    about = Occasion(NUMBER, happened.step, happened.at, happened.body, state, book)
    for tell in happened.body.tells:
        if words := said(about, tell, _unit):
            yield {"who": _whom(book, tell.who), "say": words.text}


def _whom(book: Playbook, who: str) -> str:
    """Return whom a notice is for; a unit or a person that was named is called by name."""
    kind, _colon, key = who.partition(":")
    return (names().unit(key) or key) if key else told_word(book, kind)


def _unit(key: str) -> str:
    return names().unit(key) or "承办单位"
