"""Decide whose matter it is. The first rule in order whose conditions all hold; nobody falls into limbo.

Each value of a condition knows, as the bits of one integer, the rules it satisfies: which rules match is four lookups and an AND,
however many rules there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from heshi.people.terms import UNIT_KINDS
from heshi.places.rules.codes import level_of, township_in
from heshi.places.terms import VILLAGE as VILLAGE_LEVEL
from heshi.routing.rules.shape import Decision, Facts, Rule, StandingUnits, Target, UnitRef
from heshi.routing.terms import (
    CHOSEN,
    FALLBACK_PLAYBOOK,
    HELD,
    KIND,
    LATER,
    LEVELS,
    MOST_LOST,
    PLACE,
    TIER,
    TOPIC,
    TOWNSHIP,
    VILLAGE,
)

NOBODY = "没有分流规则适用于这件事，已转{unit}，请分流员确认承办单位。"
GONE = "分流规则“{rule}”指定的{wanted}不在，已转{unit}，请分流员确认承办单位，并请管理员改正规则。"
UNSURE = "系统只是猜，没有把握（{doubt}），所以没有分流，先放在{unit}，等人定了类别和事项再分。"
BY_HAND = "登记时选了按“{title}”办理，交{unit}。"
MOST_HELD = 50_000
Lost = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RuleBits:
    """Which rules a value satisfies, as bits; ``free`` are the rules that do not ask."""

    name: str
    free: int
    bits: Mapping[str, int]

    def met_by(self, value: str) -> int:
        """Return the rules that this value satisfies."""
        return self.free | self.bits.get(value, 0)


@dataclass(slots=True)
class Compiled:
    """Rules in order, over the units that stand today. Remembers decisions: equal facts always decide equally."""

    version: int
    rules: Sequence[Rule]
    standing: StandingUnits
    kinds: RuleBits
    topics: RuleBits
    places: RuleBits
    tiers: RuleBits
    held: dict[Facts, Decision] = field(default_factory=dict)


def compiled(
    *, version: int, rules: Sequence[Rule], paths: Mapping[str, tuple[str, ...]], standing: StandingUnits
) -> Compiled:
    """Return the rules ready to decide; ``paths`` gives the paths that a place code in a rule stands for."""
    ordered = sorted(rules, key=lambda rule: rule.priority)
    return Compiled(
        version,
        ordered,
        standing,
        _condition(KIND, ordered, lambda rule: rule.kinds),
        _condition(TOPIC, ordered, lambda rule: rule.topics),
        _condition(PLACE, ordered, lambda rule: rule.places, paths),
        _condition(TIER, ordered, lambda rule: rule.tiers),
    )


def _condition(
    name: str,
    rules: Sequence[Rule],
    asked: Callable[[Rule], frozenset[str]],
    paths: Mapping[str, tuple[str, ...]] | None = None,
) -> RuleBits:
    free, bits = 0, dict[str, int]()
    for place, rule in enumerate(rules):
        words: Iterable[str] = asked(rule)
        if not words:
            free |= 1 << place
        if paths is not None:
            words = [path for code in words for path in paths.get(code, ())]
        for word in words:
            bits[word] = bits.get(word, 0) | 1 << place
    return RuleBits(name, free, bits)


def decide(rules: Compiled, facts: Facts) -> Decision:
    """Return the decision for these facts."""
    decision = rules.held.get(facts)
    if decision is None:
        if len(rules.held) >= MOST_HELD:
            rules.held.clear()
        decision = rules.held[facts] = _decided(rules, facts)
    return decision


def _decided(rules: Compiled, facts: Facts) -> Decision:
    met = {
        KIND: rules.kinds.met_by(facts.kind),
        TOPIC: rules.topics.met_by(facts.topic),
        PLACE: _met_by_path(rules.places, facts.path),
        TIER: rules.tiers.met_by(facts.tier),
    }
    matching = met[KIND] & met[TOPIC] & met[PLACE] & met[TIER]
    winner = (matching & -matching).bit_length() - 1 if matching else len(rules.rules)
    lost = _lost(rules.rules, met, matching, winner)
    return _sent(rules, facts, rules.rules[winner] if matching else None, lost)


def _met_by_path(places: RuleBits, path: str) -> int:
    """Return the rules met by a place or by any division above it."""
    met, upper = places.free, path
    while upper and places.bits:
        met |= places.bits.get(upper, 0)
        upper = upper.rpartition("/")[0]
    return met


def _sent(rules: Compiled, facts: Facts, rule: Rule | None, lost: Lost) -> Decision:
    rule_id = f"{rules.version}/{rule.code}" if rule else None
    playbook = rule.playbook if rule else FALLBACK_PLAYBOOK
    unit, fallback = found(rule.target, facts, rules.standing) if rule else None, ""
    if unit is None:
        unit = centre_around(facts, rules.standing)
        fallback = NOBODY.format(unit=unit.name)
        if rule:
            fallback = GONE.format(rule=rule.note or rule.code, wanted=wanted(rule.target), unit=unit.name)
    return Decision(unit.id, unit.code, unit.name, playbook, rule_id, facts, rules.version, lost, fallback)


def _lost(rules: Sequence[Rule], met: Mapping[str, int], matching: int, winner: int) -> Lost:
    """Return the later rules that also matched, then the earlier ones that missed by one condition, then the other earlier ones."""
    later = _places(matching >> winner + 1 << winner + 1, MOST_LOST // 2)
    lost = [(rules[place].code, LATER) for place in later]
    before = (1 << winner) - 1
    for name, left in _by_nearness(met, before):
        lost += [(rules[place].code, name) for place in _places(left, MOST_LOST - len(lost))]
    return tuple(lost)


def _by_nearness(met: Mapping[str, int], before: int) -> Iterator[tuple[str, int]]:
    left = before
    for name in met:
        others = before
        for other, bits in met.items():
            others &= bits if other != name else ~bits
        left &= ~others
        yield name, others
    for name, bits in met.items():
        yield name, left & ~bits
        left &= bits


def _places(bits: int, most: int) -> list[int]:
    """Return the places of the lowest set bits."""
    places: list[int] = []
    while bits and len(places) < most:
        lowest = bits & -bits
        places.append(lowest.bit_length() - 1)
        bits ^= lowest
    return places


def held(rules: Compiled, facts: Facts, *, doubt: str, at: str = TOWNSHIP) -> Decision:
    """Return that nothing is decided yet: the centre around the matter keeps it until a person has said what it is about."""
    unit = centre_around(facts, rules.standing, at=at)
    why = UNSURE.format(doubt=doubt, unit=unit.name)
    return Decision(
        unit.id, unit.code, unit.name, FALLBACK_PLAYBOOK, None, facts, rules.version, fallback=why, how=HELD
    )


def chosen(
    rules: Compiled, facts: Facts, *, playbook: str, title: str, able: Callable[[str], bool], sure: bool
) -> Decision:
    """Return the decision where somebody chose the method: the rules still say whose matter it is, as far as they can.

    It goes where a rule sends it under this playbook; else to the one target of all rules with it; else, when it is ``sure`` what it
    is about, to the unit the rules name, if that is ``able`` to act under it; else to the centre around.
    """
    decision = decide(rules, facts)
    unit = rules.standing.units.get(decision.unit_code) if sure else None
    if decision.playbook != playbook or unit is None:
        targets = {rule.target for rule in rules.rules if rule.playbook == playbook}
        own = found(targets.pop(), facts, rules.standing) if len(targets) == 1 else None
        unit = own or (unit if unit and able(unit.code) else centre_around(facts, rules.standing))
    why = BY_HAND.format(title=title, unit=unit.name)
    return Decision(
        unit.id, unit.code, unit.name, playbook, None, facts, rules.version, fallback=why, how=CHOSEN
    )


def found(target: Target, facts: Facts, standing: StandingUnits) -> UnitRef | None:
    """Return the unit a rule means for a matter in this place, None when there is none today."""
    if target.unit:
        return standing.units.get(target.unit)
    if target.is_centre:
        return centre_around(facts, standing, at=target.at)
    near = standing.by_kind.get((target.kind, _place_at(target.at, facts.path, standing.county)))
    return near or standing.units.get(target.otherwise)


def centre_around(facts: Facts, standing: StandingUnits, *, at: str = TOWNSHIP) -> UnitRef:
    """Return the centre of the township of a place, the county's where it has none or nobody knows where."""
    near = standing.centres.get(_place_at(at, facts.path, standing.county))
    return near or standing.centres[standing.county]


def _place_at(level: str, path: str, county: str) -> str:
    if level == TOWNSHIP:
        return township_in(path) or ""
    if level == VILLAGE:
        return next((code for code in path.split("/") if level_of(code) == VILLAGE_LEVEL), "")
    return county


def wanted(target: Target) -> str:
    """Return in words whom a rule asks for."""
    if target.unit:
        return f"机构“{target.unit}”"
    return (
        f"{LEVELS[target.at]}“{'综治中心' if target.is_centre else UNIT_KINDS.get(target.kind, target.kind)}”"
    )
