"""The playbook language: shape, conditions, reading, checks and the engine. Pure."""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from heshi.common.shaping import misshapen
from heshi.common.yamltext import taken_down
from heshi.playbooks.rules.asking import AnswerOutside, AnswersMissing
from heshi.playbooks.rules.checks import Known, broken
from heshi.playbooks.rules.conditions import Condition, holds
from heshi.playbooks.rules.effects import Adding, ClockWork, Row, Tell, Told, decided
from heshi.playbooks.rules.engine import HeldBack, Outcome, Situation, decide, offered, offered_on, waiting
from heshi.playbooks.rules.grading import ages, graded
from heshi.playbooks.rules.layers import joined, laid_out
from heshi.playbooks.rules.lots import Drawn, Lots, RosterTooSmall
from heshi.playbooks.rules.parsing import parsed
from heshi.playbooks.rules.passages import arrows
from heshi.playbooks.rules.proofreading import Unjudged, sound_part
from heshi.playbooks.rules.reading import PlaybookRefused, read
from heshi.playbooks.rules.refusing import (
    StepNotHere,
    StepNotReady,
    StepNotYours,
    TaskNotSo,
    TaskUnknown,
    TopOfLadder,
)
from heshi.playbooks.rules.shape import (
    SAME,
    Ask,
    CampaignDef,
    LocalFigure,
    Playbook,
    Position,
    Rhythm,
    Step,
    TaskKind,
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
    leading,
    task_facts,
)
from heshi.playbooks.rules.who import at_level, everywhere

__all__ = [
    "DROPPED",
    "NO_CLOCK",
    "SAME",
    "Adding",
    "AnswerOutside",
    "AnswersMissing",
    "Ask",
    "CampaignDef",
    "ClockWork",
    "Condition",
    "Drawn",
    "HeldBack",
    "Known",
    "LocalFigure",
    "Lots",
    "Outcome",
    "Playbook",
    "PlaybookRefused",
    "Position",
    "Rhythm",
    "RosterTooSmall",
    "Row",
    "Situation",
    "Step",
    "StepNotHere",
    "StepNotReady",
    "StepNotYours",
    "Task",
    "TaskAdded",
    "TaskChange",
    "TaskKind",
    "TaskMoved",
    "TaskNotSo",
    "TaskUnknown",
    "Tell",
    "Told",
    "TopOfLadder",
    "after",
    "ages",
    "arrows",
    "at_level",
    "broken",
    "changed",
    "decide",
    "decided",
    "everywhere",
    "graded",
    "holds",
    "joined",
    "leading",
    "load",
    "offered",
    "offered_on",
    "parsed",
    "read",
    "task_facts",
    "waiting",
    "whole",
]  # fmt: skip


def load(
    *, file: str, text: str, fragments: Mapping[str, str], known: Known, schema: Draft202012Validator, digest: str = ""
) -> Playbook:  # fmt: skip
    """Return the playbook that the text describes.

    ``fragments`` are the texts it may include, ``known`` the roles, kinds of unit and clocks that exist, ``schema`` is the
    published shape. Raises PlaybookRefused with every problem found, each with file, line and a sentence.
    """
    own = taken_down(file, text, PlaybookRefused)
    laid = laid_out(own, fragments, schema)
    draft, problems = laid.draft, laid.problems
    draft.wrong += own.wrong
    for path, sentence in misshapen(draft, schema, PlaybookRefused.thing):
        draft.complain(path, sentence)
    problems += [problem for _path, problem in draft.wrong]
    sound = sound_part(draft.values, schema) if draft.wrong else (draft.values, Unjudged())
    if laid.is_whole and sound:
        values, aside = sound
        playbook = parsed(values, library=known.library, calendar=known.calendar, digest=digest)
        problems += broken(playbook, draft, known, aside)
        if not problems:
            return playbook
    raise PlaybookRefused(problems)


def whole(*, file: str, text: str, fragments: Mapping[str, str]) -> dict[str, Any]:
    """Return a text with its fragments taken in, as plain values; raises PlaybookRefused where they cannot be."""
    return joined(read(file, text), fragments).values
