"""Walk a pretend case: the real engine, the real law, nothing in the database. The walk lies sealed in the session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict

from heshi.cases.actions.ticking import SAYS
from heshi.cases.models import Event
from heshi.cases.queries import definitions_for
from heshi.cases.rules import State, Turning, facts_now, folded, moment, turned
from heshi.cases.terms import OPENED, TICKED
from heshi.clocks.rules import due_on
from heshi.common.refusals import Conflict
from heshi.people.queries import county_centre
from heshi.playbooks.rules import Playbook, Position, Situation, Step, Tell, decide, graded, offered
from heshi.web.asks import ask_form
from heshi.web.desk.casefile import PREFILLED, Button
from heshi.web.desk.labels import names, topic_choices
from heshi.web.desk.story import Act, Limit, limits_of, story_of
from heshi.web.forms import PageForm
from heshi.web.playbooks.wording import colour_word, outcome_word, role_word, tier_word, told_word
from heshi.web.resident.draft import Drawer

MOST_ACTS: Final = 60
NUMBER: Final = "〔编号〕"
PRETENDED: Final = ["经办人甲（假设）", "经办人乙（假设）"]


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
class Walk:
    """A pretend case: the version it lives by, and its events with the notices each would have sent."""

    version: str
    acts: list[dict[str, Any]]

    @property
    def now(self) -> datetime:
        """Return the walk's own time: the moment of its last event."""
        return moment(self.acts[-1]["at"])

    @property
    def revision(self) -> int:
        """Return how far it has come."""
        return len(self.acts)

    def state(self) -> State:
        """Return where the pretend case stands: its events, folded as those of a real one."""
        return folded((act["number"], act["went_to"], moment(act["at"]), act["body"]) for act in self.acts)


@dataclass(frozen=True, slots=True)
class Seat:
    """A role one can take, and how many buttons it has now."""

    role: str
    label: str
    count: int
    taken: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One event of the walk, and the notices it would have sent."""

    act: Act
    notices: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Standpoint:
    """The page of a walk, as one role sees it."""

    revision: int
    role: str
    position: Position
    words: Sequence[tuple[str, str]]
    seats: Sequence[Seat]
    buttons: Sequence[Button]
    limits: Sequence[Limit]
    story: Sequence[Told]
    now: datetime

    @property
    def runs(self) -> bool:
        """Say whether there is the end of a clock to wait for."""
        return any(limit.running and limit.due > self.now for limit in self.limits)


def drawer(session: SessionBase, code: str) -> Drawer:
    """Return where the walk through one playbook lies."""
    return Drawer(session, f"walk_{code}")


def held(session: SessionBase, code: str, version: str) -> Walk | None:
    """Return the walk that is under way; one through an older version counts as none."""
    found = drawer(session, code).look()
    return Walk(**found) if found and found["version"] == version else None


def keep(session: SessionBase, code: str, walk: Walk) -> None:
    """Keep the walk for the next press."""
    drawer(session, code).put(asdict(walk))


def begun(book: Playbook, *, version: str, given: Mapping[str, str], at: datetime) -> Walk:
    """Return a pretend case as it stands right after it was registered."""
    places = names().place_choices()
    facts: dict[str, Any] = {
        "kind": given["kind"], "source": given["source"], "topic": "18", "parties": 1,
        "place": places[-1][0] if places else "", "unit": str(county_centre().pk),
    }  # fmt: skip
    facts |= {name: value for name, value in graded(book, facts).items() if value}
    turning = Turning(State(), definitions_for(book), {}, frozenset(), at)
    walk = Walk(version, [])
    body = {"facts": facts, "clocks": turned(book.opening, turning), "end": False}
    _note(walk, book, step=OPENED, went_to=book.start, by="群众", at=at, body=body)
    return walk


def allow(walk: Walk, book: Playbook, *, code: str, role: str) -> None:
    """Raise what the engine has against the step itself, before anybody looks at the answers."""
    state, roles = walk.state(), frozenset({role})
    if book.steps[code] not in _offered(book, state, role):
        decide(book, Situation(state.position, facts_now(state, book), roles), code, {})


def stepped(walk: Walk, book: Playbook, *, code: str, role: str, answers: Mapping[str, Any]) -> None:
    """Take a step in a role; raises what the playbook or the law has against it, and leaves the walk as it was."""
    if walk.revision >= MOST_ACTS:
        raise WalkTooLong
    state, roles, at = walk.state(), frozenset({role}), walk.now
    outcome = decide(book, Situation(state.position, facts_now(state, book), roles), code, answers)
    turning = Turning(state, definitions_for(book), answers, roles, at)
    clocks = turned(outcome.clocks, turning, end=outcome.end)
    body = {"facts": dict(outcome.facts), "clocks": clocks, "end": outcome.end}
    by = role_word(book, role)
    _note(walk, book, step=code, went_to=outcome.position, by=by, at=at, body=body, tells=outcome.tells)


def waited(walk: Walk, book: Playbook) -> None:
    """Let time pass until the next clock has run out; raises NothingRuns."""
    if walk.revision >= MOST_ACTS:
        raise WalkTooLong
    state = walk.state()
    ahead = [clock for clock in state.clocks.values() if clock.state == "running" and clock.due_at > walk.now]
    if not ahead:
        raise NothingRuns
    clock = min(ahead, key=lambda one: (one.due_at, one.code))
    change = {"op": "stage", "code": clock.code, "round": clock.round, "stage": "overdue"}
    clock.stage = "overdue"
    body = {"facts": _regraded(book, state), "clocks": [change], "end": not state.is_open}
    holder = book.positions[state.position].holder
    says = SAYS["overdue"].format(title=definitions_for(book)[clock.code].title)
    tells = [Tell(who, says) for who in _warned(holder)]
    _note(walk, book, step=TICKED, went_to=state.position, by="系统", at=clock.due_at, body=body, tells=tells)


def standpoint(walk: Walk, book: Playbook, *, role: str, busy: Button | None = None) -> Standpoint:
    """Return the page for a role; an unknown role is exchanged for one that has something to do."""
    state, definitions = walk.state(), definitions_for(book)
    here = {one: _offered(book, state, one) for one in roles_of(book)}
    role = role if role in here else _likely(here)
    clocks = limits_of(list(state.clocks.values()), definitions, at=walk.now)
    story = story_of([_event(act) for act in walk.acts], book, definitions)
    return Standpoint(
        revision=walk.revision,
        role=role,
        position=book.positions[state.position],
        words=_graded_words(book, state),
        seats=[Seat(one, role_word(book, one), len(steps), one == role) for one, steps in here.items()],
        buttons=[_button(walk, step, busy, only=len(here[role]) == 1) for step in here[role]],
        limits=clocks,
        story=[Told(act, row["tells"]) for act, row in zip(story, walk.acts, strict=True)],
        now=walk.now,
    )


def roles_of(book: Playbook) -> list[str]:
    """Return every role that can do something in a playbook."""
    return list(dict.fromkeys(role for step in book.steps.values() for role in step.who))


def step_form(walk: Walk, step: Step, data: QueryDict | None = None) -> PageForm:
    """Return the form of a step, prefilled with what is known, or filled with what was sent."""
    facts = walk.state().facts
    kind = ask_form(step.asks, choices=_choices(step, str(facts.get("topic", ""))))
    known = {name: facts.get(name, "") for name in PREFILLED}
    return kind(data, initial=known | {"revision": walk.revision}, auto_id=f"{step.code}_%s")


def _choices(step: Step, topic: str) -> dict[str, list[tuple[str, str]]]:
    wanted, lists = {ask.type for ask in step.asks}, {}
    if "unit" in wanted:
        lists["unit"] = names().unit_choices
    if "topic" in wanted:
        lists["topic"] = topic_choices(among=topic)
    if "place" in wanted:
        lists["place"] = names().place_choices()
    if "staff" in wanted:
        lists["staff"] = [(word, word) for word in PRETENDED]
    return lists


def _offered(book: Playbook, state: State, role: str) -> list[Step]:
    return offered(book, Situation(state.position, facts_now(state, book), frozenset({role})))


def _likely(here: Mapping[str, Sequence[Step]]) -> str:
    """Return the role whose step most often comes next."""
    return max(here, key=lambda role: max((step.weight for step in here[role]), default=-1))


def _button(walk: Walk, step: Step, busy: Button | None, *, only: bool) -> Button:
    if busy and busy.step.code == step.code:
        return busy
    return Button(step, step_form(walk, step), is_open=only and busy is None)


def _graded_words(book: Playbook, state: State) -> list[tuple[str, str]]:
    said = {"tier": ("层级", tier_word), "colour": ("颜色", colour_word), "outcome": ("结果", outcome_word)}
    return [
        (label, word(book, str(state.facts[name])))
        for name, (label, word) in said.items()
        if state.facts.get(name)
    ]


def _regraded(book: Playbook, state: State) -> dict[str, Any]:
    fresh = graded(book, facts_now(state, book))
    return {name: value for name, value in fresh.items() if state.facts.get(name) != value}


def _warned(holder: str) -> tuple[str, ...]:
    """Return who hears of a clock that ran out, as the tick tells it."""
    return ("resident",) if holder == "resident" else (holder if holder == "centre" else "unit", "supervisor")


def _note(
    walk: Walk, book: Playbook, *, step: str, went_to: str, by: str, at: datetime, body: dict[str, Any],
    tells: Iterable[Tell] = (),
) -> None:  # fmt: skip
    came_from = walk.acts[-1]["went_to"] if walk.acts else ""
    act = {
        "number": walk.revision + 1, "step": step, "came_from": came_from, "went_to": went_to, "by": by,
        "at": at.isoformat(), "body": body,
    }  # fmt: skip
    walk.acts.append(act)
    state = walk.state()
    act["tells"] = [
        {"who": told_word(book, tell.who), "say": _said(book, state, step, tell)} for tell in tells
    ]


def _said(book: Playbook, state: State, step: str, tell: Tell) -> str:
    clock = state.first_due()
    day = due_on(clock.due_at) if clock else None
    return tell.say.format(
        number=NUMBER, title="试走的案件", unit=names().unit(state.facts.get("unit")) or "承办单位",
        due=f"{day.year}年{day.month}月{day.day}日" if day else "规定期限",
        step=book.steps[step].label if step in book.steps else "",
    )  # fmt: skip


def _event(act: Mapping[str, Any]) -> Event:
    """Return an event as the story reads it; it is never saved."""
    return Event(
        number=act["number"], step=act["step"], came_from=act["came_from"], went_to=act["went_to"],
        actor_label=act["by"], at=moment(act["at"]), body=act["body"],
    )  # fmt: skip
