"""Finding out about cases."""

from heshi.cases.queries.file import (
    FollowRefused,
    case_for,
    clocks_of,
    definitions_for,
    follow,
    history,
    playbook_for,
    state_of,
    visible_to,
)
from heshi.cases.rules.sight import CaseUnknown

__all__ = [
    "CaseUnknown", "FollowRefused", "case_for", "clocks_of", "definitions_for", "follow", "history", "playbook_for",
    "state_of", "visible_to",
]  # fmt: skip
