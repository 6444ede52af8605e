"""What the drawing of a playbook says: where a case can be, which steps move it, who takes them, which steps move nothing.

Plain values, ready for JSON. `frontend/src/drawing.js` makes the picture of them, in a page and at the command line.
"""

from __future__ import annotations

from typing import TypedDict

from heshi.people.terms import ROLES
from heshi.playbooks.rules.returning import Arrow, returning
from heshi.playbooks.rules.shape import SAME, Playbook, Position, Step
from heshi.playbooks.terms import BEYOND_STAFF, HOLDERS


class DrawnPosition(TypedDict):
    """A position: its name in the drawing, in whose hands a case is there, whether cases begin or end there."""

    name: str
    label: str
    under: str
    start: bool
    end: bool


class DrawnStep(TypedDict):
    """A step that moves a case, who takes it, and a word when it may be taken anywhere."""

    name: str
    label: str
    who: str
    note: str


class DrawnArrow(TypedDict):
    """The way from a position to a step or on from there, and whether it leads back."""

    start: str
    end: str
    returns: bool


class StayingStep(TypedDict):
    """A step that leaves the case where it is."""

    label: str
    who: str


class Drawing(TypedDict):
    """Everything that the drawing of one playbook says."""

    code: str
    title: str
    source: str
    about: str
    positions: list[DrawnPosition]
    steps: list[DrawnStep]
    arrows: list[DrawnArrow]
    staying: list[StayingStep]


def drawing_of(playbook: Playbook) -> Drawing:
    """Return what the drawing of a playbook says."""
    moving = [step for step in playbook.steps.values() if _targets(step)]
    staying = [step for step in playbook.steps.values() if not _targets(step)]
    counted = f"{len(playbook.positions)} 个环节，{len(playbook.steps)} 个动作"
    return {
        "code": playbook.code,
        "title": playbook.title,
        "source": playbook.source,
        "about": f"{playbook.title}：{counted}。双框为终点，虚线为退回或重办。",
        "positions": [_position(playbook, code) for code in playbook.positions],
        "steps": [_step(playbook, step) for step in moving],
        "arrows": _arrows(playbook, moving),
        "staying": [{"label": step.label, "who": _who(playbook, step)} for step in staying],
    }


def _position(playbook: Playbook, code: str) -> DrawnPosition:
    position = playbook.positions[code]
    return {
        "name": f"p-{code}",
        "label": position.label,
        "under": _under(position),
        "start": code == playbook.start,
        "end": position.end,
    }


def _under(position: Position) -> str:
    return "终点" if position.end else f"在{HOLDERS[position.holder]}"


def _step(playbook: Playbook, step: Step) -> DrawnStep:
    note = "办理中随时可以" if _anywhere(playbook, step) else ""
    return {"name": f"s-{step.code}", "label": step.label, "who": _who(playbook, step), "note": note}


def _who(playbook: Playbook, step: Step) -> str:
    local = playbook.words.get("roles", {})
    return "、".join(local.get(role) or ROLES.get(role) or BEYOND_STAFF.get(role, role) for role in step.who)


def _anywhere(playbook: Playbook, step: Step) -> bool:
    """Say whether a step starts from every open position; such a step gets a word instead of a bundle of arrows."""
    still_open = {code for code, position in playbook.positions.items() if not position.end}
    return len(still_open) > 1 and still_open <= set(step.source)


def _targets(step: Step) -> list[str]:
    return [target for target in dict.fromkeys(step.targets()) if target != SAME]


def _arrows(playbook: Playbook, moving: list[Step]) -> list[DrawnArrow]:
    arrows: list[Arrow] = []
    for step in moving:
        sources = () if _anywhere(playbook, step) else step.source
        arrows += [(f"p-{source}", f"s-{step.code}") for source in sources]
        arrows += [(f"s-{step.code}", f"p-{target}") for target in _targets(step)]
    held = {f"p-{code}": position for code, position in playbook.positions.items()}
    answered = [name for name, position in held.items() if position.holder == "resident" and not position.end]
    ends = [name for name, position in held.items() if position.end]
    back = returning(arrows, start=f"p-{playbook.start}", later=[answered, ends])
    return [{"start": start, "end": end, "returns": (start, end) in back} for start, end in arrows]
