"""Finding out about cases."""

from heshi.cases.queries.file import (
    CaseUnknown,
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

__all__ = [
    "CaseUnknown", "FollowRefused", "case_for", "clocks_of", "definitions_for", "follow", "history", "playbook_for",
    "state_of", "visible_to",
]  # fmt: skip
