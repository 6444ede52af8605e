"""A layer compared with the one above it: what the upper one would take away without naming it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from jsonschema import Draft202012Validator

from heshi.playbooks.rules.effects import Table, decided
from heshi.playbooks.rules.parsing import step_of, table_of
from heshi.playbooks.rules.shape import SAME, Position, Step
from heshi.playbooks.rules.strength import weaker
from heshi.playbooks.rules.worlds import TooManyWorlds, worlds
from heshi.playbooks.terms import SOLVED

Spec = Mapping[str, Any]
Losses = dict[str, str]
"""By the name under which it can be dropped what is weaker, each with how; without words where it is gone."""
BARE: Final = {"steps": {"label": "", "who": [], "from": [], "to": SAME}}
MEASURES: Final = ("length", "unit", "calendar")
"""What makes a local clock as long as it is."""
PLACE_LADDER: Final = "tier"
"""The levels of a place: each has its own, and they are no safeguard."""


@dataclass(frozen=True, slots=True)
class Comparer:
    """Compares two layers of one thing; ``shapes`` are those of `shapes_of`, ``positions`` all there are, ``clocks`` those not of law."""

    shapes: Mapping[str, Draft202012Validator]
    positions: Mapping[str, Position]
    clocks: frozenset[str]

    def lost(self, section: str, lower: Spec, whole: Spec, upper: Spec) -> Losses:
        """Return in what ``whole``, the two layers as one, is weaker than the lower; ``upper`` is what the upper layer says itself.

        Nothing where one of them has not the right shape: that is told elsewhere, and as it stands it cannot be read.
        """
        if not all(self.shapes[section].is_valid(each) for each in (lower, whole)):
            return {}
        compare: Mapping[str, Callable[[], Losses]] = {
            "steps": lambda: weaker(self._step(lower), self._step(whole)),
            "positions": lambda: dict(_position(lower, whole)),
            "tasks": lambda: dict(self._task(lower, whole)),
            "clocks": lambda: dict(_clock(lower, whole, upper)),
        }
        try:
            return compare[section]()
        except TooManyWorlds:
            return {"to": "条件太多，比不过来，请分成几步写"}

    def _step(self, spec: Spec) -> Step:
        asks = {name: {"label": "", "type": "", **ask} for name, ask in spec.get("asks", {}).items()}
        step = step_of("", {**BARE["steps"], **spec, "asks": asks}, self.positions)
        return replace(step, source=tuple(code for code in step.source if code in self.positions))

    def _task(self, lower: Spec, whole: Spec) -> Iterator[tuple[str, str]]:
        open_before = {state for state in lower.get("states", {}) if state not in lower.get("done", ())}
        if "done" in lower and (early := [state for state in whole.get("done", ()) if state in open_before]):
            yield "done", f"“{'、'.join(early)}”也算办完了"
        if next(iter(lower.get("states", {})), None) not in (None, next(iter(whole.get("states", {})), None)):
            yield "states", "不从原来的状态开始了"
        if "clock" in lower and not self._as_good_a_clock(_clocks(lower), _clocks(whole)):
            yield "clock", "换了时限，又没有在本预案 clocks 里写"
        for key in ("holder", "leads"):
            if lower.get(key) and whole.get(key) != lower[key]:
                yield key, f"改成了“{whole.get(key)}”"
        seen, sees = set(lower.get("seen_by", ())), set(whole.get("seen_by", ()))
        if (bool(seen) != bool(sees) and lower.get("label")) or not sees <= seen:
            yield "seen_by", "看得到的人变了"

    def _as_good_a_clock(self, lower: Table, whole: Table) -> bool:
        """Say whether the same clock runs in every situation, or one that the place has written down with its source."""
        return all(
            (now := decided(whole, facts)) == (was := decided(lower, facts)) or (was in self.clocks and now in self.clocks)
            for facts in worlds([row.when for row in (*lower, *whole)])
        )  # fmt: skip


def _clocks(spec: Spec) -> Table:
    given = spec.get("clock", [])
    return table_of(given if isinstance(given, list) else [{"then": given}])


def _position(lower: Spec, whole: Spec) -> Iterator[tuple[str, str]]:
    if lower.get("end") and not whole.get("end"):
        yield "end", ""
    if lower.get("rests") and not whole.get("rests"):
        yield "rests", ""
    yield from (
        (f"keeps.{code}", "") for code in lower.get("keeps", ()) if code not in whole.get("keeps", ())
    )
    good = [code for code in whole.get("outcomes", ()) if code in SOLVED]
    if good and lower.get("outcomes") and SOLVED.isdisjoint(lower["outcomes"]):
        yield "outcomes", f"多了“{'、'.join(good)}”"


def _clock(lower: Spec, whole: Spec, upper: Spec) -> Iterator[tuple[str, str]]:
    if whole.get("on_expiry", "overdue") != lower.get("on_expiry", "overdue"):
        yield "on_expiry", f"改成了“{whole.get('on_expiry', 'overdue')}”"
    changed = [key for key in MEASURES if whole.get(key) != lower.get(key)]
    if changed and not upper.get("source"):
        yield changed[0], "改了长短，又没有在同一处写 source（依据）"


def missing_rungs(lower: Spec, upper: Spec) -> list[str]:
    """Return the rungs of the lower ladder that the upper one does not have, by their words; none where they stand in another order."""
    return [str(word) for rung, word in lower.items() if rung not in upper]


def positions_of(given: object) -> dict[str, Position]:
    """Return of positions, as far as they are written, what a step needs to know to say where it starts."""
    specs = given if isinstance(given, dict) else {}
    return {code: _bare_position(code, spec) for code, spec in specs.items() if isinstance(spec, dict)}


def _bare_position(code: str, spec: Spec) -> Position:
    end = spec.get("end") is True
    return Position(code, "", "", str(spec.get("holder", "nobody" if end else "unit")), end)


def shapes_of(schema: Draft202012Validator) -> dict[str, Draft202012Validator]:
    """Return the shapes of what is laid over each other, by section, with nothing required: a layer may say little."""
    whole = cast("dict[str, Any]", schema.schema)
    loose: dict[str, Draft202012Validator] = {}
    for section in ("steps", "positions", "tasks", "clocks"):
        shape = copy.deepcopy(whole["properties"][section]["additionalProperties"])
        shape.pop("required", None)
        if section == "steps":
            shape["properties"]["asks"]["additionalProperties"].pop("required", None)
        loose[section] = Draft202012Validator({**shape, "$defs": whole["$defs"]})
    return loose
