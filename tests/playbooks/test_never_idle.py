"""No open case is ever without a clock: by its playbook, or where that has none by the house's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest

from heshi.cases.actions import change_way
from heshi.cases.models import Case, Clock
from heshi.cases.queries.checking import replay_differences
from heshi.cases.queries.file import state_of
from heshi.cases.rules import State
from heshi.clocks.terms import IDLE, Ticking
from heshi.common.digests import sm3
from heshi.journey.actions import tick
from heshi.journey.management.commands.status import status
from heshi.playbooks import queries
from heshi.playbooks.actions import publish_shelf
from heshi.playbooks.models import PlaybookVersion
from heshi.rehearsal.rules import tallying, walking
from heshi.rehearsal.rules.ground import Ground, Option
from heshi.rehearsal.rules.made_up import Walk
from tests.cast import NOON, County
from tests.files import OpenCase, acting, walk
from tests.playbooks.sample import shelved

CASES = 12


def ticking(state: State) -> set[str]:
    return {clock.code for clock in state.clocks.values() if clock.state is not Ticking.STOPPED}


@pytest.mark.parametrize("code", sorted(queries.shelf()))
def test_wherever_a_case_stands_a_clock_runs(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bare: set[str] = set()
    take = walking._take

    def look(made_up: Walk) -> None:
        if made_up.state.is_open and not ticking(made_up.state):
            bare.add(made_up.state.position)

    def looking(made_up: Walk, option: Option, ground: Ground) -> None:
        look(made_up)
        take(made_up, option, ground)
        look(made_up)

    monkeypatch.setattr(walking, "_take", looking)
    tallying.simulate(shelved(code), cases=CASES, seed=1)

    assert bare == set()


@pytest.fixture
def fifteen(books: Mapping[str, UUID]) -> UUID:
    """Give a playbook that writes no clock for its first position."""
    (version,) = publish_shelf(at=NOON, only={"chuzhou_15n"})
    return version.pk


def test_the_house_has_its_own_clock_until_another_one_runs(
    open_case: OpenCase, county: County, fifteen: UUID
) -> None:
    case = open_case(playbook_id=fifteen, kind="dispute", topic="07")
    at_first = ticking(state_of(case))

    accepted = walk(case, (county.staff["dispatcher"], "accept", {"kind": "dispute", "topic": "07"}))

    assert at_first == {IDLE}
    assert ticking(state_of(accepted)) - {IDLE}
    assert IDLE not in ticking(state_of(accepted))
    assert list(replay_differences()) == []


def test_a_change_of_way_leaves_no_case_without_a_clock(
    open_case: OpenCase, county: County, fifteen: UUID
) -> None:
    case = open_case(book="canonical")

    change_way(
        case=case, version=fifteen, position="registered", why="两村的水渠", actor=acting(county.staff["dispatcher"], case), at=NOON
    )  # fmt: skip

    assert ticking(state_of(Case.objects.get(pk=case.pk))) == {IDLE}
    assert status(at=NOON)["must_be_zero"]["without_clock"] == 0


def test_it_runs_out_like_any_other_and_one_frozen_before_has_it_too(
    open_case: OpenCase, fifteen: UUID
) -> None:
    stored = PlaybookVersion.objects.get(pk=fifteen)
    before = stored.frozen.replace('"HOUSE.NEXT"', '"HOUSE.OTHER"')
    PlaybookVersion.objects.filter(pk=fifteen).update(frozen=before, frozen_digest=sm3(before.encode()))
    queries._held.clear()
    case = open_case(playbook_id=fifteen)

    tick(at=NOON + timedelta(days=20))

    assert Clock.objects.get(case=case).stage == "overdue"
