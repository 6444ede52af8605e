"""Drawing by lot: so many from a roster, nobody who must stand aside, and anybody can draw again and get the same.

How a draw goes, so that it can be repeated with a pencil and any program that knows SM3 (GB/T 32905-2016):

1. Take the roster without those left out.
2. For each key compute the SM3 of ``seed/into/key`` (UTF-8), where ``into`` is the name of the draw in the playbook.
3. Order the keys by these fingerprints and take the first so many.

The seed is made when the step is taken and stands in the event with the roster, so a replay draws nothing: it reads the result.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from heshi.common.digests import sm3
from heshi.common.refusals import Conflict
from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.asking import AnswerOutside, many
from heshi.playbooks.rules.shape import Draw, Playbook, Step

NAMED, SIDE, HELD = "named", "side", "held"
WHY_APART: Final = {
    NAMED: "本人或当事人申请回避",
    SIDE: "在一方当事人的单位任职",
    HELD: "办过、参与过这件案件",
}
"""Why somebody is left out of a draw; the first that fits is said."""
MOST_DRAWN: Final = 30
PRETENDED: Final = 60
"""So many stand on a made-up roster: enough for the largest draw with everybody recused who can be."""
OF_STAFF: Final = frozenset({"staff", "staffs"})
OF_UNITS: Final = frozenset({"unit", "units"})


class RosterTooSmall(Conflict):
    """Without those who stand aside, fewer are left than are to be drawn."""

    code = "roster_too_small"
    sentence = "“{label}”要抽 {wanted} 位，名册里 {listed} 位、回避 {apart} 位，只剩 {left} 位，请先补充名册，或者少抽几位。"


class Drawn(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One draw as the event keeps it for ever: everything that is needed to draw again. All by key, nobody by name."""

    into: str
    seed: str
    how_many: int
    roster: tuple[str, ...]
    apart: dict[str, str] = {}
    result: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lots:
    """What a step draws from: by the name of each draw its roster and who is left out and why, and the seed of the act."""

    seed: str = ""
    rosters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    apart: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


NO_LOTS: Final = Lots()


def lot(
    into: str, seed: str, roster: Iterable[str], apart: Collection[str], how_many: int
) -> tuple[str, ...]:
    """Return so many of a roster as the seed orders them, none of those left out; fewer where there are not as many."""
    left = set(roster) - set(apart)
    return tuple(sorted(left, key=lambda key: sm3(f"{seed}/{into}/{key}".encode()))[:how_many])


def holds_good(drawn: Drawn) -> bool:
    """Return whether drawing again gives what was written."""
    return lot(drawn.into, drawn.seed, drawn.roster, drawn.apart, drawn.how_many) == drawn.result


def drawn_in(step: Step, facts: Mapping[str, object], lots: Lots) -> tuple[Drawn, ...]:
    """Return every draw of a step with these answers; raises RosterTooSmall, and AnswerOutside for half a person."""
    return tuple(_drawn(step, draw, facts, lots) for draw in step.draws)


def _drawn(step: Step, draw: Draw, facts: Mapping[str, object], lots: Lots) -> Drawn:
    roster = tuple(sorted(set(lots.rosters.get(draw.into, ()))))
    apart = {**lots.apart.get(draw.into, {}), **dict.fromkeys(_named(step, draw, facts), NAMED)}
    apart = {key: why for key, why in sorted(apart.items()) if key in roster}
    wanted = _wanted(step, draw, facts)
    result = lot(draw.into, lots.seed, roster, apart, wanted)
    if len(result) < wanted:
        left = len(roster) - len(apart)
        raise RosterTooSmall(label=draw.label, wanted=wanted, listed=len(roster), apart=len(apart), left=left)
    return Drawn(into=draw.into, seed=lots.seed, how_many=wanted, roster=roster, apart=apart, result=result)


def _wanted(step: Step, draw: Draw, facts: Mapping[str, object]) -> int:
    if isinstance(draw.how_many, int):
        return draw.how_many
    said = facts.get(draw.how_many)
    if isinstance(said, float) and not said.is_integer():
        raise AnswerOutside(label=_label(step, draw.how_many), bounds="要写整数", names=[draw.how_many])
    return int(said) if isinstance(said, int | float) else 1


def _label(step: Step, name: str) -> str:
    return next((ask.label for ask in step.asks if ask.name == name), name)


def _named(step: Step, draw: Draw, facts: Mapping[str, object]) -> Iterator[str]:
    """Yield whom an answer names who could have been drawn: a person among persons, a unit among units."""
    kinds = OF_STAFF if draw.role else OF_UNITS
    for ask in step.asks:
        if ask.name in draw.apart and ask.type in kinds:
            yield from many(facts.get(ask.name) or ())


def pretended(step: Step, seed: str) -> Lots:
    """Return made-up rosters for a step of a pretend case."""
    roster = tuple(f"名册第{number}位（假设）" for number in range(1, PRETENDED + 1))
    return Lots(seed, {draw.into: roster for draw in step.draws})


def draw_named(playbook: Playbook, into: str) -> Draw | None:
    """Return the draw of a playbook that fills a fact; None when the fact is no draw's."""
    draws = (draw for step in playbook.steps.values() for draw in step.draws)
    return next((draw for draw in draws if draw.into == into), None)


# --- what must be true of a draw ----------------------------------------------------------------------


def broken_draws(
    playbook: Playbook, roles: Collection[str], unit_kinds: Collection[str]
) -> Iterator[tuple[KeyPath, str]]:
    """Yield what is wrong with the draws of a playbook, each with its place."""
    for step in playbook.steps.values():
        for index, draw in enumerate(step.draws):
            at: KeyPath = ("steps", step.code, "draws", index)
            yield from _of_names(draw, at, roles, unit_kinds)
            yield from _of_fields(step, draw, at)
        people = {draw.into for draw in step.draws if draw.role}
        for path, effects in step.effects():
            if any(adding.each in people for adding in effects.adds):
                yield (
                    ("steps", step.code, *path, "adds"),
                    f"“{step.label}”抽到的是人，分项交给单位；请抽单位（from 里只写 kinds），或者不写 each。",
                )


def _of_names(
    draw: Draw, at: KeyPath, roles: Collection[str], unit_kinds: Collection[str]
) -> Iterator[tuple[KeyPath, str]]:
    if draw.role and draw.role not in roles:
        yield (*at, "from"), f"没有名为“{draw.role}”的角色。"
    for kind in sorted(set(draw.kinds) - set(unit_kinds)):
        yield (*at, "from"), f"没有名为“{kind}”的机构类别。"


def _of_fields(step: Step, draw: Draw, at: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    asked = {ask.name: ask for ask in step.asks}
    if draw.into in asked:
        yield (*at, "into"), f"“{draw.into}”已经是填写项，抽到的请另起一个名字。"
    for name in draw.apart:
        if name not in asked or asked[name].type not in OF_STAFF | OF_UNITS:
            yield (
                (*at, "not"),
                f"not 写的“{name}”应当是这一步的填写项，类型是 staff、staffs、unit 或 units。",
            )
    if isinstance(draw.how_many, str):
        ask = asked.get(draw.how_many)
        if (
            ask is None
            or ask.type != "number"
            or not ask.required
            or not 1 <= (ask.at_most or 0) <= MOST_DRAWN
            or (ask.at_least or 0) < 1
        ):
            yield (
                (*at, "how_many"),
                f"how_many 写的“{draw.how_many}”应当是这一步必填的 number，写明 at_least（至少 1）和 at_most（最多 {MOST_DRAWN}）。",
            )
