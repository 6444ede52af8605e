"""Everything that is wrong with a file, told in one round: what is misread, misjoined and misshapen, and what is wrong with the rest.

What does not have the right shape is set aside and the rest is checked as it stands. Whatever might only be wrong because something
was set aside is not told: it would send somebody looking for a mistake that is not there.
"""

from __future__ import annotations

import copy
import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from heshi.common.values import Json
from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.limits import words_in

Finding = tuple[KeyPath, str]
MOST_ROUNDS: Final = 40
QUOTED: Final = re.compile("“([^”]*)”")
APART: Final = frozenset(
    {"title", "source", "seed", "about", "campaigns", "colours", "left_out", "reference", "rhythm", "tiers", "undefined", "words", "year"}
)  # fmt: skip
"""Sections on which the way of a case does not depend."""
ASIDE: Final = {"steps": {"tells", "resident", "weight", "drops"}, "positions": {"outcomes", "keeps"}}
"""Keys of a step or a position on which the way of a case does not depend."""


@dataclass(slots=True)
class Unjudged:
    """What was taken out of a draft because it has not the right shape."""

    paths: list[KeyPath] = field(default_factory=list)
    words: set[str] = field(default_factory=set)

    def take(self, path: KeyPath, value: Json) -> None:
        """Remember something that was taken out, and every word that was lost with it."""
        self.paths.append(path)
        self.words |= {str(path[-1]), *words_in(value)}

    def may_explain(self, finding: Finding) -> bool:
        """Say whether a finding may only be there because something was taken out."""
        path, sentence = finding
        if not self.paths:
            return False
        named = {*QUOTED.findall(sentence), *map(str, path[1::2])}  # of a path every other key is a name
        return not self.words.isdisjoint(named) or (path == ("positions",) and self._touches("positions"))

    def _touches(self, section: str) -> bool:
        return any(path[0] == section for path in self.paths)

    @property
    def leaves_the_way(self) -> bool:
        """Say whether the ways that a case can go are still all there."""
        return all(_is_apart(path) for path in self.paths)


def _is_apart(path: KeyPath) -> bool:
    section, *below = path
    return not below or section in APART or (len(below) > 1 and below[1] in ASIDE.get(str(section), ()))


def sound_part(
    values: dict[str, Json], schema: Draft202012Validator
) -> tuple[dict[str, Json], Unjudged] | None:
    """Return what has the right shape, and what was set aside; None when nothing is left that could be checked."""
    sound, aside = copy.deepcopy(values), Unjudged()
    for _round in range(MOST_ROUNDS):
        wrong = {path for error in schema.iter_errors(sound) for path in _to_remove(error)}
        if not wrong:
            return sound, aside
        if () in wrong or not all(_is_bearable(path, schema) for path in wrong if len(path) == 1):
            return None
        for path in sorted(wrong, key=len):
            _taken_out(sound, path, aside)
    return None


def _is_bearable(path: KeyPath, schema: Draft202012Validator) -> bool:
    """Say whether the rest makes sense without a whole section, or without a key that was perhaps meant to be one."""
    known = list(schema.schema["properties"]) if isinstance(schema.schema, dict) else []
    meant = difflib.get_close_matches(str(path[0]), known, n=1)
    return bool(meant) and meant[0] in APART


def _to_remove(error: ValidationError) -> Iterator[KeyPath]:
    """Yield what must go for this error to go; of a list always the whole, so that places stay what they are."""
    path: KeyPath = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        yield from (_whole(path, key) for key in error.instance if key not in known)
    elif "propertyNames" in error.absolute_schema_path:
        yield _whole(path, str(error.instance))
    else:
        yield _whole(path)


def _whole(path: KeyPath, *more: str) -> KeyPath:
    numbers = [index for index, key in enumerate(path) if isinstance(key, int)]
    return path[: numbers[0]] if numbers else (*path, *more)


def _taken_out(values: dict[str, Json], path: KeyPath, aside: Unjudged) -> None:
    holder: object = values
    for key in path[:-1]:
        holder = holder.get(str(key)) if isinstance(holder, dict) else None
    if isinstance(holder, dict) and path[-1] in holder:
        aside.take(path, holder.pop(str(path[-1])))


def believable(findings: Iterable[Finding], aside: Unjudged) -> list[Finding]:
    """Return the findings that stand whatever was set aside."""
    return [finding for finding in findings if not aside.may_explain(finding)]
