"""Fetch what people wrote from the disk; `yamltext` and `shaping` make sense of it."""

from __future__ import annotations

from pathlib import Path

from heshi.common.refusals import Refusal
from heshi.common.yamltext import MOST_KILOBYTES


def text_of(path: Path, otherwise: Refusal) -> str:
    """Return the text of a file; raises ``otherwise`` when it is missing, no UTF-8, or far larger than people write."""
    try:
        if path.stat().st_size > 2 * MOST_KILOBYTES * 1024:
            raise otherwise
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise otherwise from error
