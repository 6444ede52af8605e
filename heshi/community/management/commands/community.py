"""`heshi community list | start-campaign | make`: duties that come back, and campaigns."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from heshi.common.refusals import Invalid, Refusal
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


class Command(BaseCommand):
    """One door for the rhythm and the campaigns."""

    help = "共治：列出节律和行动，发起行动，立即写下该做的事并数一遍"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the sub-commands."""
        doors = parser.add_subparsers(dest="door", required=True)
        doors.add_parser("list", help="本地在用的预案有哪些节律，可以发起哪些行动，行动进行到哪里")
        doors.add_parser("make", help="立即写下各单位该做的事、提醒到期的、数一遍行动，不等后台")
        start = doors.add_parser("start-campaign", help="发起一次行动")
        start.add_argument("playbook", help="预案代码")
        start.add_argument("campaign", help="行动代码")
        start.add_argument("--by", required=True, help="由谁发起（用户名）")
        start.add_argument("--place", default=str(county_code()), help="区划代码，默认全县")
        start.add_argument(
            "--from", dest="day", type=date.fromisoformat, default=None, help="开始日，默认今天"
        )

    def handle(self, *_arguments: Any, **said: Any) -> None:
        """Go through the door that was asked for; whatever is refused is one sentence, with exit code 1."""
        try:
            for line in getattr(self, f"_{said['door'].replace('-', '_')}")(said):
                self.stdout.write(line)
        except Refusal as refusal:
            self.stderr.write(str(refusal))
            sys.exit(1)

    def _list(self, _said: dict[str, Any]) -> Iterator[str]:
        for version in versions_in_use():
            book = playbook(version.pk)
            for rhythm in book.rhythm.values():
                units = "、".join(UNIT_KINDS[kind] for kind in rhythm.kinds)
                who, often = ROLES.get(rhythm.who, rhythm.who), how_often(rhythm.every, rhythm.on)
                yield f"节律  {book.code}/{rhythm.code}  {rhythm.title}  {often}  {units}的{who}"
        for code, campaign in campaigns.written():
            yield f"行动  {code}/{campaign.code}  {campaign.title}  {campaign.days} 天 {campaign.target} 件"
        for going in campaigns.running():
            held = together(campaigns.progress_of(going).values())
            yield f"进行中  {going.title}  {going.path}  {going.starts_on} 至 {going.ends_on}  {held.counted}/{going.target} 件"

    def _make(self, _said: dict[str, Any]) -> Iterator[str]:
        at = timezone.now()
        yield f"写下或更新 {make_ahead(at=at)} 项该做的事，提醒 {remind(at=at)} 项，数了 {count_campaigns(at=at)} 次行动。"

    def _start_campaign(self, said: dict[str, Any]) -> Iterator[str]:
        staff = Staff.objects.filter(username=said["by"], is_active=True).first()
        if staff is None:
            raise StarterUnknown(username=said["by"])
        at = timezone.now()
        made = start_campaign(
            by=scope_of(staff), playbook_code=said["playbook"], code=said["campaign"], place=said["place"],
            starts_on=said["day"] or timezone.localdate(at), at=at,
        )  # fmt: skip
        yield f"已发起“{made.title}”：{made.starts_on} 至 {made.ends_on}，目标 {made.target} 件。"
