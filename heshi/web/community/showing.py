"""Duties and campaigns in people's words: facts about units and places, with the numbers in words as well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from heshi.clocks.queries import calendar
from heshi.clocks.rules import earliest
from heshi.community.models import Campaign, Occurrence
from heshi.community.queries.campaigns import condition_of, progress_of
from heshi.community.rules.days import how_often
from heshi.community.rules.progress import Progress, nature_of, together
from heshi.community.rules.who import may_answer
from heshi.community.terms import DONE, OPEN, STATES, WHOLE_COUNTY
from heshi.people.rules import Scope
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.queries import sound
from heshi.playbooks.rules import Rhythm
from heshi.playbooks.rules.wording import condition_words, role_word
from heshi.web.community.forms import DoneForm, SkipForm
from heshi.web.kit.due import Due
from heshi.web.kit.forms import PageForm, Sent
from heshi.web.kit.names import names


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty as a line of a list, or as a page: what, whose, when, and how to answer it."""

    duty: Occurrence
    unit: str
    role: str
    often: str
    when: Due
    rhythm: Rhythm
    is_put_off: bool
    done: PageForm | None
    skip: PageForm | None
    bound: str = ""
    """How its day is told while it may yet be put off."""


def readable(duties: Iterable[Occurrence]) -> list[Occurrence]:
    """Return those of the duties whose playbook can be read: a damaged one, which `heshi status` names, takes no list away."""
    found = list(duties)
    books = sound({duty.version_id for duty in found})
    return [duty for duty in found if duty.version_id in books]


def line_of(duty: Occurrence, scope: Scope, *, today: date, busy: PageForm | None = None) -> DutyLine:
    """Return a duty in words, with the forms that this person may fill in; ``busy`` is one she sent already."""
    book = playbook_of(duty.version_id)
    rhythm = book.rhythm[duty.rhythm]
    hers = may_answer(scope, role=duty.role, unit_id=duty.unit_id, path=duty.unit.place.path)
    return DutyLine(
        duty=duty,
        unit=duty.unit.name,
        role=role_word(book, duty.role),
        often=how_often(rhythm),
        when=when_of(duty, today=today),
        rhythm=rhythm,
        # Put off to a working day, and said so: else it looks as if the unit had moved it.
        is_put_off=duty.planned_on != duty.due_on,
        done=_form(DoneForm, duty, today, busy) if hers and duty.state != DONE else None,
        skip=_form(SkipForm, duty, today, busy) if hers and duty.state == OPEN else None,
        bound=bound_of(duty) if is_bound(duty) else "",
    )


def _form(kind: type[PageForm], duty: Occurrence, today: date, busy: PageForm | None) -> PageForm:
    return busy if isinstance(busy, kind) else answer_form(kind, duty, today=today)


def answer_form(kind: type[PageForm], duty: Occurrence, *, today: date, data: Sent = None) -> PageForm:
    """Return the form for one answer, empty or as it was sent; its fields have names of their own on the page."""
    initial, marks = {"revision": duty.revision}, f"{kind.__name__}_{duty.pk.hex}_%s"
    if kind is DoneForm:
        return DoneForm(data, initial=initial, auto_id=marks, is_late=is_late(duty, today=today))
    return kind(data, initial=initial, auto_id=marks)


def is_late(duty: Occurrence, *, today: date) -> bool:
    """Return whether the day has gone by; by a day that may yet be put off nobody is late."""
    return duty.due_on < today and not is_bound(duty)


def is_bound(duty: Occurrence) -> bool:
    """Return whether the day is only the earliest it can be, because the rest days of its year are not published yet."""
    rhythm = playbook_of(duty.version_id).rhythm[duty.rhythm]
    return not rhythm.rest_days and not calendar().knows(duty.due_on)


def bound_of(duty: Occurrence) -> str:
    """Return how a day that may yet be put off is told."""
    return earliest(f"{duty.due_on:%Y年%-m月%-d日}")


def when_of(duty: Occurrence, *, today: date) -> Due:
    """Return when it is or was to be done, as a badge says it."""
    if duty.state != OPEN:
        return Due(STATES[duty.state], "green" if duty.state == DONE else "grey")
    days = (duty.due_on - today).days
    if is_bound(duty):
        return Due(bound_of(duty), "grey")
    if days < 0:
        # Never red: a meeting that was not held is no case that is overdue.
        return Due(f"过了 {-days} 天", "orange")
    if days == 0:
        return Due("今天", "blue")
    return Due("明天" if days == 1 else f"{days} 天后", "grey")


@dataclass(frozen=True, slots=True)
class CampaignStanding:
    """A campaign with its numbers."""

    campaign: Campaign
    where: str
    held: Progress
    percent: str
    missing: int
    days: int
    day: int
    state: str
    is_over: bool


def standing_of(campaign: Campaign, *, today: date) -> CampaignStanding:
    """Return how a campaign stands: what was counted, how much is missing, which day it is."""
    held = together(progress_of(campaign).values())
    days = (campaign.ends_on - campaign.starts_on).days + 1
    day = (today - campaign.starts_on).days + 1
    return CampaignStanding(
        campaign=campaign,
        where=place_name(campaign.place),
        held=held,
        percent=f"{held.counted / campaign.target:.1%}",
        missing=max(0, campaign.target - held.counted),
        days=days,
        day=day,
        state=_state(campaign, day, days),
        is_over=campaign.ended_at is not None,
    )


def _state(campaign: Campaign, day: int, days: int) -> str:
    if campaign.ended_at:
        return "提前结束" if campaign.ended_by else "到期结束"
    if day < 1:
        return "还没有开始"
    return f"第 {day} 天，还剩 {days - day} 天" if day <= days else "到期了，正在数最后一遍"


def place_name(code: str) -> str:
    """Return the name of a place as a campaign says it."""
    return names().place(code) or code


@dataclass(frozen=True, slots=True)
class CampaignSheet:
    """The page of one campaign."""

    standing: CampaignStanding
    about: str
    counts: str
    source: str
    townships: Sequence[tuple[str, Progress]]


NOWHERE: Final = "未定到乡镇"


def sheet_of(campaign: Campaign, *, today: date) -> CampaignSheet:
    """Return a campaign with what counts, and its townships in the order of their codes."""
    book, counts = playbook_of(campaign.version_id), condition_of(campaign)
    # By code, not by count: a list by count would be a ranking of townships.
    parts = sorted(progress_of(campaign).items(), key=lambda part: (part[0] == WHOLE_COUNTY, part[0]))
    return CampaignSheet(
        standing=standing_of(campaign, today=today),
        about=condition_words(book, nature_of(counts)),
        counts=condition_words(book, counts),
        source=book.campaigns[campaign.code].source,
        townships=[(NOWHERE if code == WHOLE_COUNTY else place_name(code), held) for code, held in parts],
    )
