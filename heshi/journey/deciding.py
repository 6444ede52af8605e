"""Decide what a row is that came under a number we know, with other words. Nothing vanishes: both texts stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from django.db import transaction

from heshi.cases.actions import Actor, add_statement
from heshi.cases.models import Case
from heshi.common.refusals import Conflict, Invalid, Unknown
from heshi.intake.models import HeldRow
from heshi.intake.rules.report import LIMITS, Report
from heshi.journey.actions import receive_cleaned
from heshi.places.queries import county_code

MARKED: Final = 8


class HeldRowUnknown(Unknown):
    """There is no such row."""

    code = "held_row_unknown"
    sentence = "没有这一行，请回到“待选定的行”重新打开。"


class AlreadyDecided(Conflict):
    """Somebody was faster."""

    code = "already_decided"
    sentence = "这一行已经由{who}选定为“{what}”，没有再改动。"


class ChoiceUnknown(Invalid):
    """Nothing was chosen, or something that cannot be."""

    code = "held_choice_unknown"
    sentence = "请选一样：补充到原案件、另立一件，或者不用登记。"


def report_in(row: HeldRow) -> Report:
    """Return what the row says."""
    return msgspec.json.decode(row.report, type=Report)


@transaction.atomic
def decide_row(*, key: UUID, choice: str, actor: Actor, at: datetime) -> HeldRow:
    """Add the words to the case, open a case of their own, or leave it; return the row with what was decided.

    Raises HeldRowUnknown, ChoiceUnknown, AlreadyDecided or CaseMoved, and then changes nothing.
    """
    row = HeldRow.objects.select_for_update().filter(county=county_code(), pk=key).first()
    if row is None:
        raise HeldRowUnknown
    if choice not in DECIDING:
        raise ChoiceUnknown
    if row.state != HeldRow.HeldState.WAITING:
        raise AlreadyDecided(who=row.decided_by or "系统", what=row.get_state_display())
    DECIDING[choice](row, actor, at)
    row.state, row.decided_by, row.decided_at = choice, actor.label[:80], at
    row.save(update_fields=["state", "decided_by", "decided_at"])
    return row


def _add(row: HeldRow, actor: Actor, at: datetime) -> None:
    case = Case.objects.get(county=row.county, pk=row.case_id)
    report = report_in(row)
    add_statement(case=case, words=report.body, said_at=report.said_at or at, actor=actor, at=at)


def _open(row: HeldRow, actor: Actor, at: datetime) -> None:
    report = report_in(row)
    # Its number belongs to the other case; marked by its own words it is found again when the file comes once more.
    key = f"{report.source_key[: LIMITS['source_key'] - MARKED - 1]}/{row.mark[:MARKED]}"
    receive_cleaned(reports=[replace(report, source_key=key)], at=at, actor=actor)


def _leave(_row: HeldRow, _actor: Actor, _at: datetime) -> None:
    return None


DECIDING: Final = {
    HeldRow.HeldState.ADDED.value: _add,
    HeldRow.HeldState.OPENED.value: _open,
    HeldRow.HeldState.LEFT.value: _leave,
}
