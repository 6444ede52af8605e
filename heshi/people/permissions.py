"""The one table of who may. A role is held by a post (`people.models.Post`); what a step asks for stands in the playbook.

Whether a role counts for a particular case or place is decided by `people.rules.Scope` and `cases.rules.sight`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

CENTRE_ROLES: Final = frozenset({"front_desk", "dispatcher", "supervisor", "leader", "archivist"})
UNIT_ROLES: Final = frozenset(
    {
        "mediator",
        "clerk",
        "committee_chair",
        "handling_unit_user",
        "liaison",
        "judge_liaison",
        "legal_counsel",
        "counsellor",
        "expert",
    }
)
PLACE_ROLES: Final = frozenset({"grid_worker"})


class May(StrEnum):
    """What somebody may do, by its code."""

    SEE_BELOW_A_CENTRE = "see_below_a_centre"
    SEE_A_UNITS_FILES = "see_a_units_files"
    SEE_A_VILLAGE = "see_a_village"
    SEE_EVERYTHING_MASKED = "see_everything_masked"
    REGISTER = "register"
    IMPORT = "import"
    SEE_FIGURES = "see_figures"
    LEAD_A_CAMPAIGN = "lead_a_campaign"
    ANSWER_FOR_A_UNIT = "answer_for_a_unit"
    TELL_BY_HAND = "tell_by_hand"
    CHANGE_THE_WAY = "change_the_way"
    SORT = "sort"
    CORRECT = "correct"


WHO: Final[Mapping[May, frozenset[str]]] = {
    May.SEE_BELOW_A_CENTRE: CENTRE_ROLES,
    May.SEE_A_UNITS_FILES: CENTRE_ROLES | UNIT_ROLES,
    May.SEE_A_VILLAGE: PLACE_ROLES,
    May.SEE_EVERYTHING_MASKED: frozenset({"auditor"}),
    May.REGISTER: frozenset({"front_desk", "dispatcher"}),
    May.IMPORT: frozenset({"front_desk", "dispatcher"}),
    May.SEE_FIGURES: CENTRE_ROLES | {"statistician", "auditor"},
    May.LEAD_A_CAMPAIGN: frozenset({"leader", "supervisor", "dispatcher"}),
    May.ANSWER_FOR_A_UNIT: frozenset({"dispatcher", "leader"}),
    May.CHANGE_THE_WAY: frozenset({"dispatcher", "supervisor", "leader"}),
    May.SORT: frozenset({"front_desk", "dispatcher", "supervisor", "leader"}),
    May.CORRECT: frozenset(
        {"front_desk", "dispatcher", "mediator", "clerk", "handling_unit_user", "liaison"}
    ),
    May.TELL_BY_HAND: frozenset(
        {"front_desk", "dispatcher", "mediator", "clerk", "handling_unit_user", "liaison"}
    ),
}
"""The three administrators stand in no line: they need no file to do their work (等级保护三级: 三员分设)."""


def may(roles: Collection[str], what: May) -> bool:
    """Return whether one of these roles is enough for that."""
    return not WHO[what].isdisjoint(roles)
