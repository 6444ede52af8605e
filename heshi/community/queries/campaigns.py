"""Campaigns and what can be started; counting them from the cases, alike cases counted by the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

import orjson
from django.db.models import Q, QuerySet
from django.utils import timezone

from heshi.cases.queries.lists import Cursor, cursor_from
from heshi.cases.rules.folding import COLUMNS, REFERENCES
from heshi.cases.terms import INTERNAL_KINDS
from heshi.common.refusals import Unknown
from heshi.common.statements import Params, rows_of
from heshi.community.models import Campaign
from heshi.community.queries.planning import versions_in_force
from heshi.community.rules.progress import Group, Progress
from heshi.community.rules.who import may_start
from heshi.people.rules import Scope
from heshi.places import queries as places
from heshi.places.models import Division
from heshi.places.terms import COUNTY, TOWNSHIP
from heshi.playbooks import rules as playbooks
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.queries import sound
from heshi.playbooks.rules import Condition

PAGE: Final = 20
COUNTED_EVERY: Final = timedelta(minutes=5)


class CampaignUnknown(Unknown):
    """No campaign of this county has this key."""

    code = "campaign_unknown"
    sentence = "没有找到这次行动，请回到“行动”列表重新选择。"


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """One page of campaigns that ended, and where the next one begins; empty when this is the last."""

    campaigns: Sequence[Campaign]
    following: str = ""


def running() -> list[Campaign]:
    """Return the campaigns that have not ended, the last to begin first."""
    return list(_here().filter(ended_at=None).order_by("-starts_on", "-id"))


def over(*, after: str = "", size: int = PAGE) -> CampaignPage:
    """Return the campaigns that ended, the last first. Raises CursorBroken."""
    wanted = _here().exclude(ended_at=None).order_by("-ended_at", "-id")
    if after:
        begin = cursor_from(after)
        wanted = wanted.filter(Q(ended_at__lt=begin.due) | Q(ended_at=begin.due, id__lt=begin.key))
    found = list(wanted[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return CampaignPage(found[:size], str(Cursor(last.ended_at, last.pk)) if last else "")


def campaign_for(key: UUID) -> Campaign:
    """Return a campaign; raises CampaignUnknown."""
    found = _here().filter(pk=key).first()
    if found is None:
        raise CampaignUnknown
    return found


def to_count(*, at: datetime) -> QuerySet[Campaign]:
    """Return the running campaigns that nobody counted in the last minutes, the longest uncounted first."""
    stale = Q(counted_at=None) | Q(counted_at__lte=at - COUNTED_EVERY)
    begun = _here().filter(stale, ended_at=None, starts_on__lte=timezone.localdate(at))
    return begun.order_by("counted_at", "id")


def _here() -> QuerySet[Campaign]:
    return Campaign.objects.filter(county=places.county_code())


def written() -> list[tuple[str, playbooks.CampaignDef]]:
    """Return every campaign that a playbook in force offers, with the playbook's code; one that is damaged offers none."""
    versions = versions_in_force()
    books = sound(version.pk for version in versions)
    return [
        (version.code, campaign)
        for version in versions
        if version.pk in books
        for campaign in books[version.pk].campaigns.values()
    ]


def condition_of(campaign: Campaign) -> Condition:
    """Return by what a campaign counts: as the version has it under which it was started. Raises Damaged."""
    return playbook_of(campaign.version_id).campaigns[campaign.code].counts


def places_for(scope: Scope, *, on: date) -> list[Division]:
    """Return where somebody could start a campaign: the county and its townships, as far as her centre reaches."""
    wide = places.subtree(places.division_path(str(places.county_code())))
    standing = wide.filter(places.in_force(on), level__in=(COUNTY, TOWNSHIP)).order_by("code")
    return [place for place in standing if may_start(scope, path=place.path)]


GROUPS: Final = """
SELECT path, is_open, jsonb_build_object({told}) AS told, count(*) FROM cases_case
WHERE county = %(county)s AND opened_at >= %(first)s AND opened_at < %(behind)s {within} {kinds}
GROUP BY path, is_open, told
"""
WITHIN: Final = "AND (path = %(path)s OR starts_with(path, %(below)s))"
OFFICE_MADE: Final = "AND kind <> ALL(%(internal)s)"
"""Cases that the office made from others are nobody's request: they count only where the condition names kinds itself."""


def groups(campaign: Campaign, counts: Condition) -> Iterator[Group]:
    """Return the cases of a campaign's time and place, alike ones together: read by the index of the days, never the archive."""
    wide = campaign.path == places.division_path(str(places.county_code()))
    statement = GROUPS.format(
        told=", ".join(_told(counts)),
        within="" if wide else WITHIN,
        kinds="" if "kind" in counts.facts() else OFFICE_MADE,
    )
    yield from rows_of(statement, _params(campaign, counts), _group)


def _group(path: str, is_open: bool, told: str, cases: int) -> Group:
    facts = {name: value for name, value in orjson.loads(told).items() if value is not None}
    return Group(path, is_open, facts, cases)


def _told(counts: Condition) -> Iterator[str]:
    """Return each fact of a condition with where it stands: in a column of its own, or among the free facts."""
    for index, name in enumerate(counts.facts()):
        column = REFERENCES.get(name) or (name if name in COLUMNS else "")
        yield f"%(n{index})s::text, {column or f'facts -> %(n{index})s::text'}"


def _params(campaign: Campaign, counts: Condition) -> Params:
    behind = campaign.ends_on + timedelta(days=1)
    return {f"n{index}": name for index, name in enumerate(counts.facts())} | {
        "county": campaign.county, "path": campaign.path, "below": f"{campaign.path}/", "internal": list(INTERNAL_KINDS),
        "first": _midnight(campaign.starts_on), "behind": _midnight(behind),
    }  # fmt: skip


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def progress_of(campaign: Campaign) -> dict[str, Progress]:
    """Return what was counted when the worker last looked, township by township."""
    return {township: Progress(*numbers) for township, numbers in campaign.tally.items()}
