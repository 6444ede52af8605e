"""What the tests of understanding share: made-up messages of two matters, and a clean shelf."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from heshi.understanding.queries import shelf
from heshi.understanding.queries.models_in_use import Shelf
from heshi.understanding.rules.learning import Example
from heshi.understanding.rules.reading import message_text

ROADS = ["甲路", "乙路", "丙路", "丁路", "戊路", "己路", "庚路", "辛路"]
LAMPS = [
    (f"{road}路灯不亮", f"{road}的路灯坏了{days}天，晚上走路看不清，请市政部门来修路灯。")
    for road in ROADS
    for days in (3, 9)
]
WAGES = [
    (f"{road}工地拖欠工资", f"在{road}的工地干活{days}个月，包工头拖欠工资，请劳动监察部门帮忙要回工资。")
    for road in ROADS
    for days in (3, 9)
]

Write = Callable[..., Path]


@pytest.fixture
def examples() -> list[Example]:
    """Thirty-two labelled messages about street lamps and wages."""
    lamps = [Example(message_text(*each), "市政") for each in LAMPS]
    return lamps + [Example(message_text(*each), "劳动") for each in WAGES]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give a function that writes a CSV file and returns its path."""

    def writing(*lines: str, name: str = "some.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes("\n".join(lines).encode(encoding))
        return path

    return writing


@pytest.fixture
def labelled(write: Write) -> Path:
    """A labelled file of the two matters."""
    rows = [
        (title, body, label) for told, label in ((LAMPS, "市政"), (WAGES, "劳动")) for title, body in told
    ]
    lines = [f"{number},{title},{body},{label}" for number, (title, body, label) in enumerate(rows)]
    return write("id,title,body,label", *lines, name="labelled.csv")


@pytest.fixture(autouse=True)
def _clean_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no model of one test be in use in the next."""
    empty = vars(Shelf())
    for name, value in empty.items():
        monkeypatch.setattr(shelf, name, value)
