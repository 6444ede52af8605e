"""A draw by lot as people read it: who was drawn from how many, who stood aside and why, and whether drawing again gives the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heshi.playbooks.rules import Drawn, Playbook
from heshi.playbooks.rules.lots import WHY_APART, draw_named, holds_good
from heshi.web.kit.answers import staff_names
from heshi.web.kit.names import names

Named = tuple[str, str]
"""A name, and the key by which it stands in the record; or a name, and why it was left out."""


@dataclass(frozen=True, slots=True)
class ToldDraw:
    """One draw; ``is_right`` says what came of drawing it again just now."""

    label: str
    into: str
    seed: str
    result: Sequence[str]
    roster: Sequence[Named]
    apart: Sequence[Named]
    is_right: bool


def told_draws(draws: Sequence[Drawn], playbook: Playbook) -> list[ToldDraw]:
    """Return the draws of an act; the names of everybody on their rosters are looked up at once."""
    people = staff_names(dict.fromkeys(key for drawn in draws for key in drawn.roster))
    return [_told(drawn, playbook, people) for drawn in draws]


def _told(drawn: Drawn, playbook: Playbook, people: Mapping[str, str]) -> ToldDraw:
    draw = draw_named(playbook, drawn.into)

    def name(key: str) -> str:
        return people[key] if people[key] != key else names().unit(key) or key

    return ToldDraw(
        label=draw.label if draw else drawn.into,
        into=drawn.into,
        seed=drawn.seed,
        result=[name(key) for key in drawn.result],
        roster=[(name(key), key) for key in drawn.roster],
        apart=[(name(key), WHY_APART.get(why, why)) for key, why in drawn.apart.items()],
        is_right=holds_good(drawn),
    )
