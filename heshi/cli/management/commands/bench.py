"""`heshi bench`: the measurements; each prints one JSON object last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Works on databases of its own; the county's data is never touched."""

    help = "测量：intake 受理速度，import 导入速度，lists 大库下的页面，year 模拟年的办理速度，learn 学习效果"

    def add_arguments(self, parser: CommandParser) -> None:
        """One measurement at a time."""
        kinds = parser.add_subparsers(dest="bench", required=True)
        intake = kinds.add_parser("intake")
        intake.add_argument("--seconds", type=float, default=8.0)
        intake.add_argument("--rounds", type=int, default=5)
        kinds.add_parser("import").add_argument("--count", type=int, default=20_000)
        kinds.add_parser("lists").add_argument("--cases", type=int, default=1_000_000)
        year = kinds.add_parser("year")
        year.add_argument("file", type=Path, help="heshi playbook simulate 名字 --year --out 做的文件")
        year.add_argument("--cases", type=int, default=200, help="每一轮多少件")
        year.add_argument("--rounds", type=int, default=5)
        kinds.add_parser("learn").add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Measure."""
        match options["bench"]:
            case "intake":
                from heshi.cli.bench import intake  # noqa: PLC0415 -- each needs other parts

                intake.measure(seconds=options["seconds"], rounds=options["rounds"])
            case "import":
                from heshi.cli.bench import importing  # noqa: PLC0415

                importing.measure(count=options["count"])
            case "lists":
                from heshi.cli.bench import lists  # noqa: PLC0415

                lists.measure(cases=options["cases"])
            case "year":
                from heshi.cli.bench import year  # noqa: PLC0415

                year.measure(options["file"], cases=options["cases"], rounds=options["rounds"])
            case "learn":
                from heshi.cli.bench.ground import told  # noqa: PLC0415
                from heshi.understanding.actions import measure_learning  # noqa: PLC0415

                told({"bench": "learn", **measure_learning(options["file"])})
