"""How far a campaign has come: cases parted by what became of them, and what nobody could count by."""

from __future__ import annotations

from typing import Any

from heshi.community.rules.progress import Group, Progress, tallied, uncountable
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.queries import playbook
from heshi.playbooks.rules.conditions import condition
from tests.cast import COUNTY, TOWNSHIPS, VILLAGES

FIRST, SECOND = (f"{COUNTY}/{TOWNSHIPS[0]}/{VILLAGES[0]}", f"{COUNTY}/{TOWNSHIPS[1]}/{VILLAGES[2]}")
COUNTS = condition({"kind": "hazard", "outcome": "solved"})


def group(cases: int, *, path: str = FIRST, is_open: bool = False, **facts: Any) -> Group:
    return Group(path, is_open, {"kind": "hazard", **facts}, cases)


def test_cases_are_parted_by_what_became_of_them_and_by_township() -> None:
    found = tallied(
        [
            group(5, outcome="solved"),
            group(3, is_open=True),
            group(2, outcome="answered_unsolved"),
            group(7, path=SECOND, outcome="solved"),
            group(1, path=COUNTY, outcome="solved"),
            group(90, kind="complaint", outcome="solved"),
        ],
        counts=COUNTS,
    )

    assert found == {TOWNSHIPS[0]: Progress(5, 3, 2), TOWNSHIPS[1]: Progress(7, 0, 0), "-": Progress(1, 0, 0)}
    assert found[TOWNSHIPS[0]].all == 10


def test_an_open_case_counts_where_the_condition_does_not_ask_for_an_end() -> None:
    found = tallied(
        [group(4, is_open=True, plan="修")], counts=condition({"kind": "hazard", "plan": {"present": True}})
    )

    assert found == {TOWNSHIPS[0]: Progress(4, 0, 0)}


def test_what_changes_with_time_cannot_be_counted(book: PlaybookVersion) -> None:
    made = playbook(book.pk)

    assert uncountable(condition({"kind": "hazard", "overdue": False, "late": {"has": "ARRIVE"}}), made) == [
        "late",
        "overdue",
    ]
    assert uncountable(condition({"kind": "hazard", "plan": {"present": True}}), made) == []
