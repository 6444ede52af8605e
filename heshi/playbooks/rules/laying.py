"""One layer laid over another: what adds up, what the upper layer may put in its own way, and what may not get lost.

Everything a layer secures has a name by which it can be dropped: ``needs.kind``, ``sets.outcome``, ``clocks.start.ARRIVE``,
``tells.resident``, ``adds.visit``, ``counts.bounces``, ``asks.unit.required``, ``answers``, ``who``, ``keeps.REVIEW``. Whether it is
still secured is not asked of the name: `comparing` weighs both layers by what they do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from heshi.common.yamltext import Draft, KeyPath, Problem

Spec = dict[str, object]
FLAGS: Final = ("answers", "rests")
LISTS: Final = ("counts", "climbs", "keeps", "when_over")
NAMED_BY: Final = {"tells": "who", "adds": "task", "draws": "into"}
"""Lists of entries, and by what an entry of the upper layer stands for one of the lower."""
ASK_FLAGS: Final = ("required", "private")
ASK_KEYS: Final = ("type", "options", "role", "at_least", "at_most")
OWN_WAY: Final = (
    "who", "from", "to", "joins", "remembers", "resident", "end", "outcomes", "done", "states", "clock", "holder", "leads", "seen_by",
    "on_expiry",
)  # fmt: skip
"""What is one layer's alone; to drop it is to say that one's own goes before the fragment's."""
UNNAMED: Final = "clocks.run"
"""That a clock runs on through a step is secured by saying nothing; `standing` looks whether it is dropped in vain."""
Losses = Mapping[str, str]
Compare = Callable[[Mapping[str, object], Mapping[str, object], Mapping[str, object]], Losses]
"""In what a lower layer is stronger than both as one; the third is what the upper layer says itself. See `comparing`."""


def unweighed(_lower: object, _whole: object, _upper: object) -> Losses:
    """Compare nothing: for a draft that was weighed before."""
    return {}


VERBS: Final = ("start", "stop", "pause", "resume", "extend", "until", "since")


@dataclass(slots=True)
class Laid:
    """Two layers as one, and what is wrong with how the upper one lies."""

    values: Spec
    problems: list[Problem] = field(default_factory=list)


def laid_over(lower: Spec, upper: Spec, draft: Draft, at: KeyPath, *, strict: bool, compare: Compare = unweighed) -> Laid:  # fmt: skip
    """Return what two layers say of one thing together; ``draft`` and ``at`` say where the upper one stands.

    ``strict``: a drop that drops nothing is a mistake; a fragment may drop what only some playbooks take in.
    """
    drops = _drops(upper)
    kept = _stripped(lower, drops)
    values = _joined(kept, upper)
    laid = Laid(values)
    losses = compare(kept, values, upper)
    if lost := {name: losses[name] for name in sorted(losses) if not _is_dropped(name, drops)}:
        laid.problems.append(draft.problem(at, _lost(lost)))
        # It is refused for that; whatever else is wrong is looked for as if it had stayed.
        values |= {flag: True for flag in FLAGS if flag in lost}
    there = set(secured(lower))
    for name in (
        sorted(name for name in drops if name not in there and not name.startswith(UNNAMED)) if strict else ()
    ):
        laid.problems.append(draft.problem((*at, "drops", name), _vain(name)))
    return laid


def _is_dropped(name: str, drops: Collection[str]) -> bool:
    """Say whether something is dropped by its name, or with the whole that it is part of."""
    return any(name == drop or name.startswith(f"{drop}.") for drop in drops)


def _lost(losses: Losses) -> str:
    names = list(losses)
    how = "；".join(f"{name}：{words}" if names[1:] else words for name, words in losses.items() if words)
    told = f"“{'、'.join(names)}”" + (f"（{how}）" if how else "")
    return f"这样写会丢掉片段里的{told}；真的不要，请逐项写进 drops 并写明理由，例如 drops: {{{names[0]}: 为什么}}。"


def _vain(name: str) -> str:
    return f"片段里没有“{name}”，不用写进 drops，请核对拼写或删去。"


def _drops(spec: Mapping[str, object]) -> dict[str, object]:
    given = spec.get("drops")
    return given if isinstance(given, dict) else {}


# --- what a layer secures, by name ------------------------------------------------------------------


def secured(spec: Mapping[str, object]) -> Iterator[str]:
    """Yield the name of everything a step or a position secures, wherever in it that stands."""
    yield from (f"needs.{fact}" for fact in _asked_in(spec.get("needs")))
    yield from (flag for flag in FLAGS if spec.get(flag) is True)
    yield from (f"{part}.{name}" for part in ("keeps", "when_over") for name in _words(spec.get(part)))
    yield from (f"not_before.{name}" for name in _entries(spec.get("not_before")).values())
    yield from (key for key in OWN_WAY if key in spec)
    yield from (f"task.{key}" for key in ("kind", "from", "to", "clock") if "task" in spec)
    yield from _secured_asks(spec.get("asks"))
    for effects in (spec, *_rows(spec.get("to")), *_rows(spec.get("also"))):
        yield from _secured_effects(effects)


def _secured_effects(effects: Mapping[str, object]) -> Iterator[str]:
    yield from (f"sets.{name}" for name in _entries(effects.get("sets")))
    for verb, codes in _entries(effects.get("clocks")).items():
        yield from (f"clocks.{verb}.{code}" for code in (codes if isinstance(codes, list | dict) else ()))
    for part, key in NAMED_BY.items():
        yield from (f"{part}.{entry.get(key)}" for entry in _rows(effects.get(part)))
    yield from (f"{part}.{name}" for part in ("counts", "climbs") for name in _words(effects.get(part)))


def _secured_asks(asks: object) -> Iterator[str]:
    for name, ask in _entries(asks).items():
        yield f"asks.{name}"
        yield f"asks.{name}.private"
        yield from (f"asks.{name}.{key}" for key in ("required", *ASK_KEYS) if _entries(ask).get(key))


def _asked_in(needs: object) -> Iterator[str]:
    for name in _entries(needs):
        if name == "all":
            yield from (fact for each in _rows(_entries(needs)[name]) for fact in _asked_in(each))
        else:
            yield name


# --- taking out what is dropped ---------------------------------------------------------------------


def _stripped(spec: Spec, drops: Collection[str]) -> Spec:
    """Return a layer without what the layer above drops by name."""
    if not drops:
        return spec
    kept = _without_effects(spec, drops)
    kept = {key: value for key, value in kept.items() if not (key in FLAGS and key in drops)}
    if "needs" in kept:
        kept["needs"] = _without_facts(
            kept["needs"], {name.removeprefix("needs.") for name in drops if name.startswith("needs.")}
        )
    if any(f"not_before.{name}" in drops for name in _entries(kept.get("not_before")).values()):
        del kept["not_before"]
    for part in ("to", "also"):
        if isinstance(rows := kept.get(part), list):
            kept[part] = [_without_effects(row, drops) if isinstance(row, dict) else row for row in rows]
    if isinstance(rows := kept.get("also"), list):
        # A condition of which everything was dropped that hung on it goes with it.
        kept["also"] = [row for row in rows if not isinstance(row, dict) or row.keys() - {"when"}]
        kept = kept if kept["also"] else {key: value for key, value in kept.items() if key != "also"}
    for part in ("keeps", "when_over"):
        if isinstance(names := kept.get(part), list):
            kept[part] = [name for name in names if f"{part}.{name}" not in drops]
    if isinstance(asks := kept.get("asks"), dict):
        kept["asks"] = {
            name: _without_flags(name, ask, drops)
            for name, ask in asks.items()
            if f"asks.{name}" not in drops
        }
    return kept


def without_clocks(spec: Spec, codes: Collection[str]) -> Spec:
    """Return a layer that turns none of these clocks; where the codes hold no clock, the layer as it is."""
    clocks = [code for code in codes if code.isupper()]
    return _stripped(spec, {f"clocks.{verb}.{code}" for verb in VERBS for code in clocks})


def _without_effects(effects: Spec, drops: Collection[str]) -> Spec:
    kept = dict(effects)
    if isinstance(sets := kept.get("sets"), dict):
        kept["sets"] = {name: value for name, value in sets.items() if f"sets.{name}" not in drops}
    if isinstance(clocks := kept.get("clocks"), dict):
        turned = {verb: _without_codes(verb, codes, drops) for verb, codes in clocks.items()}
        kept["clocks"] = {verb: codes for verb, codes in turned.items() if codes}
    for part, key in NAMED_BY.items():
        if isinstance(entries := kept.get(part), list):
            kept[part] = [one for one in entries if f"{part}.{_entries(one).get(key)}" not in drops]
    for part in ("counts", "climbs"):
        if isinstance(names := kept.get(part), list):
            kept[part] = [name for name in names if f"{part}.{name}" not in drops]
    return {key: value for key, value in kept.items() if value not in ([], {}) or effects[key] == value}


def _without_codes(verb: str, codes: object, drops: Collection[str]) -> object:
    if isinstance(codes, dict):
        return {code: value for code, value in codes.items() if f"clocks.{verb}.{code}" not in drops}
    return [code for code in _words(codes) if f"clocks.{verb}.{code}" not in drops]


def _without_facts(needs: object, facts: Collection[str]) -> object:
    kept: Spec = {}
    for name, wanted in _entries(needs).items():
        if name == "all":
            kept[name] = [_without_facts(each, facts) for each in _rows(wanted)]
        elif name not in facts:
            kept[name] = wanted
    return kept


def _without_flags(name: str, ask: object, drops: Collection[str]) -> object:
    return (
        {key: value for key, value in _entries(ask).items() if f"asks.{name}.{key}" not in drops}
        if isinstance(ask, dict)
        else ask
    )


# --- two layers as one ------------------------------------------------------------------------------


def _joined(lower: Spec, upper: Spec) -> Spec:
    both = {key for key in upper if key in lower}
    joined = {
        key: JOIN.get(key, _upper)(lower[key], value) if key in both else value
        for key, value in upper.items()
    }
    return joined | {key: value for key, value in lower.items() if key not in upper}


def _upper(_lower: object, upper: object) -> object:
    return upper


def _conditions(lower: object, upper: object) -> object:
    given = [each for each in (upper, lower) if each != {}]
    if not all(isinstance(each, dict) for each in given):
        return upper
    return given[0] if len(given) == 1 else {"all": given} if given else {}


def _maps(lower: object, upper: object) -> object:
    return {**lower, **upper} if isinstance(lower, dict) and isinstance(upper, dict) else upper


def _clockwork(lower: object, upper: object) -> object:
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    return {verb: _each(lower.get(verb), upper.get(verb)) for verb in dict.fromkeys((*upper, *lower))}


def _each(lower: object, upper: object) -> object:
    if lower is None or upper is None:
        return lower if upper is None else upper
    return _maps(lower, upper) if isinstance(upper, dict) else _lists(lower, upper)


def _lists(lower: object, upper: object) -> object:
    if not (isinstance(lower, list) and isinstance(upper, list)):
        return upper
    return [*upper, *(one for one in lower if one not in upper)]


def _named(key: str) -> Callable[[object, object], object]:
    def joined(lower: object, upper: object) -> object:
        if not (isinstance(lower, list) and isinstance(upper, list)):
            return upper
        taken = {_entries(one).get(key) for one in upper}
        return [*upper, *(one for one in lower if _entries(one).get(key) not in taken)]

    return joined


def _behind(lower: object, upper: object) -> object:
    return [*upper, *lower] if isinstance(lower, list) and isinstance(upper, list) else upper


def _asks(lower: object, upper: object) -> object:
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    return {name: _each(lower.get(name), upper.get(name)) for name in dict.fromkeys((*upper, *lower))}


JOIN: Final[Mapping[str, Callable[[object, object], object]]] = {
    "needs": _conditions, "sets": _maps, "clocks": _clockwork, "asks": _asks, "also": _behind, "drops": _maps,
    **dict.fromkeys(LISTS, _lists), **{part: _named(key) for part, key in NAMED_BY.items()},
}  # fmt: skip
"""How a part of two layers becomes one; every other part is the upper layer's own."""


def _entries(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _rows(value: object) -> list[dict[str, object]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _words(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
