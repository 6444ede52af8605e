"""`heshi keys list|new|rotate`: which keys seal personal fields, and moving every sealed value to the current one."""

from __future__ import annotations

import base64
import os
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandParser
from django.db import connection, models, transaction

from heshi.common.crypto import EncryptedField, is_current, mark_of, ring, seal, unseal
from heshi.common.doors import CommandWithDoors

BATCH = 1_000


class Command(CommandWithDoors):
    """Safe to interrupt and to run again; readers are never shut out, since old keys stay in the ring until they are removed."""

    help = "个人信息加密密钥：list 查看，new 生成一把新密钥，rotate 把全部密文换到当前密钥"

    def add_arguments(self, parser: CommandParser) -> None:
        """Open the doors."""
        door = self.doors(parser)
        door("list", self._list, "查看有哪些密钥，哪一把是当前的")
        door("new", self._new, "生成一把新密钥")
        door("rotate", self._rotate, "把全部密文换到当前密钥")

    def _list(self) -> None:
        for place, mark in enumerate(ring(tuple(settings.HESHI_KEYS))):
            self.stdout.write(f"{mark.hex()} {'当前' if place == 0 else '旧'}")

    def _new(self) -> None:
        key = base64.b64encode(os.urandom(32)).decode()
        self.stdout.write(
            f"新密钥 {mark_of(base64.b64decode(key)).hex()}：请加在 HESHI_KEYS 最前面，重启后运行 keys rotate。"
        )
        self.stdout.write(key)

    def _rotate(self) -> None:
        total = sum(resealed(model, field) for model, field in sealed_columns())
        self.stdout.write(f"已换到当前密钥：{total} 项。")


def sealed_columns() -> list[tuple[type[models.Model], EncryptedField]]:
    """Return every column of every room that holds sealed text."""
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedField)
    ]


def resealed(model: type[models.Model], field: EncryptedField) -> int:
    """Seal the column's values under the current key, a batch at a time; return how many were moved.

    A value changed by somebody meanwhile is left as it is: it has been sealed under the current key by that change.
    """
    table, column, moved, last = model._meta.db_table, str(field.column), 0, UUID(int=0)
    while rows := _batch(table, column, last):
        last = rows[-1][0]
        old = [(key, bytes(value)) for key, value in rows if not is_current(bytes(value))]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s AND "{column}" = %s',  # noqa: S608 -- as below
                [(seal(unseal(value)), key, value) for key, value in old],
            )
        moved += len(old)
    return moved


def _batch(table: str, column: str, last: UUID) -> list[tuple[UUID, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id, "{column}" FROM "{table}" WHERE id > %s AND length("{column}") > 0 ORDER BY id LIMIT {BATCH}',  # noqa: S608 -- names of the models' own columns
            [last],
        )
        return list(cursor.fetchall())
