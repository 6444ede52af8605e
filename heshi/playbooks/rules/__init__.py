"""The playbook language: shape, conditions, reading, checks and the engine. Pure."""

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
from heshi.playbooks.rules.parsing import misshapen, parsed
from heshi.playbooks.rules.reading import Draft, PlaybookRefused, Problem, read
from heshi.playbooks.rules.shape import (
    SAME,
    Ask,
    Campaign,
    ClockWork,
    Playbook,
    Position,
    Rhythm,
    Row,
    Step,
    TaskKind,
    Tell,
    decided,
)
from heshi.playbooks.rules.tasks import DROPPED, Task, after, changed, task_facts

__all__ = [
    "DROPPED", "SAME", "AnswerOutside", "AnswersMissing", "Ask", "Campaign", "ClockWork", "Condition", "Draft", "Known", "Outcome",
    "Playbook", "PlaybookRefused", "Position", "Problem", "Rhythm", "Row", "Situation", "Step", "StepNotHere", "StepNotReady",
    "StepNotYours", "Task", "TaskKind", "TaskNotSo", "TaskUnknown", "Tell", "TopOfLadder", "after", "arrows", "broken", "changed", "decide",
    "decided", "graded", "holds", "joined", "load", "misshapen", "offered", "offered_on", "parsed", "read", "task_facts",
]  # fmt: skip


def load(
    *, file: str, text: str, fragments: dict[str, str], known: Known, digest: str = "", frozen: bool = False
) -> Playbook:  # fmt: skip
    """Return the playbook that the text describes.

    ``fragments`` are the texts it may include, ``known`` the roles and clocks that exist. A ``frozen`` text was found good when
    it was published and has not changed since: it is only read. Raises PlaybookRefused with every problem found, each with
    file, line and a sentence.
    """
    draft = joined(read(file, text), fragments)
    if frozen:
        return parsed(draft, digest)
    if wrong := misshapen(draft):
        raise PlaybookRefused(wrong)
    playbook = parsed(draft, digest)
    if wrong := broken(playbook, draft, known):
        raise PlaybookRefused(wrong)
    return playbook
