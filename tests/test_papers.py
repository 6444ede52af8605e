"""The papers around the code say what they must."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def test_the_public_description_is_complete() -> None:
    paper = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))

    assert paper["publiccodeYmlVersion"] == "0.4"
    assert paper["legal"]["license"] == "MulanPSL-2.0"
    assert {
        "name",
        "url",
        "platforms",
        "developmentStatus",
        "softwareType",
        "maintenance",
        "localisation",
    } <= set(paper)
    for words in paper["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000


def test_the_licence_is_there_in_both_languages() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "木兰宽松许可证， 第2版" in licence
    assert "Mulan Permissive Software License，Version 2 (Mulan PSL v2)" in licence


def test_links_between_the_papers_lead_somewhere() -> None:
    papers = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]

    broken = [
        f"{paper.relative_to(ROOT)} → {link}"
        for paper in papers
        for link in LINK.findall(paper.read_text(encoding="utf-8"))
        if not (paper.parent / link).exists()
    ]

    assert broken == []
