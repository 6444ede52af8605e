"""The history of a case tells from which day a clock counts that began before anybody came."""

from __future__ import annotations

from typing import Any

import pytest

from heshi.cases.actions import take_step
from heshi.cases.models import Case
from heshi.cases.queries import history
from heshi.people.models import Staff
from heshi.playbooks.actions import publish_text
from heshi.playbooks.queries import playbook, shelf
from heshi.web.kit.story import story_of, whole
from tests.cast import NOON
from tests.files import OpenCase, acting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("book", "step", "answers", "told"),
    [
        (
            "labour", "accept", {"panel": "people", "claim": "compensation", "workers": 1, "harmed_on": "2025-10-31"},
            "“劳动仲裁时效”从2025年10月31日起算，2026年11月2日到期",
        ),
        (
            "medical", "tell_body", {"frozen": False, "autopsy": True, "died_at": "2026-03-01 22:40"},
            "“尸检”从2026年3月1日 22:40起算，2026年3月3日 22:40到期",
        ),
    ],
)  # fmt: skip
def test_the_story_says_from_when_a_clock_counts(
    open_case: OpenCase, clerk: Staff, book: str, step: str, answers: dict[str, Any], told: str
) -> None:
    publish_text(text=shelf()[book].read_text("utf-8"), at=NOON)
    case = open_case(book=book, kind="dispute", unit_id=clerk_unit(clerk))
    take_step(
        case=case,
        step=step,
        actor=acting(clerk, case),
        at=NOON,
        answers={"unit": str(case.unit_id)} | answers,
    )

    law = playbook(case.playbook_id)
    last = story_of(history(Case.objects.get(pk=case.pk)), law, whole)[-1]

    assert told in last.notes


def clerk_unit(clerk: Staff) -> Any:
    """Return the unit at whose window somebody sits."""
    return clerk.posts.get().unit_id
