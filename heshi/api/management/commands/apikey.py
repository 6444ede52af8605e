"""`heshi apikey …`: give a key to another system, list keys, take one back."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from heshi.api import actions
from heshi.api.models import ApiKey
from heshi.api.terms import SCOPES
from heshi.common.doors import CommandWithDoors
from heshi.people.queries import unit_by_code
from heshi.places.queries import county_code


class Command(CommandWithDoors):
    """Keys, from the first day to the last."""

    help = "接口密钥：建立、列出、停用"

    def add_arguments(self, parser: CommandParser) -> None:
        """Open the doors."""
        door = self.doors(parser)
        create = door("create", self._create, "建立密钥；密钥只显示这一次")
        create.add_argument("name", help="客户端代码，如 hotline；换密钥时写同一个，以前提交的编号仍然认得")
        create.add_argument("--label", default="", help="中文名称")
        create.add_argument("--unit", default="", help="所属机构代码")
        create.add_argument(
            "--scope",
            dest="scopes",
            action="append",
            default=[],
            help=f"权限：{'、'.join(SCOPES)}；不写为全部",
        )
        create.add_argument("--per-minute", type=int, default=None, help="每分钟最多几次，0 为不限")
        door("list", self._list, "列出密钥")
        revoke = door("revoke", self._revoke, "停用密钥")
        revoke.add_argument("name")
        revoke.add_argument("--hint", default="", help="只停用以这四位结尾的那一把")

    def _create(self, *, name: str, label: str, unit: str, scopes: list[str], per_minute: int | None) -> None:
        _key, token = actions.create_key(
            client=name,
            label=label,
            scopes=scopes or list(SCOPES),
            per_minute=settings.HESHI_API_PER_MINUTE if per_minute is None else max(0, per_minute),
            unit=unit_by_code(unit) if unit else None,
            at=timezone.now(),
        )
        self.stderr.write("请现在记下密钥，以后不再显示：")
        self.stdout.write(token)

    def _list(self) -> None:
        for key in ApiKey.objects.filter(county=county_code()):
            state = "在用" if key.active else "已停用"
            self.stdout.write(
                f"{key.client:<20} …{key.hint} {state} {key.label} {','.join(key.scopes)} 每分钟 {key.per_minute or '不限'}"
            )

    def _revoke(self, *, name: str, hint: str) -> None:
        count = actions.revoke_keys(client=name, hint=hint, at=timezone.now())
        self.stdout.write(f"已停用 {count} 把密钥。")
