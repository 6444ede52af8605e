"""The playbook language: shape, conditions, reading, checks and the engine. Pure."""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from heshi.common.shaping import misshapen
from heshi.common.yamltext import taken_down
from heshi.playbooks.rules.asking import AnswerOutside, AnswersMissing
from heshi.playbooks.rules.checks import Known, arrows, broken
from heshi.playbooks.rules.conditions import Condition, holds
from heshi.playbooks.rules.engine import (
    Outcome,
    Situation,
    StepNotHere,
    StepNotReady,
    StepNotYours,
    TaskNotSo,
    TaskUnknown,
    TopOfLadder,
    decide,
    graded,
    offered,
    offered_on,
)
from heshi.playbooks.rules.layers import joined
from heshi.playbooks.rules.parsing import parsed
from heshi.playbooks.rules.reading import PlaybookRefused, read
from heshi.playbooks.rules.shape import (
    SAME,
    Ask,
    CampaignDef,
    ClockWork,
    Playbook,
    Position,
    Rhythm,
    Row,
    Step,
    TaskKind,
    Tell,
    Told,
    decided,
)
from heshi.playbooks.rules.tasks import (
    DROPPED,
    NO_CLOCK,
    Task,
    TaskAdded,
    TaskChange,
    TaskMoved,
    after,
    changed,
    task_facts,
)

__all__ = [
    "DROPPED", "NO_CLOCK", "SAME", "AnswerOutside", "AnswersMissing", "Ask", "CampaignDef", "ClockWork", "Condition",
    "Known", "Outcome", "Playbook", "PlaybookRefused", "Position", "Rhythm", "Row", "Situation",
    "Step", "StepNotHere", "StepNotReady", "StepNotYours", "Task", "TaskAdded", "TaskChange", "TaskKind", "TaskMoved",
    "TaskNotSo", "TaskUnknown", "Tell", "Told", "TopOfLadder", "after", "arrows", "broken", "changed", "decide",
    "decided", "graded", "holds", "joined", "load", "offered", "offered_on", "parsed", "read", "task_facts", "whole",
]  # fmt: skip


def load(
    *, file: str, text: str, fragments: Mapping[str, str], known: Known, schema: Draft202012Validator, digest: str = ""
) -> Playbook:  # fmt: skip
    """Return the playbook that the text describes.

    ``fragments`` are the texts it may include, ``known`` the roles, kinds of unit and clocks that exist, ``schema`` is the
    published shape. Raises PlaybookRefused with every problem found, each with file, line and a sentence.
    """
    own = taken_down(file, text, PlaybookRefused)
    draft = joined(own, fragments)
    draft.wrong += own.wrong
    for path, sentence in misshapen(draft, schema, PlaybookRefused.thing):
        draft.complain(path, sentence)
    draft.refuse_if_wrong(PlaybookRefused)
    playbook = parsed(draft.values, library=known.library, calendar=known.calendar, digest=digest)
    if wrong := broken(playbook, draft, known):
        raise PlaybookRefused(wrong)
    return playbook


def whole(*, file: str, text: str, fragments: Mapping[str, str]) -> dict[str, Any]:
    """Return a text with its fragments taken in, as plain values; raises PlaybookRefused where they cannot be."""
    return joined(read(file, text), fragments).values
