"""Read a story and the playbook it is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache, partial
from pathlib import Path

import msgspec
from jsonschema import Draft202012Validator

from heshi.common import yamlfiles
from heshi.common.shaping import misshapen, schema_of
from heshi.common.yamltext import KeyPath, Miswritten, taken_down
from heshi.people.terms import ROLES
from heshi.playbooks import queries as playbooks
from heshi.rehearsal.rules.stories import STANDING, Story, StoryStage

SCHEMA = Path(__file__).parent / "story.json"


class StoryRefused(Miswritten):
    """The file is not a story that can be played."""

    code = "story_refused"
    sentence = "故事有误，没有照着办："
    thing = "故事"


@cache
def schema() -> Draft202012Validator:
    """Return the published shape of a story."""
    return schema_of(SCHEMA.read_bytes())


def stage_of(path: Path) -> StoryStage:
    """Return a story ready to be played, with its playbook; raises StoryRefused, or what is wrong with the playbook."""
    file = str(path)
    draft = taken_down(file, yamlfiles.text_of(path, partial(StoryRefused.unreadable, file)), StoryRefused)
    for at, sentence in misshapen(draft, schema(), StoryRefused.thing):
        draft.complain(at, sentence)
    draft.refuse_if_wrong(StoryRefused)
    story = msgspec.convert(draft.values, Story)
    for at, sentence in _unknown(story):
        draft.complain(at, sentence)
    draft.refuse_if_wrong(StoryRefused)
    beside = path.parent / story.playbook
    return StoryStage(playbooks.opened(str(beside) if _is_file(story.playbook) else story.playbook), story)


def _is_file(playbook: str) -> bool:
    return playbook.endswith((".yaml", ".yml")) or "/" in playbook


def _unknown(story: Story) -> Iterator[tuple[KeyPath, str]]:
    """Find days that do not exist, and units, roles and cases that nobody knows."""
    units = {*STANDING, *story.units}
    for index, given in enumerate(story.cases):
        yield from _no_moment(("cases", index), given.at)
        if given.unit not in units:
            yield ("cases", index, "unit"), _no_unit(given.unit)
    for index, act in enumerate(story.acts):
        at: KeyPath = ("acts", index)
        yield from _no_moment(at, act.at)
        role, separated, unit = act.by.partition("@")
        if separated and unit not in units:
            yield (*at, "by"), _no_unit(unit)
        if separated and role not in ROLES:
            yield (*at, "by"), f"没有名为“{role}”的角色。"
        if act.case > len(story.cases):
            yield (*at, "case"), f"故事里只有 {len(story.cases)} 件，没有第 {act.case} 件。"


def _no_unit(name: str) -> str:
    return f"没有名为“{name}”的单位，请在 units 里写明，或用：{'、'.join(STANDING)}。"


def _no_moment(at: KeyPath, text: str) -> Iterator[tuple[KeyPath, str]]:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        yield (*at, "at"), f"没有“{text}”这一天。"
