"""`heshi community list | start-campaign | make`: duties that come back, and campaigns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.core.management.base import CommandParser
from django.utils import timezone

from heshi.common.doors import CommandWithDoors
from heshi.common.refusals import Invalid
from heshi.community.actions import count_campaigns, make_ahead, remind, start_campaign
from heshi.community.queries import campaigns
from heshi.community.queries.planning import versions_in_use
from heshi.community.rules.days import how_often
from heshi.community.rules.progress import together
from heshi.people.models import Staff
from heshi.people.queries import scope_of
from heshi.people.terms import ROLES, UNIT_KINDS
from heshi.places.queries import county_code
from heshi.playbooks.queries import playbook


class StarterUnknown(Invalid):
    """Nobody at work goes by this user name."""

    code = "starter_unknown"
    sentence = "没有名为“{username}”的在用账号，请用 --by 写明由谁发起（用户名）。"


class Command(CommandWithDoors):
    """The rhythm and the campaigns."""

    help = "共治：列出节律和行动，发起行动，立即写下该做的事并数一遍"

    def add_arguments(self, parser: CommandParser) -> None:
        """Open the doors."""
        door = self.doors(parser)
        door("list", self._list, "本地在用的预案有哪些节律，可以发起哪些行动，行动进行到哪里")
        door("make", self._make, "立即写下各单位该做的事、提醒到期的、数一遍行动，不等后台")
        start = door("start-campaign", self._start_campaign, "发起一次行动")
        start.add_argument("playbook", help="预案代码")
        start.add_argument("campaign", help="行动代码")
        start.add_argument("--by", required=True, help="由谁发起（用户名）")
        start.add_argument("--place", default=str(county_code()), help="区划代码，默认全县")
        start.add_argument(
            "--from", dest="day", type=date.fromisoformat, default=None, help="开始日，默认今天"
        )

    def _list(self) -> None:
        self.tell(_overview())

    def _make(self) -> None:
        at = timezone.now()
        made, reminded, counted = make_ahead(at=at), remind(at=at), count_campaigns(at=at)
        self.stdout.write(f"写下或更新 {made} 项该做的事，提醒 {reminded} 项，数了 {counted} 次行动。")

    def _start_campaign(self, *, playbook: str, campaign: str, by: str, place: str, day: date | None) -> None:
        staff = Staff.objects.filter(username=by, is_active=True).first()
        if staff is None:
            raise StarterUnknown(username=by)
        at = timezone.now()
        made = start_campaign(
            by=scope_of(staff), playbook_code=playbook, code=campaign, place=place,
            starts_on=day or timezone.localdate(at), at=at,
        )  # fmt: skip
        self.stdout.write(
            f"已发起“{made.title}”：{made.starts_on} 至 {made.ends_on}，目标 {made.target} 件。"
        )


def _overview() -> Iterator[str]:
    for version in versions_in_use():
        book = playbook(version.pk)
        for rhythm in book.rhythm.values():
            units = "、".join(UNIT_KINDS[kind] for kind in rhythm.kinds)
            who, often = ROLES.get(rhythm.who, rhythm.who), how_often(rhythm)
            yield f"节律  {book.code}/{rhythm.code}  {rhythm.title}  {often}  {units}的{who}"
    for code, campaign in campaigns.written():
        yield f"行动  {code}/{campaign.code}  {campaign.title}  {campaign.days} 天 {campaign.target} 件"
    for going in campaigns.running():
        held = together(campaigns.progress_of(going).values())
        yield f"进行中  {going.title}  {going.path}  {going.starts_on} 至 {going.ends_on}  {held.counted}/{going.target} 件"
