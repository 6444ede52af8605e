"""Rejected rows go through a real spreadsheet program, are mended there and come in: no number is lost on the way."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from uuid import UUID

import pytest
from openpyxl import load_workbook

from heshi.cases.models import Case, Party
from heshi.intake.actions import begin_run
from heshi.intake.models import ImportRun
from heshi.intake.rules.reading import Reading
from heshi.journey.importing import import_file
from tests.cast import NOON, County

pytestmark = pytest.mark.django_db(transaction=True)
OFFICE = shutil.which("soffice")
NUMBER, CARD = "20240305000123450", "11010519491231002X"
ROWS = f'编号,内容,姓名,身份证号\n{NUMBER},,=HYPERLINK("http://127.0.0.1/"&A1),{CARD}\n0012,,+86甲,{CARD}\n'


def bring_in(path: Path, rejected_to: Path) -> ImportRun:
    run = begin_run(file_name=path.name, file_sm3="0" * 64, source_name="", reading=Reading(), at=NOON)
    return import_file(run=run, path=path, rejected_to=rejected_to, clock=lambda: NOON)


def saved_again(path: Path, as_: str, folder: Path) -> Path:
    """Open a file in LibreOffice and save it, as somebody does who mends it."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        str(OFFICE),
        profile,
        "--headless",
        "--convert-to",
        as_,
        "--outdir",
        str(folder / as_),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return folder / as_ / f"{path.stem}.{as_}"


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="没有 LibreOffice（apt-get install libreoffice-calc-nogui），跳过")
def test_long_numbers_and_formulas_survive_libreoffice(
    transactional_db: None, county: County, books: dict[str, UUID], tmp_path: Path
) -> None:
    first, rejected = tmp_path / "rows.csv", tmp_path / "rejected.xlsx"
    first.write_text(ROWS, encoding="utf-8")
    assert bring_in(first, rejected).rejected == 2

    mended = saved_again(rejected, "xlsx", tmp_path)
    book = load_workbook(mended)
    sheet = book.worksheets[0]
    assert [sheet[f"A{row}"].value for row in (2, 3)] == [NUMBER, "0012"]
    assert [(sheet[f"C{row}"].value, sheet[f"C{row}"].data_type) for row in (2, 3)] == [
        ('=HYPERLINK("http://127.0.0.1/"&A1)', "s"), ("+86甲", "s"),
    ]  # fmt: skip
    sheet["B2"], sheet["B3"] = "停电了。", "停水了。"
    book.save(mended)
    run = bring_in(saved_again(mended, "xls", tmp_path), tmp_path / "again.xlsx")

    assert (run.opened, run.rejected) == (2, 0)
    assert sorted(Case.objects.values_list("source_key", flat=True)) == ["0012", NUMBER]
    assert {party.identity_no for party in Party.objects.all()} == {CARD}
