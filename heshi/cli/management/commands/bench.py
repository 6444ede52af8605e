"""`heshi bench`: the measurements; each prints one JSON object last."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.core.management.base import CommandParser

from heshi.common.doors import CommandWithDoors

TARGET: Final = 0.94
"""What learning has to reach on the messages that are shipped for measuring."""


class Command(CommandWithDoors):
    """Works on databases of its own; the county's data is never touched."""

    help = "测量：intake 受理速度，import 导入速度，lists 大库下的页面，year 模拟年的办理速度，learn 学习效果"

    def add_arguments(self, parser: CommandParser) -> None:
        """One measurement at a time."""
        door = self.doors(parser)
        intake = door("intake", self._intake, "受理速度")
        intake.add_argument("--seconds", type=float, default=8.0)
        intake.add_argument("--rounds", type=int, default=5)
        door("import", self._import, "导入速度").add_argument("--count", type=int, default=20_000)
        door("lists", self._lists, "大库下的页面").add_argument("--cases", type=int, default=1_000_000)
        year = door("year", self._year, "模拟年的办理速度")
        year.add_argument("file", type=Path, help="heshi playbook simulate 名字 --year --out 做的文件")
        year.add_argument("--cases", type=int, default=200, help="每一轮多少件")
        year.add_argument("--rounds", type=int, default=5)
        door("learn", self._learn, "学习效果").add_argument("file", type=Path)

    def _intake(self, *, seconds: float, rounds: int) -> None:
        from heshi.cli.bench import intake  # noqa: PLC0415 -- each needs other parts

        intake.measure(seconds=seconds, rounds=rounds)

    def _import(self, *, count: int) -> None:
        from heshi.cli.bench import importing  # noqa: PLC0415

        importing.measure(count=count)

    def _lists(self, *, cases: int) -> None:
        from heshi.cli.bench import lists  # noqa: PLC0415

        lists.measure(cases=cases)

    def _year(self, *, file: Path, cases: int, rounds: int) -> None:
        from heshi.cli.bench import year  # noqa: PLC0415

        year.measure(file, cases=cases, rounds=rounds)

    def _learn(self, *, file: Path) -> None:
        from heshi.cli.bench.ground import told  # noqa: PLC0415
        from heshi.understanding.actions import measure_learning  # noqa: PLC0415

        scores, pace = measure_learning(file)
        told({"bench": "learn", **scores, "target_macro_f1": TARGET, **pace})
