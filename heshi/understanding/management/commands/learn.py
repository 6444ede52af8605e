"""`heshi learn FILE`: train a model on labelled messages, prove it, publish it."""

from __future__ import annotations

from pathlib import Path

import orjson
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from heshi.understanding.actions import learn
from heshi.understanding.rules.saying import honesty


class Command(BaseCommand):
    """Train, cross-validate, publish; the scores are the last line, as JSON."""

    help = "用已标注的文件（列：id、title、body、label，可加 kind）训练研判模型并发布"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and what to do with the model."""
        parser.add_argument("file", type=Path, help="CSV 文件")
        parser.add_argument("--no-publish", action="store_true", help="只训练和打分，不启用")
        parser.add_argument("--with-corrections", action="store_true", help="把人工更正过的案件一并作为样本")

    def handle(self, *, file: Path, no_publish: bool, with_corrections: bool, **_options: object) -> None:
        """Train, and print the scores."""
        version = learn(
            path=file, at=timezone.now(), publish_it=not no_publish, with_corrections=with_corrections
        )
        state = "已发布" if version.published_at else "未发布"
        self.stdout.write(f"已训练 {version.scores['rows']} 条、{len(version.labels)} 种标签，{state}。")
        for line in honesty(version.scores):
            self.stdout.write(line)
        about = {
            "version": str(version.pk),
            "published": version.published_at is not None,
            "digest": version.digest,
        }
        self.stdout.write(orjson.dumps(about | version.scores).decode())
