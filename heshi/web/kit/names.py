"""Codes in people's words, and the few lists of names that every page of the desk needs, kept in the process for a minute."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from heshi.cases.models import Case
from heshi.clocks.rules import due_on
from heshi.common.fresh import Fresh
from heshi.people.models import Unit
from heshi.people.queries import units as units_now
from heshi.places import queries as places
from heshi.places.models import Division
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.terms import OUTCOMES
from heshi.understanding.queries import shelf
from heshi.understanding.terms import OFFICIAL_TOPICS, kind_label, topic_label

URGENCY: Final = {
    "red": "红 · 紧急",
    "orange": "橙 · 较急",
    "yellow": "黄 · 留意",
    "blue": "蓝 · 一般",
    "green": "绿 · 平稳",
}
SECONDS_KEPT: Final = 60
SOON_DAYS: Final = 3
COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS = 6, 9, 12


class Names:
    """The names of units and places."""

    def __init__(self) -> None:
        self.units = {
            unit.pk: unit.name for unit in Unit.objects.filter(county=places.county_code()).only("id", "name")
        }
        self.places = dict(Division.objects.values_list("code", "name"))
        standing = units_now().only("id", "name").order_by("code")
        self.unit_choices = [(str(unit.pk), unit.name) for unit in standing]

    def unit(self, key: UUID | str | None) -> str:
        """Return the name of a unit."""
        try:
            return self.units.get(UUID(str(key)), "")
        except ValueError:
            return ""

    def place(self, code: str) -> str:
        """Return township and village of a place or a grid."""
        parts = dict.fromkeys([code[:TOWNSHIP_DIGITS], code[:VILLAGE_DIGITS]])
        said = " ".join(
            self.places[part] for part in parts if part in self.places and len(part) > COUNTY_DIGITS
        )
        return said or self.places.get(code[:COUNTY_DIGITS], "")

    def place_choices(self) -> list[tuple[str, str]]:
        """Return every township and village of the county, each village behind its township."""
        county = str(places.county_code())
        codes = sorted(code for code in self.places if code.startswith(county) and len(code) > COUNTY_DIGITS)
        return [(code, self.place(code)) for code in codes]


def _version() -> tuple[Any, ...]:
    newest = Unit.objects.order_by("-pk").values_list("pk", flat=True)[:1]
    return (time.monotonic() // SECONDS_KEPT, *newest)


def topic_choices(*, among: str = "") -> list[tuple[str, str]]:
    """Return the topics one can choose: the official ones, those the county's own model has learnt, and ``among`` itself."""
    model = shelf.current()
    learnt = model.topic.answers if model else ()
    codes = dict.fromkeys([*OFFICIAL_TOPICS, *learnt, *filter(None, [among])])
    return [(code, topic_label(code)) for code in codes]


names = Fresh(load=Names, version=_version, every=5.0)


@dataclass(frozen=True, slots=True)
class Due:
    """Until when, as a badge says it: words and a colour that never stands alone."""

    words: str
    colour: str


@dataclass(frozen=True, slots=True)
class Row:
    """One case as a line of a list."""

    case: Case
    position: str
    kind: str
    topic: str
    place: str
    unit: str
    due: Due
    colour: str


def row_of(case: Case, *, at: datetime) -> Row:
    """Return a case in the words of a list."""
    return Row(
        case=case,
        position=position_label(case),
        kind=kind_label(case.kind),
        topic=topic_label(case.topic),
        place=names().place(case.place),
        unit=names().unit(case.unit_id),
        due=due_of(case, at=at),
        colour=URGENCY.get(case.colour, ""),
    )


def position_label(case: Case) -> str:
    """Return where the case stands, in the words of its own playbook."""
    position = playbook_of(case.playbook_id).positions.get(case.position)
    return position.label if position else case.position


def outcome_label(case: Case) -> str:
    """Return how the case ended, in the words of its own playbook."""
    local = playbook_of(case.playbook_id).word("outcomes", case.outcome)
    return local if local != case.outcome else OUTCOMES.get(case.outcome, "")


def due_of(case: Case, *, at: datetime) -> Due:
    """Return how long there still is."""
    if not case.is_open:
        return Due(outcome_label(case) or "已结束", "green")
    if case.due_at is None:
        return Due("不计时", "grey")
    return due_in_words(case.due_at, at=at)


def due_in_words(due: datetime, *, at: datetime) -> Due:
    """Return the days that are left, or by how many it is late."""
    days = (due_on(due) - timezone.localdate(at)).days
    if due <= at:
        return Due(f"已超期 {-days} 天" if days < 0 else "已超期", "red")
    if days <= 1:
        return Due("今天到期" if days <= 0 else "明天到期", "orange")
    return Due(f"剩 {days} 天", "yellow" if days <= SOON_DAYS else "blue")
