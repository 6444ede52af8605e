"""The pages of figures: both numbers beside every rate, nothing small in public, a steady number of queries."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from heshi.people.models import Staff
from heshi.playbooks.terms import MEASURES
from heshi.statistics.models import Counter
from heshi.web.kit.names import names
from tests.cast import NOON, TOWNSHIPS, County
from tests.consequences import drawn
from tests.files import OpenCase, walk
from tests.queries import questions

PAGE, PUBLIC = "/desk/statistics/", "/statistics/"
MONTH = "2026-03"
MOST_QUERIES = 12
COUNTS = {
    "received": 1200, "accepted": 1100, "answered": 1024, "solved": 812, "answered_unsolved": 150, "answered_only": 40,
    "unconfirmed": 20, "answered_withdrawn": 2, "withdrawn": 9, "overdue": 31, "on_time": 1000, "rated": 600, "satisfied": 540,
    "reopened": 44, "closed": 990,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_march(monkeypatch: pytest.MonkeyPatch) -> None:
    names.forget()
    monkeypatch.setattr(timezone, "localdate", lambda *_args: date(2026, 3, 20))


def tell(county: County, dimension: str = "all", key: str = "-", month: str = MONTH, **counts: int) -> None:
    """Write counters as folding would."""
    Counter.objects.bulk_create(
        Counter(county=county.code, month=month, dimension=dimension, key=key, measure=measure, value=value)
        for measure, value in (counts or COUNTS).items()
    )


def read(client: Client, address: str = PAGE, **asked: str) -> str:
    response = client.get(address, asked)
    assert response.status_code == 200, response.content.decode()
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def desk(client: Client, statistician: Staff) -> Client:
    """Sit the statistician down."""
    client.force_login(statistician)
    return client


def test_every_rate_stands_beside_its_two_numbers(desk: Client, county: County) -> None:
    tell(county)

    page = read(desk)

    for label, percent, part, whole in (
        ("已解决", "79.3%", "812", "已答复 1,024"),
        ("已答复", "93.1%", "1,024", "受理 1,100"),
        ("已答复未解决", "14.6%", "150", "已答复 1,024"),
        ("曾超期", "2.6%", "31", "登记 1,200"),
        ("参评", "58.6%", "600", "已答复 1,024"),
        ("满意", "90.0%", "540", "参评 600"),
    ):
        assert (
            f'<span class="figure-label">{label}</span> <span class="figure-value">{percent}</span> '
            f'<span class="figure-note">{part} / {whole} 件</span>'
        ) in page
    assert "撤回 9 件，留在分母里" in page


def test_topics_townships_and_units_have_their_tables_under_their_names(desk: Client, county: County) -> None:
    tell(county)
    tell(county, "topic", "17", received=30, accepted=30, answered=20, solved=5)
    tell(county, "township", TOWNSHIPS[0], received=30)
    tell(county, "unit", str(county.housing.pk), received=4, accepted=4, answered=4, solved=3)

    page = read(desk)

    for name in ("物业", "甲镇", "县住房和城乡建设局"):
        assert f'<th scope="row">{name}</th>' in page
    assert "5 / 20" in page
    assert '75.0%<span class="few"' in page
    assert '25.0%<span class="few"' not in page


def test_months_can_be_chosen(desk: Client, county: County) -> None:
    tell(county, month="2025-12", received=7)
    tell(county, month="2026-02", received=11)

    assert "共 <strong>18</strong> 件" in read(desk)
    assert "共 <strong>7</strong> 件" in read(desk, **{"from": "2025-12", "to": "2025-12"})


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-05", "2026-01"), ("soon", "2026-01"), ("1926-01", "2026-01"), ("2026-13", "2026-14")],
)
def test_wrong_months_get_a_sentence_and_the_usual_figures(
    desk: Client, county: County, first: str, last: str
) -> None:
    tell(county)

    response = desk.get(PAGE, {"from": first, "to": last})

    assert response.status_code == 422
    assert "请选择起止月份" in response.content.decode()
    assert "1,024" in response.content.decode()


def test_a_county_without_cases_has_a_page(desk: Client, county: County) -> None:
    page = read(desk)

    assert "共 <strong>0</strong> 件" in page
    assert "这段时间没有登记的案件" in page


@pytest.mark.parametrize(
    ("name", "status"),
    [("statistician", 200), ("leader", 200), ("supervisor", 200), ("dispatcher", 200), ("clerk", 200), ("auditor", 200),
     ("mediator", 403), ("officer", 403), ("grid_worker", 403), ("admin_sys", 403)],
)  # fmt: skip
def test_who_sees_the_figures(client: Client, county: County, name: str, status: int) -> None:
    client.force_login(county.staff[name])

    assert client.get(PAGE).status_code == status
    assert client.get(f"{PAGE}download", {"format": "csv"}).status_code == status


def test_a_stranger_is_asked_to_sign_in(client: Client, county: County) -> None:
    assert client.get(PAGE)["Location"].startswith("/sign-in/")


def test_the_number_of_queries_is_steady(desk: Client, county: County) -> None:
    counts = []
    for size in (1, 3):
        for number in range(size):
            tell(county, "topic", f"{size}{number}", received=5, accepted=4)
            tell(county, "unit", str(county.units[list(county.units)[size + number]].pk), received=5)
        read(desk)
        with questions() as seen:
            read(desk)
        counts.append(len(seen))

    assert counts[0] == counts[1] <= MOST_QUERIES


def test_download_as_csv(desk: Client, county: County) -> None:
    tell(county)
    tell(county, "topic", "=1+1", received=30, accepted=30)

    response = desk.get(f"{PAGE}download", {"format": "csv", "from": MONTH, "to": MONTH})

    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response["Content-Disposition"] == 'attachment; filename="heshi-2026-03-2026-03.csv"'
    assert [rows[0][MEASURES[name]] for name in COUNTS] == [str(value) for value in COUNTS.values()]
    assert rows[0]["已解决/已答复（%）"] == "79.3"
    assert [row["名称"] for row in rows] == ["全部", "'=1+1"]


def test_download_as_workbook(desk: Client, county: County) -> None:
    tell(county)

    response = desk.get(f"{PAGE}download", {"format": "xlsx"})

    sheet: Any = load_workbook(io.BytesIO(response.content)).active
    head, whole = list(sheet.iter_rows(values_only=True))
    assert dict(zip(head, whole, strict=True))["已解决"] == 812


def test_another_form_is_refused(desk: Client, county: County) -> None:
    response = desk.get(f"{PAGE}download", {"format": "pdf"})

    assert response.status_code == 422
    assert "只能下载为 csv 或 xlsx" in response.content.decode()


def test_everybody_sees_counts_but_none_that_points_at_somebody(client: Client, county: County) -> None:
    tell(county)
    tell(county, "topic", "17", received=300, accepted=300, answered=290, solved=289)
    tell(county, "topic", "15", received=3, accepted=3, answered=2)
    tell(county, "topic", "01", received=60, accepted=30)

    page = read(client, PUBLIC)

    assert "1,024 件" in page
    lines = dict(re.findall(r'<th scope="row">(\S+)</th>(.*?)</tr>', page))
    shown = {
        name: re.findall(r'<td class="number">(?:<span[^>]*>)?([^<]+)', cells)[:4]
        for name, cells in lines.items()
    }
    assert shown["物业"] == ["300", "300", "··", "··"]
    assert shown["医疗"] == ["··", "··", "··", "··"]
    assert shown["婚姻家庭"][0] == "··"
    assert "县住房和城乡建设局" not in page


def test_the_figures_follow_a_real_case(desk: Client, county: County, open_case: OpenCase) -> None:
    open_case()
    drawn()

    page = read(desk, **{"from": f"{NOON:%Y-%m}", "to": f"{NOON:%Y-%m}"})

    assert "共 <strong>1</strong> 件" in page
    assert "六步接办" in page


def own_cell(text: str) -> list[str]:
    """Return the cells of the first line of the playbooks' own figures."""
    part = text.split('id="own"')[1]
    return [re.sub(r"\s*<[^>]+>\s*", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", part)][:4]


def test_a_playbooks_own_figure_never_stands_without_its_definition_and_source(
    desk: Client, county: County, open_case: OpenCase
) -> None:
    case = open_case()
    drawn()
    words = "分母：算作“受理”的案件。分子：其中算作“办结”，且不算作“撤回”的。办结不等于解决；撤回的不算办结"
    source = "原文（两年线上受理16833件，办结16716件，办结率99.3%）"

    assert own_cell(read(desk)) == ["0 / 0", "—", words, source]

    walk(
        case,
        (
            county.staff["dispatcher"],
            "dispatch",
            {"kind": "complaint", "topic": "17", "unit": str(county.housing.pk)},
        ),
    )
    drawn()

    assert own_cell(read(desk)) == ["0 / 1", "0.0%＊", words, source]


def test_own_figures_are_downloaded_by_place_and_unit(
    desk: Client, county: County, open_case: OpenCase
) -> None:
    walk(
        open_case(),
        (
            county.staff["dispatcher"],
            "dispatch",
            {"kind": "complaint", "topic": "17", "unit": str(county.housing.pk)},
        ),
    )
    drawn()

    response = desk.get(f"{PAGE}download", {"format": "own.csv", "from": MONTH, "to": MONTH})

    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response["Content-Disposition"] == 'attachment; filename="heshi-2026-03-2026-03.own.csv"'
    assert [(row["分类"], row["名称"], row["指标"], row["分子"], row["分母"]) for row in rows] == [
        ("全部", "全部", "线上办结率", "0", "1"),
        ("乡镇街道", "甲镇", "线上办结率", "0", "1"),
        ("承办单位", "县住房和城乡建设局", "线上办结率", "0", "1"),
    ]
    assert {row["分母数哪些案件"] for row in rows} == {"算作“受理”"}


def test_everybody_sees_no_figure_of_one_playbook(client: Client, open_case: OpenCase) -> None:
    open_case()
    drawn()

    assert "线上办结率" not in read(client, PUBLIC)
