"""Whether one step is at least as strong as another: whatever the lower one secures, in every situation, the upper one secures too.

Two steps are compared by what they bring about in each situation that their conditions tell apart, and by what they ask, of whom and
from where. It does not matter how either is written. What is weaker has a name: the one by which it can be dropped (see `laying`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from heshi.playbooks.rules.conditions import Condition, Facts, holds
from heshi.playbooks.rules.effects import VERBS, Adding, ClockWork, chosen
from heshi.playbooks.rules.shape import SAME, Ask, Draw, Step, TaskWork
from heshi.playbooks.rules.worlds import Answer, worlds
from heshi.playbooks.terms import ALL_KINDS, PARTIES

Loss = tuple[str, str]
"""The name of what is weaker, and in a few words how."""
RIGHTFUL: Final = (
    frozenset(PARTIES),
    frozenset({"judge_liaison"}),
    frozenset({"supervisor", "leader", "auditor"}),
)
"""Whose acts are theirs by right: the parties', the court's, those of whoever oversees the office."""
Known = tuple[tuple[str, object], ...]
"""The facts of one situation, so that it can be looked up."""
GONE: Final = ""
WORDY: Final = frozenset({"text", "long_text"})


@dataclass(slots=True)
class Brought:
    """What a step brings about in one situation."""

    sets: dict[str, object] = field(default_factory=dict)
    clocks: set[tuple[str, str, str]] = field(default_factory=set)
    tells: set[str] = field(default_factory=set)
    adds: Counter[tuple[str, ...]] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)


def weaker(lower: Step, upper: Step) -> dict[str, str]:
    """Return the name of everything in which the upper step is weaker, each with how: in a few words, or none where it is gone."""
    found: dict[str, str] = {}
    for name, how in (
        *_acts(lower, upper),
        *_asks(lower, upper),
        *_draws(lower, upper),
        *_brought(lower, upper),
    ):
        found.setdefault(name, how)
    return found


# --- whose act it is, and from where -----------------------------------------------------------------


def _acts(lower: Step, upper: Step) -> Iterator[Loss]:
    if lower.who and (how := _handed_over(lower, upper)):
        yield "who", how
    if set(PARTIES) & set(lower.who) and not set(lower.source) <= set(upper.source):
        yield "from", "有的环节上办不了了"
    if lower.answers and not upper.answers:
        yield "answers", GONE
    if lower.resident and not upper.resident:
        yield "resident", "群众看不到这一步了"
    if lower.remembers and upper.remembers != lower.remembers:
        yield "remembers", GONE
    if lower.joins and upper.joins != lower.joins:
        yield "joins", GONE
    if (wait := lower.not_before) and upper.not_before != wait:
        yield f"not_before.{wait.clock or wait.field}", GONE
    yield from ((f"when_over.{code}", GONE) for code in lower.when_over if code not in upper.when_over)
    if lower.task:
        yield from _task(lower.task, upper.task)


def _handed_over(lower: Step, upper: Step) -> str:
    """Return how somebody's own act is no longer theirs, or theirs alone."""
    were, are = set(lower.who), set(upper.who)
    if set(PARTIES) & were - are:
        return "当事人自己办不了了"
    if any(were <= rightful and not are <= rightful for rightful in RIGHTFUL):
        return "别人也能替他们办了"
    for role in were & are:
        terms, now = lower.terms.get(role), upper.terms.get(role)
        if terms and (
            now is None
            or (terms.level, terms.other_than)
            != (terms.level and now.level, terms.other_than and now.other_than)
        ):
            return f"“{role}”的限制没有了"
    return ""


def _task(lower: TaskWork, upper: TaskWork | None) -> Iterator[Loss]:
    if upper is None or upper.kind != lower.kind:
        yield "task.kind", GONE
        return
    if not set(upper.source) <= set(lower.source):
        yield "task.from", "从别的状态也能办了"
    if lower.clock != upper.clock:
        yield "task.clock", f"改成了“{upper.clock or '不写'}”"
    for facts in worlds([row.when for row in (*lower.to, *upper.to)]):
        was, now = chosen(lower.to, facts), chosen(upper.to, facts)
        if was and (now is None or now.then != was.then):
            yield "task.to", _when(tuple(facts.items()))
            return


# --- what it asks, whom it draws ----------------------------------------------------------------------


def _asks(lower: Step, upper: Step) -> Iterator[Loss]:
    asked = {ask.name: ask for ask in upper.asks}
    for ask in lower.asks:
        if ask.name not in asked:
            yield f"asks.{ask.name}", GONE
        else:
            shown = bool(upper.resident or upper.answers)
            yield from (
                (f"asks.{ask.name}.{key}", how) for key, how in _ask(ask, asked[ask.name], shown=shown)
            )


def _ask(lower: Ask, upper: Ask, *, shown: bool) -> Iterator[Loss]:
    if lower.type and lower.type != upper.type and not {lower.type, upper.type} <= WORDY:
        yield "type", f"由 {lower.type} 改成了 {upper.type}"
    if lower.required and not upper.required:
        yield "required", GONE
    if lower.private and not upper.private:
        yield "private", GONE
    if upper.private and not lower.private and shown:
        yield "private", "群众看不到了"
    if len(lower.options) == 1 and (more := [code for code in upper.options if code not in lower.options]):
        yield "options", f"多了“{'、'.join(more)}”"  # one answer only is no question but a statement
    if lower.at_least is not None and (upper.at_least is None or upper.at_least < lower.at_least):
        yield "at_least", "放宽了"
    if lower.at_most is not None and (upper.at_most is None or upper.at_most > lower.at_most):
        yield "at_most", "放宽了"
    if lower.role and lower.role != upper.role:
        yield "role", f"由 {lower.role} 改成了 {upper.role or '不写'}"


def _draws(lower: Step, upper: Step) -> Iterator[Loss]:
    there = {draw.into: draw for draw in upper.draws}
    for draw in lower.draws:
        if draw.into not in there:
            yield f"draws.{draw.into}", GONE
        elif not _is_fair(draw, there[draw.into]):
            yield f"draws.{draw.into}", "抽得少了、从别处抽，或者少了回避"


def _is_fair(lower: Draw, upper: Draw) -> bool:
    """Say whether the upper draw takes as many, from the same roster, with everybody standing aside who did."""
    many = upper.how_many == lower.how_many or (
        isinstance(upper.how_many, int)
        and isinstance(lower.how_many, int)
        and upper.how_many >= lower.how_many
    )
    return (
        many
        and (upper.role, upper.kinds) == (lower.role, lower.kinds)
        and set(lower.apart) <= set(upper.apart)
    )


# --- what it brings about -----------------------------------------------------------------------------


def _brought(lower: Step, upper: Step) -> Iterator[Loss]:
    missing: dict[str, dict[Known, str]] = {}
    situations = [tuple(facts.items()) for facts in _situations(lower, upper)]
    for situation in situations:
        facts = dict(situation)
        for name, how in _less(brought(lower, facts), brought(upper, facts)):
            missing.setdefault(name, {})[situation] = how
    for name, where in missing.items():
        situation, how = next(iter(where.items()))
        yield name, how or _when(_telling(situation, set(situations) - set(where)))
    by_right = set(PARTIES) & set(lower.who)
    if by_right and any(row.then != SAME for row in lower.to) and all(row.then == SAME for row in upper.to):
        yield "to", "停在原地了"


def _situations(lower: Step, upper: Step) -> Iterator[Facts]:
    """Yield every situation in which the upper step can be taken, as far as the conditions of the two tell them apart."""
    changed = {name for step in (lower, upper) for name in _made_by(step)}
    lines = (line for line in upper.needs.lines if not changed & set(Condition((line,)).facts()))
    needs = Condition(tuple(lines))
    each = worlds(
        [needs, *_conditions(lower), *_conditions(upper)], _Answered({ask.name: ask for ask in upper.asks})
    )
    return (facts for facts in each if holds(needs, facts))


def _telling(situation: Known, fine: Collection[Known]) -> Known:
    """Return of a situation in which something is lost only the facts without which it would not be."""
    told = [
        index
        for index in range(len(situation))
        if any(
            one[:index] == situation[:index] and one[index + 1 :] == situation[index + 1 :] for one in fine
        )
    ]
    return tuple(situation[index] for index in told)


def _less(lower: Brought, upper: Brought) -> Iterator[Loss]:
    for name, value in lower.sets.items():
        if name not in upper.sets:
            yield f"sets.{name}", GONE
        elif upper.sets[name] != value:
            yield f"sets.{name}", f"记成了“{_word(upper.sets[name])}”"
    yield from ((f"clocks.{verb}.{code}", GONE) for verb, code, _field in sorted(lower.clocks - upper.clocks))
    yield from ((f"tells.{who}", GONE) for who in sorted(lower.tells - upper.tells))
    yield from ((f"adds.{key[0]}", GONE) for key in lower.adds - upper.adds)
    yield from ((name, GONE) for name in lower.counts - upper.counts)


def brought(step: Step, facts: Facts) -> Brought:
    """Return what a step brings about when these are the facts, in the order in which the engine does it (see `engine.decide`)."""
    found, known = Brought(), dict(facts)
    applied = [effect for effect in (step.own, *step.also) if _applies(effect.when, known, effect.sets)]
    for effect in applied:
        found.sets |= effect.sets
        found.clocks |= _turned(effect.clocks)
        found.counts.update(f"counts.{name}" for name in effect.counts)
        found.counts.update(f"climbs.{name}" for name in effect.climbs)
        found.adds.update(_added(each) for each in effect.adds if holds(each.when, known))
    row = chosen(step.to, known)
    if row:
        found.sets |= row.sets
        found.clocks |= _turned(row.clocks)
        known |= row.sets
    tells = [tell for effect in (*applied, *((row,) if row else ())) for tell in effect.tells]
    found.tells = {tell.who for tell in tells if holds(tell.when, known)}
    return found


def _applies(when: Condition, known: dict[str, object], sets: Mapping[str, object]) -> bool:
    if held := holds(when, known):
        known |= sets
    return held


def _turned(work: ClockWork) -> set[tuple[str, str, str]]:
    turned = {(verb, code, "") for verb in VERBS for code in getattr(work, verb)}
    turned |= {("until", code, name) for code, name in work.until.items()}
    return turned | {("since", code, name) for code, name in work.since.items()}


def _added(adding: Adding) -> tuple[str, ...]:
    """Return what makes one task another than the next, whatever it is called."""
    return (adding.task, adding.each, adding.unit, adding.due, adding.clock, adding.since)


def _conditions(step: Step) -> Iterator[Condition]:
    for _path, effect in step.effects():
        yield effect.when
        yield from (tell.when for tell in effect.tells)
        yield from (adding.when for adding in effect.adds)


def _made_by(step: Step) -> Iterator[str]:
    """Yield the facts that are others after the step than before it."""
    yield from (ask.name for ask in step.asks)
    for _path, effect in step.effects():
        yield from (*effect.sets, *effect.counts, *effect.climbs)
        yield from (f"{adding.task}_{what}" for adding in effect.adds for what in ("open", "all"))


@dataclass(frozen=True, slots=True)
class _Answered:
    """What the required questions of a step can be answered with, where only so much can be said."""

    asks: Mapping[str, Ask]

    def __call__(self, fact: str) -> Sequence[Answer] | None:
        if fact == "kind":
            return tuple(ALL_KINDS)
        ask = self.asks.get(fact)
        if ask is None or not ask.required:
            return None
        fixed: Mapping[str, Sequence[Answer]] = {
            "choice": tuple(ask.options), "yes_no": (True, False), "score": (1, 2, 3, 4, 5)
        }  # fmt: skip
        return fixed.get(ask.type)


def _when(situation: Known) -> str:
    """Return a situation in a few words; none for one that is like every other."""
    said = "，".join(f"{name} 是“{_word(value)}”" for name, value in situation)
    return f"{said}时没有了" if said else GONE


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "空" if value in (None, "", ()) else str(value)
