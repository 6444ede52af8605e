"""Lay a playbook over the fragments it takes in.

What a fragment secures adds up through every layer: its conditions, what it notes, which clocks it turns, whom it tells, what it
adds and asks. Whoever writes a name or a way of his own goes before the fragment, but nothing is lost by that: what is not wanted
is dropped by name, with the reason (``drops``), and a drop that drops nothing is a slip of the pen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import pairwise
from typing import Final, cast

from jsonschema import Draft202012Validator

from heshi.common.values import Json
from heshi.common.yamltext import Draft, KeyPath, Problem
from heshi.playbooks.rules.comparing import PLACE_LADDER, Comparer, missing_rungs, positions_of, shapes_of
from heshi.playbooks.rules.laying import Compare, laid_over, unweighed, without_clocks
from heshi.playbooks.rules.reading import PlaybookRefused, read

MERGED: Final = ("clocks", "ladders", "positions", "steps", "tasks", "words")
"""What a fragment may hold."""
KEYED: Final = frozenset({"words"})
"""Sections whose entries are read key by key, nothing in them being a safeguard."""
Spec = dict[str, object]
Layer = tuple[Draft, object]
"""What one draft says of a thing; where it is no “key: value”, the schema will say so."""


def joined(draft: Draft, fragments: Mapping[str, str]) -> Draft:
    """Return the draft with its fragments taken in; ``fragments`` maps a fragment's code to its text.

    What the playbook names in ``without`` stays out. Raises PlaybookRefused with everything that is wrong: a fragment or something
    to leave out that does not exist, and drops of what is not there. Whether something would be lost `load` has asked before.
    """
    laid = laid_out(draft, fragments)
    if laid.problems:
        raise PlaybookRefused(laid.problems)
    return laid.draft


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A draft with its fragments taken in as far as they can be, and everything that is wrong with that.

    ``is_whole``: every fragment is there, so that what the draft does not say is said nowhere.
    """

    draft: Draft
    problems: list[Problem]
    is_whole: bool


def laid_out(
    draft: Draft, fragments: Mapping[str, str], schema: Draft202012Validator | None = None
) -> LaidOut:
    """Return the draft with its fragments taken in, and what is wrong; raises nothing.

    With the ``schema`` each layer is weighed against the one above it: what is weaker there without being named is wrong too.
    """
    missing: list[Problem] = []
    joining = _Joining(draft, list(_included(draft, fragments, missing)), shapes_of(schema) if schema else {})
    whole = joining.whole()
    return LaidOut(whole, missing + joining.problems, is_whole=not missing)


def _included(draft: Draft, fragments: Mapping[str, str], problems: list[Problem]) -> Iterator[Draft]:
    """Yield the fragments that a draft names, and note those that are not there or cannot be read."""
    names = draft.values.get("include", [])
    for index, name in enumerate(names if isinstance(names, list) else []):
        if not isinstance(name, str):
            continue  # what is no name at all the schema tells, with its place
        if name not in fragments:
            problems.append(draft.problem(("include", index), f"没有名为“{name}”的公共片段。"))
            continue
        try:
            yield _fragment(name, fragments[name])
        except PlaybookRefused as refusal:
            problems += refusal.problems


@lru_cache(maxsize=128)
def _fragment(name: str, text: str) -> Draft:
    """Return a fragment's draft; many playbooks take in the same few, and nobody changes what was read."""
    draft = read(f"fragments/{name}.yaml", text)
    if wrong := [draft.problem(path, sentence) for path, sentence in _misplaced(draft)]:
        raise PlaybookRefused(wrong)
    return draft


def _misplaced(fragment: Draft) -> Iterator[tuple[KeyPath, str]]:
    """Find what a fragment cannot hold; the schema sees only the whole, where it would be lost."""
    for section, given in fragment.values.items():
        if section not in MERGED:
            yield (section,), f"公共片段里不能写“{section}”，只能写：{'、'.join(MERGED)}。"
        elif not isinstance(given, dict):
            yield (section,), f"“{section}”的写法不对，这里应当是“键: 值”。"
        else:
            for name in [name for name, value in given.items() if not isinstance(value, dict)]:
                yield (section, name), f"“{name}”的写法不对，这里应当是“键: 值”。"


@dataclass(slots=True)
class _Joining:
    """One playbook and the fragments it takes in, the one that goes before the others first."""

    draft: Draft
    fragments: list[Draft]
    shapes: Mapping[str, Draft202012Validator] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def whole(self) -> Draft:
        whole = Draft(self.draft.file, dict(self.draft.values), dict(self.draft.places))
        unwanted = self._unwanted()
        for section in MERGED:
            if self._has(section):
                # only what was read is in it, in another order
                whole.values[section] = cast("Json", self._section(whole, section, unwanted))
        for fragment in self.fragments:
            for path, place in fragment.places.items():
                whole.places.setdefault(path, place)
        return whole

    def _has(self, section: str) -> bool:
        """Say whether there is anything to join; a section of the wrong shape is left for the schema to tell."""
        return isinstance(self.draft.values.get(section, {}), dict) and any(
            section in each.values for each in self.fragments
        )

    def _unwanted(self) -> frozenset[str]:
        """Return what the playbook leaves out, and note what it leaves out in vain."""
        given = self.draft.values.get("without", {})
        names = frozenset(given) if isinstance(given, dict) else frozenset[str]()
        there = {name for each in self.fragments for section in each.values for name in _part(each, section)}
        if strange := sorted(names - there):
            sentence = f"片段里没有“{'、'.join(strange)}”，without 只能写片段里的步骤、环节、分项和时限。"
            self.problems.append(self.draft.problem(("without",), sentence))
        return names

    def _section(self, whole: Draft, section: str, unwanted: frozenset[str]) -> Spec:
        names = self._names(section, unwanted)
        merged: Spec = {}
        for name in names:
            layers = list(self._layers(section, name, unwanted))
            merged[name] = self._entry(whole, section, name, layers)
        return (
            merged
            if section not in ("steps", "positions")
            else _without_idle_patches(merged, self.draft, section)
        )

    def _names(self, section: str, unwanted: frozenset[str]) -> list[str]:
        """Return the names of a section: the playbook's own in its order, then those of the fragments."""
        own = _part(self.draft, section)
        taken = (name for each in self.fragments for name in _part(each, section) if name not in unwanted)
        return list(dict.fromkeys([*own, *taken]))

    def _layers(self, section: str, name: str, unwanted: frozenset[str]) -> Iterator[Layer]:
        """Yield what each layer says of a thing, the lowest first."""
        for each in reversed(self.fragments):
            given = _part(each, section).get(name)
            if isinstance(given, dict) and name not in unwanted:
                yield each, without_clocks(given, unwanted)
        own = _part(self.draft, section)
        if name in own:
            yield self.draft, own[name]

    def _entry(self, whole: Draft, section: str, name: str, layers: list[Layer]) -> object:
        specs = [(draft, spec) for draft, spec in layers if isinstance(spec, dict)]
        if len(specs) < len(layers):
            return layers[-1][1]
        if section == "ladders":
            self.problems += _shortened(name, specs)
            return layers[-1][1]
        if section in KEYED:
            return {key: value for _draft, spec in specs for key, value in spec.items()}
        (_lowest, entry), *higher = specs
        at: KeyPath = (section, name)
        for draft, spec in higher:
            laid = laid_over(
                entry, spec, draft, at, strict=draft is self.draft, compare=self._comparing(whole, section)
            )
            self.problems += laid.problems
            entry = laid.values
        _place_lists(whole, at, entry, specs)
        return entry

    def _comparing(self, whole: Draft, section: str) -> Compare:
        if not self.shapes:
            return unweighed
        own_clocks = frozenset(_part(whole, "clocks"))
        comparer = Comparer(self.shapes, positions_of(whole.values.get("positions")), own_clocks)
        return partial(comparer.lost, section)


def _shortened(name: str, layers: list[tuple[Draft, Spec]]) -> Iterator[Problem]:
    """Find rungs of a fragment's ladder that the playbook's own does not have."""
    for (_lower, rungs), (draft, own) in pairwise(layers):
        if name != PLACE_LADDER and (missing := missing_rungs(rungs, own)):
            sentence = f"这样写会丢掉片段里的阶梯“{'、'.join(missing)}”；真的不要，请写 without: {{{name}: 为什么}}，再写自己的阶梯。"
            yield draft.problem(("ladders", name), sentence)


def _place_lists(whole: Draft, at: KeyPath, entry: Spec, layers: list[tuple[Draft, Spec]]) -> None:
    """Let each entry of a list keep the place it was written at, whatever stands before it now."""
    for part in ("tells", "adds", "also"):
        merged = entry.get(part)
        for index, one in enumerate(merged if isinstance(merged, list) else []):
            for draft, spec in layers:
                there = [number for number, each in enumerate(_list(spec.get(part))) if each is one]
                if there and (place := draft.places.get((*at, part, there[0]))):
                    whole.places[*at, part, index] = place


def _part(draft: Draft, section: str) -> Spec:
    given: object = draft.values.get(section)
    return given if isinstance(given, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _without_idle_patches(merged: Spec, draft: Draft, section: str) -> Spec:
    """Drop what fragments only add to a step or a position that this playbook does not have."""
    own = _part(draft, section)
    return {
        name: spec
        for name, spec in merged.items()
        if name in own or not isinstance(spec, dict) or "label" in spec
    }
