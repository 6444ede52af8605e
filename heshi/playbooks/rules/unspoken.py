"""What came of tasks that only some may see: which facts tell of them, to which roles, and sentences that do not name them.

Conditions count a sealed task as any other. Whoever may not see it meets what follows, and does not read its name or how far it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from heshi.playbooks.rules.conditions import Condition
from heshi.playbooks.rules.effects import Adding, Tell
from heshi.playbooks.rules.shape import Playbook, Step, TaskKind
from heshi.playbooks.rules.who import who_words
from heshi.playbooks.rules.wording import condition_words
from heshi.playbooks.terms import BEYOND_STAFF

DESCRIBING: Final = ("each", "unit", "words", "due", "since")
"""By which of its fields a step describes the task that it adds."""
FOR_STAFF: Final = "内部事项的条件"
FOR_OTHERS: Final = "工作人员手上的事先办好"
"""A resident does not even learn that there is an internal matter."""
Audience = Mapping[str, frozenset[str]]
"""Names of facts and answers, each with the roles that may know of it."""


def sealed_kind(playbook: Playbook, step: Step) -> TaskKind | None:
    """Return the sealed kind of task a step is taken on; None for every other step."""
    kind = playbook.tasks.get(step.task.kind) if step.task else None
    return kind if kind and kind.seen_by else None


def describing_asks(playbook: Playbook, step: Step) -> frozenset[str]:
    """Return the questions of a step whose answers describe a sealed task that it adds."""
    return frozenset(name for name, _kind in _describing(playbook, step))


def sealed_facts(playbook: Playbook) -> Audience:
    """Return the facts of a case whose values came of a sealed task: answers that describe one, and whoever was drawn on one."""
    pairs = [
        pair
        for step in playbook.steps.values()
        for pair in (*_describing_by_its_own(playbook, step), *_drawn_on_one(playbook, step))
    ]
    return _audience(pairs)


def sealed_at(playbook: Playbook, step: Step) -> Audience:
    """Return what is for some only of all that a step knows: its own sealed answers, and facts from earlier ones."""
    kind, own = sealed_kind(playbook, step), own_names(step)
    before = {name: roles for name, roles in sealed_facts(playbook).items() if name not in own}
    described = list(_describing_by_its_own(playbook, step))
    return before | _audience([*described, *((name, kind) for name in own if kind)])


def own_names(step: Step) -> frozenset[str]:
    """Return what a step itself asks or draws."""
    return frozenset({ask.name for ask in step.asks} | {draw.into for draw in step.draws})


def needs_words(playbook: Playbook, step: Step, left: Condition, roles: Collection[str]) -> str:
    """Return in words what a step still needs, for somebody in these roles: nothing of a sealed task that is not for her."""
    unspoken = _unspoken(playbook, step, roles)
    told = Condition(tuple(line for line in left.lines if unspoken.isdisjoint(Condition((line,)).facts())))
    instead = FOR_OTHERS if set(roles) <= set(BEYOND_STAFF) else FOR_STAFF
    return "，且".join(filter(None, (condition_words(playbook, told), instead if told != left else "")))


def told_who(playbook: Playbook, step: Step, roles: Collection[str]) -> str:
    """Return in words who may take a step, for somebody in these roles."""
    return who_words(playbook, step, _unspoken(playbook, step, roles))


def speaks_of_one(playbook: Playbook, tell: Tell, adds: Iterable[Adding]) -> bool:
    """Return whether a notice is for those who have a sealed task: told to its kind, or by the step that adds it to whom it is for."""
    told = playbook.tasks.get(tell.who)
    if told:
        return bool(told.seen_by)
    sealed = [adding for adding in adds if playbook.tasks[adding.task].seen_by]
    return any(
        tell.who in playbook.tasks[adding.task].seen_by or tell.who in (adding.unit, adding.each)
        for adding in sealed
    )


def _unspoken(playbook: Playbook, step: Step, roles: Collection[str]) -> frozenset[str]:
    """Return the facts that may not be named to somebody in these roles; whoever works on a sealed task knows of it."""
    known = sealed_kind(playbook, step)
    telling = _audience(
        pair
        for kind in playbook.tasks.values()
        if kind.seen_by and kind is not known
        for pair in _telling_of(playbook, kind)
    )
    return frozenset(name for name, seen_by in telling.items() if seen_by.isdisjoint(roles))


def _telling_of(playbook: Playbook, kind: TaskKind) -> Iterator[tuple[str, TaskKind]]:
    yield from ((f"{kind.code}_{name}", kind) for name in ("open", "all", *kind.states))
    steps = playbook.steps.values()
    openly = frozenset().union(*(_filled(step) for step in steps if not sealed_kind(playbook, step)))
    for step in steps:
        if sealed_kind(playbook, step) is kind:
            yield from ((name, kind) for name in _filled(step) - openly)
        yield from ((name, each) for name, each in _describing_by_its_own(playbook, step) if each is kind)


def _filled(step: Step) -> frozenset[str]:
    """Return the facts that a step fills, in whatever way."""
    effects = [each for _path, each in step.effects()]
    noted = {name for each in effects for name in (*each.sets, *each.counts, *each.climbs)}
    return own_names(step) | noted | {name for name in (step.remembers,) if name}


def _describing(playbook: Playbook, step: Step) -> Iterator[tuple[str, TaskKind]]:
    for _path, effects in step.effects():
        for adding in effects.adds:
            kind = playbook.tasks.get(adding.task)
            if kind and kind.seen_by:
                yield from ((name, kind) for key in DESCRIBING if (name := getattr(adding, key)))


def _describing_by_its_own(playbook: Playbook, step: Step) -> Iterator[tuple[str, TaskKind]]:
    """Yield what a step itself asks to describe a sealed task; what was known before it is no secret by being used."""
    own = own_names(step)
    return ((name, kind) for name, kind in _describing(playbook, step) if name in own)


def _drawn_on_one(playbook: Playbook, step: Step) -> Iterator[tuple[str, TaskKind]]:
    kind = sealed_kind(playbook, step)
    return ((draw.into, kind) for draw in step.draws if kind)


def _audience(pairs: Iterable[tuple[str, TaskKind]]) -> dict[str, frozenset[str]]:
    """Return the roles for each name; whoever may know what is told in two places is named in both."""
    found: dict[str, frozenset[str]] = {}
    for name, kind in pairs:
        found[name] = found.get(name, frozenset(kind.seen_by)) & frozenset(kind.seen_by)
    return found
