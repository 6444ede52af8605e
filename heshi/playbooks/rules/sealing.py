"""Tasks that only some may see: what must be true of them.

A talk behind closed doors, a safety check, a lawyer's opinion for the house: whoever is neither named in ``seen_by`` nor has the task
must learn nothing of it, and whoever has to work on it must be able to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from heshi.common.yamltext import KeyPath
from heshi.people.permissions import UNIT_ROLES
from heshi.playbooks.rules.leaking import leaks
from heshi.playbooks.rules.lots import OF_STAFF
from heshi.playbooks.rules.shape import Playbook, Step, TaskKind
from heshi.playbooks.rules.unspoken import sealed_kind
from heshi.playbooks.rules.wording import role_word
from heshi.playbooks.terms import BEYOND_STAFF

OF_OTHER_UNITS: Final = frozenset({"judge_liaison", "legal_counsel", "counsellor", "expert"})
"""Roles that are held neither at a centre nor where cases are usually sent to: they see a case only where it is with their unit."""


def broken_seals(playbook: Playbook, roles: Collection[str]) -> Iterator[tuple[KeyPath, str]]:
    """Yield what is wrong with the tasks that only some may see, each with its place."""
    for kind in playbook.tasks.values():
        if kind.seen_by:
            yield from _kind(playbook, kind, roles)
    for step in playbook.steps.values():
        if sealed := sealed_kind(playbook, step):
            yield from _step(playbook, step, sealed)
    yield from leaks(playbook)


def _kind(playbook: Playbook, kind: TaskKind, roles: Collection[str]) -> Iterator[tuple[KeyPath, str]]:
    at: KeyPath = ("tasks", kind.code, "seen_by")
    for role in sorted(set(kind.seen_by) - set(roles)):
        yield at, f"没有名为“{role}”的角色。"
    for role in sorted(set(kind.seen_by) & set(BEYOND_STAFF)):
        yield at, f"“{playbook.word('roles', role)}”没有岗位，不能写进 seen_by，只能写工作人员的角色。"
    if kind.holder == "resident":
        yield at, f"“{kind.label}”在群众手里，群众自己要看得到，不能写 seen_by。"


def _step(playbook: Playbook, step: Step, kind: TaskKind) -> Iterator[tuple[KeyPath, str]]:
    at: KeyPath = ("steps", step.code)
    seeing = {*kind.seen_by, "system"} | (UNIT_ROLES if _has_a_unit(playbook, kind) else frozenset())
    for role in sorted(set(step.who) - seeing):
        label = playbook.word("roles", role)
        yield (
            (*at, "who"),
            f"“{kind.label}”只给{_whom(playbook, kind)}看，{label}看不到，办不了“{step.label}”，请写进 seen_by，或从 who 里删去。",
        )
    if kind.holder == "centre" and set(step.who) <= OF_OTHER_UNITS:
        whom = "、".join(role_word(playbook, role) for role in step.who)
        yield (
            (*at, "who"),
            f"“{kind.label}”在中心手里，{whom}只看得见本单位的案件，够不着它；请交给点了名的单位，或者让中心的人也能办。",
        )
    if step.resident or step.answers:
        yield at, f"“{step.label}”办在只给部分人看的“{kind.label}”上，不能写给群众看（resident、answers）。"
    persons = _persons(playbook, kind)
    for path, effects in step.effects():
        if any(tell.who not in {*kind.seen_by, kind.code, *persons} for tell in effects.tells):
            yield (
                (*at, *path, "tells"),
                f"“{kind.label}”只给{_whom(playbook, kind)}看，通知只能告诉他们或“{kind.code}”的单位；告诉填写的人员，填写项要写明 role。",
            )


def _persons(playbook: Playbook, kind: TaskKind) -> frozenset[str]:
    """Return the fields that name only people in roles that the task is for."""
    asks = (ask for step in playbook.steps.values() for ask in step.asks if ask.type in OF_STAFF)
    draws = (draw for step in playbook.steps.values() for draw in step.draws if draw.role)
    named = [*((ask.name, ask.role) for ask in asks), *((draw.into, draw.role) for draw in draws)]
    others = {name for name, role in named if role not in kind.seen_by}
    return frozenset(name for name, _role in named) - others


def _has_a_unit(playbook: Playbook, kind: TaskKind) -> bool:
    """Return whether each task of this kind is with a unit that was named: that unit's people have it, and see it."""
    effects = [each for step in playbook.steps.values() for _path, each in step.effects()]
    adding = [one for each in effects for one in each.adds if one.task == kind.code]
    return kind.holder == "unit" and all(_names_a_unit(playbook, one.unit, one.each) for one in adding)


def _names_a_unit(playbook: Playbook, unit: str, each: str) -> bool:
    asks = [ask for step in playbook.steps.values() for ask in step.asks if ask.name == each]
    return bool(unit) or any(ask.type == "units" for ask in asks)


def _whom(playbook: Playbook, kind: TaskKind) -> str:
    return "、".join(playbook.word("roles", role) for role in kind.seen_by)
