"""Division codes: level, parent, path, validity. Values in, answers out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from heshi.places.terms import DIGITS, TOWNSHIP


def level_of(code: str) -> int | None:
    """Return 1 (province) to 5 (village), or None when the code has no such shape."""
    return DIGITS.get(len(code)) if code.isascii() and code.isdigit() else None


def parent_of(code: str) -> str:
    """Return the code one level up as the digits say it; empty for a province."""
    level = level_of(code)
    return next((code[:digits] for digits, upper in DIGITS.items() if level and upper == level - 1), "")


def path_of(code: str, *, parent_path: str) -> str:
    """Return the path from the root down to the code."""
    return f"{parent_path}/{code}" if parent_path else code


def lies_in(path: str, *, upper: str) -> bool:
    """Return whether a path is the upper one or below it."""
    return path == upper or path.startswith(f"{upper}/")


def township_in(path: str) -> str | None:
    """Return the township of a path, or None when the path ends above it."""
    return next((code for code in path.split("/") if level_of(code) == TOWNSHIP), None)


def is_valid(*, on: date, valid_from: date | None, valid_to: date | None) -> bool:
    """Return whether something is in force on a day; ``valid_to`` is the first day it no longer is."""
    return (valid_from is None or valid_from <= on) and (valid_to is None or on < valid_to)


def closes_a_circle(*, old: str, new: str, successors: Mapping[str, str]) -> bool:
    """Return whether ``old`` would, through its successors, become its own successor."""
    seen = {old}
    step: str | None = new
    while step is not None:
        if step in seen:
            return True
        seen.add(step)
        step = successors.get(step)
    return False


def why_row_is_wrong(
    *, code: str, name: str, parent: str, level: str, known: Mapping[str, object]
) -> str | None:
    """Return the sentence that says what to mend in a row of a division file, or None when it is right."""
    found = level_of(code)
    if found is None:
        return f"代码“{code}”不是 2、4、6、9 或 12 位数字，请改正代码。"
    if level and level != str(found):
        return f"代码“{code}”是第 {found} 级，级别一栏却写“{level}”，请改其中一处。"
    if not name or len(name) > 60:
        return f"代码“{code}”的名称应为 1 至 60 个字，请改正名称。"
    if parent and parent not in known:
        return f"代码“{code}”的上级“{parent}”不存在，请先补上上级这一行。"
    if parent and parent != parent_of(code):
        return f"代码“{code}”的上级应为“{parent_of(code)}”，表中写“{parent}”，请改正上级。"
    return None
