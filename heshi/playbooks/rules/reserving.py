"""Names that the program itself keeps facts under: a playbook that asks something under one of them would write over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.shape import Playbook

OURS: Final = frozenset(
    {
        "number", "source", "source_key", "path", "lon", "lat", "follow_key", "statement", "parties", "remarks", "history", "route",
        "suggested", "external_number", "external_status", "corrected", "said_more", "playbook", "lived_by", "changed_why", "made_from",
    }
)  # fmt: skip


def taken_names(playbook: Playbook) -> Iterator[tuple[KeyPath, str]]:
    """Yield each field, fact or counter that has a name of ours, with its place."""
    for step in playbook.steps.values():
        asked = [(("asks", ask.name), ask.name) for ask in step.asks]
        made = [
            ((*at, "sets", name), name)
            for at, effects in step.effects()
            for name in (*effects.sets, *effects.counts, *effects.climbs)
        ]
        for at, name in (*asked, *made):
            if name in OURS:
                yield ("steps", step.code, *at), f"“{name}”这个名字系统自己要用，请换一个。"
