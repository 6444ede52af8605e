"""Starting, counting and ending campaigns. Numbers come from the cases alone; nobody enters them."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from heshi.common.refusals import Conflict, Invalid, NotAllowed, Refusal, Unknown
from heshi.community.models import Campaign
from heshi.community.queries.campaigns import condition_of, groups, to_count
from heshi.community.rules.progress import tallied, uncountable
from heshi.community.rules.who import may_start
from heshi.community.terms import MOST_WORDS, START_WITHIN_DAYS
from heshi.people.rules import Scope
from heshi.places import queries as places
from heshi.playbooks.queries import in_force, playbook
from heshi.playbooks.rules import CampaignDef

log = logging.getLogger("heshi.community")


class CampaignNotWritten(Unknown):
    """The playbook in force has no campaign of this name."""

    code = "campaign_not_written"
    sentence = "施行中的预案“{playbook}”里没有写行动“{campaign}”，请从列表里选择。"


class CampaignNotYours(NotAllowed):
    """Only the centre at or above a place starts and ends campaigns there."""

    code = "campaign_not_yours"
    sentence = "行动由所在地综治中心或上级中心的领导、督办员、分流员发起和结束，请转告他们。"


class CampaignRuns(Conflict):
    """The same campaign runs in the same place already."""

    code = "campaign_runs"
    sentence = "“{title}”在这里已经在进行，请到“行动”里查看；要重新开始的，先提前结束那一次。"


class CampaignDayOutside(Invalid):
    """A campaign that began long ago, or will begin some time, cannot be kept honest."""

    code = "campaign_day_outside"
    sentence = "开始日只能在今天前后 {days} 天以内，请改一个日期。"


class CampaignUncountable(Invalid):
    """The condition asks for something that only the passing of time decides."""

    code = "campaign_uncountable"
    sentence = "“{title}”的计数条件用到“{facts}”，它随时间变化，数不准；请在预案里改用类别、结果或填写项。"


class CampaignOver(Conflict):
    """It has ended already."""

    code = "campaign_over"
    sentence = "这次行动已经结束，不用再办，请看最后的数。"


class CampaignWordsMissing(Invalid):
    """A campaign that ends early owes everybody who took part a word."""

    code = "campaign_words_missing"
    sentence = "请用一两句话（最多 {most} 个字）写明为什么提前结束，参加的单位都看得到。"


def start_campaign(
    *, by: Scope, playbook_code: str, code: str, place: str, starts_on: date, at: datetime
) -> Campaign:
    """Start a campaign of a playbook in force in a place, and count it once.

    Raises PlaybookUnknown, CampaignNotWritten, PlaceUnknown, CampaignNotYours, CampaignUncountable, CampaignDayOutside or
    CampaignRuns.
    """
    path = places.division_path(place)
    if not may_start(by, path=path):
        raise CampaignNotYours
    if abs((starts_on - timezone.localdate(at)).days) > START_WITHIN_DAYS:
        raise CampaignDayOutside(days=START_WITHIN_DAYS)
    version, spec = _as_written(playbook_code, code)
    made = Campaign(
        county=places.county_code(), playbook=playbook_code, version_id=version, code=code, title=spec.title, target=spec.target,
        place=place, path=path, starts_on=starts_on, ends_on=starts_on + timedelta(days=spec.days - 1), started_by=by.staff_id,
        started_at=at,
    )  # fmt: skip
    return _kept(made, at)


def _as_written(playbook_code: str, code: str) -> tuple[UUID, CampaignDef]:
    """Return a campaign as the playbook in force has it, with the version."""
    version = in_force(playbook_code)
    book = playbook(version)
    spec = book.campaigns.get(code)
    if spec is None:
        raise CampaignNotWritten(playbook=playbook_code, campaign=code)
    if moving := uncountable(spec.counts, book):
        raise CampaignUncountable(title=spec.title, facts="、".join(moving))
    return version, spec


@transaction.atomic
def _kept(made: Campaign, at: datetime) -> Campaign:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise CampaignRuns(title=made.title) from error
    if made.starts_on <= timezone.localdate(at):
        _count(made, at)
    return made


def count_campaigns(*, at: datetime) -> int:
    """Count every running campaign that was not counted in the last minutes; return how many.

    A campaign whose last day is over ends with this count. Two workers never count the same one at once; one whose playbook
    cannot be read is logged and passed over.
    """
    return sum(_tried(key, at) for key in to_count(at=at).values_list("pk", flat=True))


def _tried(key: UUID, at: datetime) -> bool:
    try:
        return _counted(key, at)
    except Refusal:
        log.exception("行动 %s 没有数成", key)
        return False


@transaction.atomic
def _counted(key: UUID, at: datetime) -> bool:
    campaign = to_count(at=at).select_for_update(skip_locked=True).filter(pk=key).first()
    if campaign is None:
        return False
    if timezone.localdate(at) > campaign.ends_on:
        campaign.ended_at = at
    _count(campaign, at)
    return True


def _count(campaign: Campaign, at: datetime) -> None:
    counts = condition_of(campaign)
    found = tallied(groups(campaign, counts), counts=counts)
    campaign.tally = {
        township: [each.counted, each.going_on, each.ended] for township, each in sorted(found.items())
    }
    campaign.counted_at = at
    campaign.save()


@transaction.atomic
def end_campaign(*, campaign: Campaign, by: Scope, words: str, at: datetime) -> Campaign:
    """Count a campaign once more and end it before its last day, with a word why.

    Raises CampaignNotYours, CampaignWordsMissing or CampaignOver.
    """
    if not may_start(by, path=campaign.path):
        raise CampaignNotYours
    words = words.strip()
    if not 0 < len(words) <= MOST_WORDS:
        raise CampaignWordsMissing(most=MOST_WORDS)
    held = Campaign.objects.select_for_update().filter(county=campaign.county, pk=campaign.pk, ended_at=None)
    going = held.first()
    if going is None:
        raise CampaignOver
    going.ended_at, going.ended_by, going.ended_words = at, by.staff_id, words
    _count(going, at)
    return going
