"""`heshi apikey …`: give a key to another system, list keys, take one back."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from heshi.api import actions
from heshi.api.models import ApiKey
from heshi.api.terms import SCOPES
from heshi.people.queries import unit_by_code
from heshi.places.queries import county_code


class Command(BaseCommand):
    """One door for keys."""

    help = "接口密钥：建立、列出、停用"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the sub-commands."""
        doors = parser.add_subparsers(dest="door", required=True)
        create = doors.add_parser("create", help="建立密钥；密钥只显示这一次")
        create.add_argument("name", help="客户端代码，如 hotline；换密钥时写同一个，以前提交的编号仍然认得")
        create.add_argument("--label", default="", help="中文名称")
        create.add_argument("--unit", default="", help="所属机构代码")
        create.add_argument(
            "--scope", action="append", default=[], help=f"权限：{'、'.join(SCOPES)}；不写为全部"
        )
        create.add_argument("--per-minute", type=int, default=None, help="每分钟最多几次，0 为不限")
        doors.add_parser("list", help="列出密钥")
        revoke = doors.add_parser("revoke", help="停用密钥")
        revoke.add_argument("name")
        revoke.add_argument("--hint", default="", help="只停用以这四位结尾的那一把")

    def handle(self, *_arguments: Any, **said: Any) -> None:
        """Go through the door that was asked for."""
        {"create": self._create, "list": self._list, "revoke": self._revoke}[said["door"]](said)

    def _create(self, said: dict[str, Any]) -> None:
        most = settings.HESHI_API_PER_MINUTE if said["per_minute"] is None else max(0, said["per_minute"])
        unit = unit_by_code(said["unit"]) if said["unit"] else None
        _key, token = actions.create_key(
            client=said["name"], label=said["label"], scopes=said["scope"] or list(SCOPES), per_minute=most, unit=unit,
            at=timezone.now(),
        )  # fmt: skip
        self.stderr.write("请现在记下密钥，以后不再显示：")
        self.stdout.write(token)

    def _list(self, _said: dict[str, Any]) -> None:
        for key in ApiKey.objects.filter(county=county_code()):
            state = "在用" if key.active else "已停用"
            self.stdout.write(
                f"{key.client:<20} …{key.hint} {state} {key.label} {','.join(key.scopes)} 每分钟 {key.per_minute or '不限'}"
            )

    def _revoke(self, said: dict[str, Any]) -> None:
        count = actions.revoke_keys(client=said["name"], hint=said["hint"], at=timezone.now())
        self.stdout.write(f"已停用 {count} 把密钥。")
