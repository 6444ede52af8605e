"""The playbook language: shape, conditions, reading, checks and the engine. Pure."""

from heshi.playbooks.rules.checks import Known, arrows, broken
from heshi.playbooks.rules.conditions import decided, holds
from heshi.playbooks.rules.engine import (
    AnswersMissing,
    Outcome,
    Situation,
    StepNotHere,
    StepNotReady,
    StepNotYours,
    decide,
    graded,
    offered,
)
from heshi.playbooks.rules.parsing import misshapen, parsed
from heshi.playbooks.rules.reading import Draft, PlaybookRefused, Problem, joined, read
from heshi.playbooks.rules.shape import SAME, Ask, ClockWork, Playbook, Position, Row, Step, Tell

__all__ = [
    "SAME", "AnswersMissing", "Ask", "ClockWork", "Draft", "Known", "Outcome", "Playbook", "PlaybookRefused", "Position", "Problem",
    "Row", "Situation", "Step", "StepNotHere", "StepNotReady", "StepNotYours", "Tell", "arrows", "broken", "decide", "decided",
    "graded", "holds", "joined", "load", "misshapen", "offered", "parsed", "read",
]  # fmt: skip


def load(*, file: str, text: str, fragments: dict[str, str], known: Known, digest: str = "") -> Playbook:
    """Return the playbook that the text describes.

    ``fragments`` are the texts it may include, ``known`` the roles and clocks that exist.
    Raises PlaybookRefused with every problem found, each with file, line and a sentence.
    """
    draft = joined(read(file, text), fragments)
    if wrong := misshapen(draft):
        raise PlaybookRefused(wrong)
    playbook = parsed(draft, digest)
    if wrong := broken(playbook, draft, known):
        raise PlaybookRefused(wrong)
    return playbook
