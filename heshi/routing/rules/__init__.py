"""Whose matter it is: rules as data, read, checked and decided. Pure."""

from heshi.routing.rules.checking import RulesRefused, Surroundings, abolished, broken, swallowed
from heshi.routing.rules.deciding import Compiled, chosen, compiled, decide, held
from heshi.routing.rules.reading import read_rules
from heshi.routing.rules.saying import explained
from heshi.routing.rules.shape import Decision, Facts, KeptDecision, Rule, StandingUnits, Target, UnitRef

__all__ = [
    "Compiled",
    "Decision",
    "Facts",
    "KeptDecision",
    "Rule",
    "RulesRefused",
    "StandingUnits",
    "Surroundings",
    "Target",
    "UnitRef",
    "abolished",
    "broken",
    "chosen",
    "compiled",
    "decide",
    "explained",
    "held",
    "read_rules",
    "swallowed",
]  # fmt: skip
