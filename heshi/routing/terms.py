"""Words of the routing room."""

from __future__ import annotations

from typing import Final

FALLBACK_PLAYBOOK: Final = "canonical"
"""The playbook of a file that no rule claims."""

VILLAGE, TOWNSHIP, COUNTY = "village", "township", "county"
LEVELS: Final = {VILLAGE: "村（社区）", TOWNSHIP: "乡镇（街道）", COUNTY: "县"}
"""Where a rule may look for a unit of a kind, seen from the place of the matter."""

KIND, TOPIC, PLACE, TIER, LATER = "kind", "topic", "place", "tier", "later"
WHYS: Final = {KIND: "诉求类型", TOPIC: "事项类别", PLACE: "地点", TIER: "层级", LATER: "次序"}
"""Why a rule lost: the condition that did not hold, or an earlier rule that went before it."""

HELD, CHOSEN = "held", "chosen"
"""How a decision came about that no rule made: nobody is sure yet what it is about, or somebody chose the method by hand."""

MOST_LOST: Final = 12
"""A decision remembers so many of the rules that lost: those that also matched, then those that came nearest."""
