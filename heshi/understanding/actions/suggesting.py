"""Suggesting, for one report or a thousand, and for whole files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from heshi.common.refusals import Invalid
from heshi.understanding.actions.learning import read_file
from heshi.understanding.queries import lexicons, shelf
from heshi.understanding.rules import repeats
from heshi.understanding.rules.sheets import read_sheet, texts_of, written
from heshi.understanding.rules.suggesting import Suggestion, suggest

COLUMNS: Final = ("id", "title", "body")
AT_MOST: Final = 3
TIME_FORMATS: Final = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")


class FileUnwritable(Invalid):
    """The answer has nowhere to go."""

    code = "file_unwritable"
    sentence = "写不进文件 {path}：{why}。"


def suggest_many(texts: Sequence[str]) -> list[Suggestion]:
    """Return a suggestion for every text, whose first line is its title; by the published model or else the lexicon."""
    return suggest(texts, lexicons=lexicons(), model=shelf.current())


def suggest_file(*, path: Path, out: Path) -> int:
    """Write id, label and probability for every row, in the file's order; return how many."""
    rows = read_sheet(read_file(path), needed=COLUMNS)
    found = suggest_many(texts_of(rows))
    lines = [(row["id"], one.topic, f"{one.topic_p:.4f}") for row, one in zip(rows, found, strict=True)]
    _write(out, written(("id", "label", "probability"), lines))
    return len(lines)


def reposts_file(*, path: Path, out: Path) -> int:
    """Write for each row its likely repeats in the same file, at most three, likeliest first; return how many lines."""
    rows = read_sheet(read_file(path), needed=COLUMNS)
    near: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for pair in repeats.find_repeats(texts_of(rows)):
        score = _closeness(rows[pair.one], rows[pair.other], pair.score)
        near[pair.one].append((-score, pair.other))
        near[pair.other].append((-score, pair.one))
    lines = [
        (rows[number]["id"], rows[other]["id"], f"{-score:.4f}")
        for number in range(len(rows))
        for score, other in sorted(near.get(number, []))[:AT_MOST]
    ]
    _write(out, written(("id", "candidate", "score"), lines))
    return len(lines)


def _closeness(one: dict[str, str], other: dict[str, str], text: float) -> float:
    """Return the score of two rows; time and place strengthen it where the file has them."""
    said, also_said = _moment(one.get("created_at", "")), _moment(other.get("created_at", ""))
    days = abs((said - also_said).total_seconds()) / 86400 if said and also_said else None
    place, also_place = one.get("place", "").strip(), other.get("place", "").strip()
    same_place = 0.0 if place and place == also_place else None
    return repeats.closeness(text=text, distance_m=same_place, days=days)


def _moment(typed: str) -> datetime | None:
    """Return the moment, or None for what is not one; only differences are used, so the zone does not matter."""
    tidy = typed.strip().replace("-", "/").replace("T", " ")[:19]
    for shape in TIME_FORMATS:
        try:
            return datetime.strptime(tidy, shape)  # noqa: DTZ007 -- see above
        except ValueError:
            continue
    return None


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise FileUnwritable(path=path, why=error.strerror or "写入失败") from error
