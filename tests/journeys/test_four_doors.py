"""One matter through four doors makes four whole files; sent twice it adds nothing; and hostile words meet one sentence at each door."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from openpyxl import load_workbook

from heshi.api.actions import create_key
from heshi.api.queries import keys_now
from heshi.api.terms import READ, WRITE
from heshi.cases.models import Case, Event, Statement
from heshi.common.digests import sm3
from heshi.common.keys import new_key
from heshi.intake.actions import begin_run
from heshi.intake.rules.reading import Reading
from heshi.intake.rules.words import tidy
from heshi.journey.actions import is_held, sort
from heshi.journey.importing import import_file
from heshi.people.models import Staff
from tests.cast import NOON, VILLAGES, County
from tests.files import acting
from tests.journeys.counter import WHOLE, archive_faults, whole
from tests.web.desk import at_desk
from tests.web.resident import NAMED, PHONE, WHERE, opened, tell

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rules")]

MATTER = "村口的路灯坏了半个月，晚上看不见路，请尽快派人来修。"
FORM = "application/x-www-form-urlencoded"
CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Said:
    """What a door answered: whether it took the matter in, its sentence if not, and where the words still are."""

    taken: bool
    sentence: str = ""
    kept: str = ""


@dataclass
class Web:
    """A resident's telephone."""

    client: Client = field(default_factory=Client)
    sent: dict[str, str] = field(default_factory=dict)

    def send(self, text: str) -> Said:
        """Walk through the questions and hand in."""
        first = self.client.post("/report/", {"body": text})
        if first.status_code != 302:
            return refused(first)
        tell(self.client, what={"body": text}, where=WHERE, who=NAMED)
        draft = opened(self.client, "check/").context["draft"]
        self.sent = {"draft": draft.proof, "stamp": draft.stamp}
        return self.again(text)

    def again(self, _text: str) -> Said:
        """Press the last button once more."""
        return Said(self.client.post("/report/check/", self.sent).status_code == 302)

    def send_bytes(self, words: bytes) -> Said:
        """Send what a broken browser sends."""
        return refused(self.client.post("/report/", urlencode({"body": words}), content_type=FORM))


@dataclass
class Window:
    """A clerk's desk."""

    client: Client
    sent: dict[str, Any] = field(default_factory=dict)

    def send(self, text: str) -> Said:
        """Fill the form and register."""
        form = self.client.get("/desk/window/").context["form"]
        who = {"name": "邻居甲", "phone": PHONE, "place": VILLAGES[0]}
        keys = {name: form[name].value() for name in ("key", "visit")}
        self.sent = {**who, **keys, "done": "yes"}
        return self.again(text)

    def again(self, text: str | bytes) -> Said:
        """Send the same form once more."""
        answer = self.client.post("/desk/window/", urlencode({**self.sent, "body": text}), content_type=FORM)
        return Said(taken=True) if answer.status_code == 302 else refused(answer)

    def send_bytes(self, words: bytes) -> Said:
        """Send what a broken browser sends."""
        self.sent = {"key": new_key(), "visit": new_key()}
        return self.again(words)


@dataclass
class Api:
    """Another system."""

    token: str
    client: Client = field(default_factory=Client)
    key: str = ""

    def send(self, text: str) -> Said:
        """Send under a key of its own."""
        self.key = str(new_key())
        return self.again(text)

    def again(self, text: str) -> Said:
        """Send once more under the same key."""
        matter = {"body": text, "place": {"code": VILLAGES[0]}, "contact": {"name": "邻居甲", "phone": PHONE}}
        return self._post(json.dumps(matter, ensure_ascii=False).encode(), text)

    def send_bytes(self, words: bytes) -> Said:
        """Send what no JSON reader can read."""
        self.key = str(new_key())
        return self._post(b'{"body": "' + words + b'"}', words.decode("gbk"))

    def _post(self, body: bytes, text: str) -> Said:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": self.key}
        answer = self.client.post("/api/v1/requests", body, content_type="application/json", headers=headers)
        if answer.status_code in {200, 201}:
            return Said(taken=True)
        return Said(False, json.loads(answer.content)["detail"], text)  # whoever is refused still holds it


@dataclass
class File:
    """A sheet of rows."""

    folder: Path

    def send(self, text: str) -> Said:
        """Write a sheet of one row and bring it in."""
        with (self.folder / "rows.csv").open("w", encoding="utf-8", newline="") as sheet:
            rows = csv.writer(sheet)
            rows.writerow(["编号", "内容", "姓名", "电话", "区划代码"])
            rows.writerow(["file-1", text, "邻居甲", PHONE, VILLAGES[0]])
        return self.again(text)

    def again(self, text: str) -> Said:
        """Bring the same file in once more."""
        path, rejected = self.folder / "rows.csv", self.folder / "rejected.xlsx"
        run = begin_run(
            file_name=path.name, file_sm3=sm3(text.encode()), source_name="", reading=Reading(), at=NOON
        )
        done = import_file(run=run, path=path, rejected_to=rejected, clock=lambda: NOON)
        if not done.rejected:
            return Said(taken=True)
        sheet = load_workbook(rejected).worksheets[0]
        headings, row = ([str(cell.value or "") for cell in cells] for cells in sheet.iter_rows())
        why = headings.index("原因")
        return Said(
            False, row[why], row[1] + "".join(row[why + 1 :])
        )  # what is too long for a cell goes on behind

    def send_bytes(self, words: bytes) -> Said:
        """Bring in a file of another encoding."""
        sheet = "编号,内容\nfile-1,".encode("gbk") + words + b"\n"
        (self.folder / "rows.csv").write_bytes(sheet)
        return self.again("gbk")


Door = Web | Window | Api | File


def refused(answer: Any) -> Said:
    """Return what a page says about a mistake, with the words as they stand in the form again."""
    form = answer.context["form"]
    (sentence,) = [str(error) for errors in form.errors.values() for error in errors]
    return Said(False, sentence, str(form["body"].value()))


@pytest.fixture
def doors(county: County, clerk: Staff, tmp_path: Path) -> Iterator[dict[str, Door]]:
    """Give the four doors of the small county."""
    keys_now.forget()
    _key, token = create_key(client="hotline", label="热线平台", scopes=(WRITE, READ), per_minute=0, at=NOON)
    yield {
        "web": Web(),
        "window": Window(at_desk(Client(), clerk)),
        "api": Api(token),
        "import": File(tmp_path),
    }
    keys_now.forget()


def test_one_matter_through_four_doors_makes_four_whole_files(
    doors: dict[str, Door], dispatcher: Staff
) -> None:
    answers = {name: door.send(MATTER) for name, door in doors.items()}
    held = {is_held(case) for case in Case.objects.all()}
    for case in Case.objects.all():
        sort(case=case, kind="assistance", topic="18", actor=acting(dispatcher, case), at=NOON)

    cases = {case.source: case for case in Case.objects.select_related("unit", "playbook")}
    assert held == {True}
    assert answers == dict.fromkeys(doors, Said(taken=True))
    assert {source: whole(case) for source, case in cases.items()} == dict.fromkeys(doors, WHOLE)
    assert {
        (case.kind, case.topic, case.unit.code, case.playbook.code, case.place) for case in cases.values()
    } == {(cases["web"].kind, "18", "dept_housing", "shulan_liubu", VILLAGES[0])}
    assert len({case.number for case in cases.values()}) == len(doors)
    assert archive_faults() == []


def test_the_same_sent_twice_adds_nothing(doors: dict[str, Door]) -> None:
    for door in doors.values():
        door.send(MATTER)
    before = counts()

    answers = {name: door.again(MATTER) for name, door in doors.items()}

    assert answers == dict.fromkeys(doors, Said(taken=True))
    assert counts() == before == (len(doors), len(doors), len(doors))


def counts() -> tuple[int, int, int]:
    return Case.objects.count(), Event.objects.count(), Statement.objects.count()


@pytest.mark.parametrize(
    "text",
    [
        "😀🏮" * 20,
        f"路灯\x00{MATTER}\x00",
        f"<script>alert('{MATTER}')</script>",
        "＜％＝{{ 7 }}{% now %}'; DROP TABLE x; --",
    ],
    ids=["emoji", "nul", "script", "template"],
)
def test_strange_words_are_kept_as_words(doors: dict[str, Door], text: str) -> None:
    answers = {name: door.send(text) for name, door in doors.items()}

    assert answers == dict.fromkeys(doors, Said(taken=True))
    assert {
        said.case.source: said.body for said in Statement.objects.select_related("case")
    } == dict.fromkeys(doors, tidy(text))
    assert archive_faults() == []
    page = doors["window"].client.get(f"/desk/cases/{Case.objects.get(source='web').number}/")  # type: ignore[union-attr]
    assert (page.status_code, "<script>alert" in page.content.decode()) == (200, False)


@pytest.mark.parametrize("text", ["", " \n\x00\t", "字" * 100_000], ids=["empty", "blank", "endless"])
def test_what_cannot_be_taken_in_gets_one_sentence_and_is_given_back(
    doors: dict[str, Door], text: str
) -> None:
    answers = {name: door.send(text) for name, door in doors.items()}

    assert counts() == (0, 0, 0)
    for name, answer in answers.items():
        assert (name, answer.taken, answer.sentence[-1]) == (name, False, "。")
        assert CHINESE.search(answer.sentence)
        assert (name, tidy(answer.kept)) == (name, tidy(text))


def test_another_encoding_is_read_or_refused_but_never_garbled(doors: dict[str, Door]) -> None:
    answers = {name: door.send_bytes(MATTER.encode("gbk")) for name, door in doors.items()}

    assert {name: answer.taken for name, answer in answers.items()} == {
        "web": False, "window": False, "api": False, "import": True,
    }  # fmt: skip
    assert all(answer.taken or CHINESE.search(answer.sentence) for answer in answers.values())
    assert [said.body for said in Statement.objects.all()] == [MATTER]
