"""A gate stands on every way to the same result: what must be so before one step may lead there holds for the others too.

Otherwise a rule that binds whoever answers is passed by whoever writes an agreement instead. A gate counts only where it binds: where
whatever lets the other step there is at least as strong as the gate, not where the same fact is merely looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.agreeing import ON_RECORD, UNCOUNTED
from heshi.playbooks.rules.conditions import Condition, holds
from heshi.playbooks.rules.shape import SAME, Playbook, Position, Step
from heshi.playbooks.rules.worlds import TooManyWorlds, worlds
from heshi.playbooks.terms import PARTIES, SOLVED

NATURE: Final = frozenset({"kind", "topic", "source", "place", "mandate"})
"""What a case is by its nature; a condition on that parts the ways and guards none of them."""
PARTING: Final = NATURE | ON_RECORD.keys()
"""With what a mediation has on record: that guards the agreement alone, and is looked at apart (`agreeing`)."""


NUMBERS: Final = tuple(range(40))
"""More of anything no condition asks for."""


@dataclass(slots=True)
class _Gates:
    """The gates of a step's way that other steps have and it has not, each with their labels, and all that there are."""

    open: dict[str, list[str]] = field(default_factory=dict)
    all: set[str] = field(default_factory=set)


def open_ways(playbook: Playbook) -> Iterator[tuple[KeyPath, str]]:
    """Yield every step that gets past a gate which another step to the same result has, with a sentence.

    A result is a position at which the office has done its part, or an end. On the way to the first everything that a step needs
    is a gate, and so it is for whoever of the office takes a case from there to the same end. On the way to an end besides: that no
    task may still be open, and that the case has been where those concerned can say how it went. A step that is meant to get past a
    gate says so by name, with the reason (``ungated``).
    """
    early = _before_rest(playbook)
    for step in playbook.steps.values():
        found = _found(playbook, step)
        for fact in sorted(set(found.open) - set(step.ungated)):
            yield ("steps", step.code), _sentence(step, fact, found.open[fact])
        passed = dict(_past_rest(playbook, step, early))
        for code in sorted(set(passed) - set(step.ungated)):
            yield ("steps", step.code), _shortcut(playbook, step, code, passed[code])
        for fact in sorted(set(step.ungated) - found.all - set(passed) - {UNCOUNTED}):
            yield (
                ("steps", step.code, "ungated", fact),
                f"没有通到同一个结果的步骤要看“{fact}”，不用写 ungated，请删去。",
            )


def _found(playbook: Playbook, step: Step) -> _Gates:
    found = _Gates()
    for position in _results(playbook, step):
        for other in playbook.steps.values():
            if other is step or position not in _results(playbook, other):
                continue
            for gate in _gates(playbook, step, other, position):
                facts = [fact for fact in gate.facts() if fact not in PARTING]
                found.all.update(facts)
                if not set(facts) & set(step.ungated) and not _binds(playbook, step, position.code, gate):
                    for fact in facts:
                        found.open.setdefault(fact, []).append(other.label)
    return found


def _results(playbook: Playbook, step: Step) -> list[Position]:
    """Return the results that a step leads to from somewhere else."""
    targets = {target for target in step.targets() if target != SAME and set(step.source) - {target}}
    return [
        position for code in sorted(targets) if (position := playbook.positions[code]).end or position.rests
    ]


def _gates(playbook: Playbook, step: Step, other: Step, position: Position) -> Iterator[Condition]:
    """Yield, one by one, what the other step needs before it leads there that this one must need too."""
    open_tasks = {fact for fact in playbook.no_tasks if fact.endswith("_open")}
    at_rest = {code for code in {*step.source} & {*other.source} if playbook.positions[code].rests}
    same_way = position.rests or (at_rest and not _is_of_parties(step, other))
    for line in other.needs.lines:
        gate = Condition((line,))
        facts = set(gate.facts())
        if facts & open_tasks or (same_way and facts - PARTING):
            yield gate


def _is_of_parties(step: Step, other: Step) -> bool:
    """Say whether this step is the parties' alone, or the other one theirs too: what binds the one at an end does not bind the other."""
    return set(step.who) <= set(PARTIES) or bool(set(other.who) & set(PARTIES))


def _binds(playbook: Playbook, step: Step, code: str, gate: Condition) -> bool:
    """Say whether the gate holds whenever the step leads there, by what it needs or by its line in the table of ``to``."""
    if set(gate.lines) <= set(step.needs.lines):
        return True
    about = _about(gate, [step.needs, gate, *(row.when for row in step.to)])
    try:
        return all(
            holds(gate, facts)
            for facts in worlds(about, partial(_counted, playbook))
            if holds(_known(step.needs, facts), facts) and code in _led_to(step, facts)
        )
    except TooManyWorlds:
        return False


def _counted(playbook: Playbook, fact: str) -> tuple[int, ...] | None:
    """Return what a number of tasks or of times can be: never less than none, never nothing at all."""
    return NUMBERS if fact in playbook.counters or fact in playbook.no_tasks else None


def _about(gate: Condition, conditions: list[Condition]) -> list[Condition]:
    """Return of the conditions the lines that have to do with the gate: the others cannot make it hold."""
    wanted = set(gate.facts())
    lines = [line for each in conditions for line in each.lines]
    return [Condition((line,)) for line in lines if wanted & set(Condition((line,)).facts())]


def _known(when: Condition, facts: Mapping[str, object]) -> Condition:
    """Return the lines of a condition that can be asked of these facts."""
    return Condition(tuple(line for line in when.lines if facts.keys() >= set(Condition((line,)).facts())))


def _led_to(step: Step, facts: Mapping[str, object]) -> Iterator[str]:
    """Yield where a step may lead with these facts, whatever else is so."""
    for row in step.to:
        known = _known(row.when, facts)
        if holds(known, facts):
            yield str(row.then)
            if known == row.when:
                return


def _sentence(step: Step, fact: str, others: list[str]) -> str:
    return (
        f"“{step.label}”和“{'、'.join(dict.fromkeys(others))}”通到同一个结果，却没有看“{fact}”；"
        f"请在 needs 里补上同样的条件，确实不用看的写 ungated: {{{fact}: 为什么}}。"
    )


# --- past the place where all others come by ----------------------------------------------------------


def _before_rest(playbook: Playbook) -> set[str]:
    """Return the positions to which a case comes before the office has done its part; all of them where no position says so."""
    reached, edge = {playbook.start}, {playbook.start}
    while edge:
        found = {
            target for step in playbook.steps.values() if edge & set(step.source) for target in _moves(step)
        }
        edge = {code for code in found if not playbook.positions[code].rests} - reached
        reached |= edge
    return reached


def _moves(step: Step) -> set[str]:
    return {target for target in step.targets() if target != SAME}


def _past_rest(playbook: Playbook, step: Step, early: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the position that a step leaves out, with the end it leads to at once.

    That is where other steps come from to that end; for an end at which a matter counts as solved it is wherever those concerned can
    say whether it is: nobody else says so for them.
    """
    ends = {code for code in _moves(step) if playbook.positions[code].end}
    if not ends or not early & set(step.source):
        return
    for other in (each for each in playbook.steps.values() if each is not step):
        rests = [code for code in other.source if playbook.positions[code].rests]
        yield from ((code, target) for code in rests for target in sorted(ends & _moves(other)))
    if set(step.who) <= set(PARTIES):
        return
    if good := [
        code
        for code in sorted(ends)
        if _claims_solved(step) or SOLVED & set(playbook.positions[code].outcomes)
    ]:
        yield from ((code, good[0]) for code, position in playbook.positions.items() if position.rests)


def _claims_solved(step: Step) -> bool:
    """Say whether a step can write down that the matter is solved."""
    chosen = {code for ask in step.asks if ask.name == "outcome" for code in ask.options}
    return bool(SOLVED & {*chosen, *(str(effects.sets.get("outcome")) for _path, effects in step.effects())})


def _shortcut(playbook: Playbook, step: Step, code: str, end: str) -> str:
    rest, label = playbook.positions[code].label, playbook.positions[end].label
    return (
        f"“{step.label}”不经过“{rest}”就到“{label}”，群众没有机会说解决了没有；请先到“{rest}”，"
        f"确实不用经过的写 ungated: {{{code}: 为什么}}。"
    )
