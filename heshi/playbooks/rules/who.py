"""Who may take a step: roles, the level at which they are held, and who is left out."""

from __future__ import annotations

from collections.abc import Collection

from heshi.playbooks.rules.shape import Playbook, Step, Terms
from heshi.playbooks.rules.wording import fact_word, role_word
from heshi.playbooks.terms import LEVELS


def at_level(role: str, level: str) -> str:
    """Return the name under which a role counts at one level only."""
    return f"{role}@{level}"


def everywhere(role: str) -> frozenset[str]:
    """Return a role as somebody holds it at every level: for a pretend case and a simulation, in which anybody may be played."""
    return frozenset({role, *(at_level(role, level) for level in LEVELS)})


def who_list(playbook: Playbook, step: Step, unspoken: Collection[str] = ()) -> list[str]:
    """Return in words who may take a step, one by one; of whoever did what is ``unspoken`` only that one person is left out."""
    return [_words(playbook, role, step.terms.get(role, Terms()), unspoken) for role in step.who]


def who_words(playbook: Playbook, step: Step, unspoken: Collection[str] = ()) -> str:
    """Return in words who may take a step."""
    return "、".join(who_list(playbook, step, unspoken))


def _words(playbook: Playbook, role: str, terms: Terms, unspoken: Collection[str]) -> str:
    called = role_word(playbook, role)
    word = f"{LEVELS[terms.level]}的{called}" if terms.level else called
    if terms.other_than in unspoken:
        return f"{word}（有一位除外）"
    return f"{word}（不是“{fact_word(playbook, terms.other_than)}”那一位）" if terms.other_than else word
