"""Nothing that people read may be a code: every fact has a name in words, every answer to the resident its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.effects import Effects
from heshi.playbooks.rules.shape import Playbook, Step
from heshi.playbooks.rules.wording import fact_word, value_word

Finding = tuple[KeyPath, str]
WORDS: Final = re.compile(r"[\u4e00-\u9fff]")
RESERVED: Final = {"open": "还没完的", "all": "一共"}
"""What a condition asks of every kind of task beside its states; a state of that name would be counted in with them."""


def unnamed(playbook: Playbook) -> Iterator[Finding]:
    """Yield whatever a person would be shown as a code, or not at all, each with its place."""
    for step in playbook.steps.values():
        yield from _step(playbook, step)
    for kind in playbook.tasks.values():
        for state in sorted(RESERVED.keys() & kind.states.keys()):
            yield (
                ("tasks", kind.code, "states", state),
                f"状态“{state}”由系统使用（“{kind.code}_{state}”是{RESERVED[state]}“{kind.label}”数），请换一个代码。",
            )


def _step(playbook: Playbook, step: Step) -> Iterator[Finding]:
    at: KeyPath = ("steps", step.code)
    if step.answers and not step.resident:
        yield (
            (*at, "answers"),
            f"“{step.label}”答复了群众，群众却看不到这一步；请写明 resident（写进群众看到的经过的一句话）。",
        )
    places = {name: (*at, *path, part) for path, each in step.effects() for part, name in _made(each)}
    places |= {step.remembers: (*at, "remembers")} if step.remembers else {}
    for name, place in places.items():
        if not WORDS.search(fact_word(playbook, name)):
            yield place, f"“{name}”要写进给人看的句子，请在 words.facts 里写明它叫什么，例如 {name}: ……"
    for path, each in step.effects():
        yield from _values(playbook, each, (*at, *path, "sets"))


def _made(effects: Effects) -> Iterator[tuple[str, str]]:
    """Yield every fact that is made without anybody being asked for it, after the key that makes it."""
    for part in ("sets", "counts", "climbs"):
        yield from ((part, name) for name in getattr(effects, part))


def _values(playbook: Playbook, effects: Effects, at: KeyPath) -> Iterator[Finding]:
    """Find codes that are noted and stand for nothing: neither an option of a field nor a rung of a ladder."""
    for name, value in effects.sets.items():
        is_word = isinstance(value, str) and value and name != "outcome"  # outcomes have their own list
        if is_word and not WORDS.search(value_word(playbook, name, value)):
            yield (
                (*at, name),
                f"“{name}”记为“{value}”，没有人知道那是什么；请直接写成中文，或者写成填写项 options 里的一项。",
            )
