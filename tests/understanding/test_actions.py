"""Learning, publishing, exchanging models under running processes, and remembering corrections."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from heshi.cases.models import Case, Statement
from heshi.common.keys import new_key
from heshi.common.refusals import Refusal
from heshi.understanding.actions import (
    learn,
    measure_learning,
    publish,
    remember_correction,
    signatures,
    suggest_many,
)
from heshi.understanding.actions.learning import CorrectionUnusable
from heshi.understanding.models import Correction, ModelVersion
from heshi.understanding.queries import corrected_examples, likely_reposts
from heshi.understanding.queries.models_in_use import LOOK_EVERY, Shelf
from heshi.understanding.rules.reading import message_text
from tests.cast import NOON
from tests.files import OpenCase
from tests.understanding.conftest import Write

LAMP = "癸路的路灯\n路灯坏了，晚上看不清"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "messages"
needs_messages = pytest.mark.skipif(
    not (SHARED / "labelled.csv").exists(), reason="没有 ../shared/data/messages，无法用真实留言测量"
)


def answered(command: str, *arguments: object) -> list[str]:
    """Run a command and return its lines."""
    said = StringIO()
    call_command(command, *map(str, arguments), stdout=said)
    return said.getvalue().splitlines()


def written(path: Path) -> list[dict[str, str]]:
    """Return the rows of a file a command wrote."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.django_db
def test_without_a_model_the_lexicon_answers() -> None:
    (found,) = suggest_many([LAMP])

    assert found.topic == "18"


@pytest.mark.django_db
def test_learning_publishes_a_model_with_its_scores(labelled: Path) -> None:
    version = learn(path=labelled, at=NOON)

    assert version.published_at == NOON
    assert version.labels == ["劳动", "市政"]
    assert version.scores["macro_f1"] == 1.0
    assert version.scores["rows"] == 32
    assert [one.topic for one in suggest_many([LAMP])] == ["市政"]


@pytest.mark.django_db
def test_a_newer_model_comes_into_use_in_every_process(
    labelled: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 100.0
    monkeypatch.setattr("heshi.understanding.queries.models_in_use.time.monotonic", lambda: moment)
    web, worker = Shelf(), Shelf()
    first = learn(path=labelled, at=NOON)
    other = write(*labelled.read_text().replace("市政", "城管").splitlines(), name="other.csv")
    before = [shelf.current() for shelf in (web, worker)]

    learn(path=other, at=NOON.replace(hour=5))
    at_once = [shelf.current() for shelf in (web, worker)]
    moment += LOOK_EVERY
    later = [shelf.current() for shelf in (web, worker)]

    assert [model.topic.answers for model in before if model] == [tuple(first.labels)] * 2
    assert at_once == before
    assert [model.topic.answers for model in later if model] == [("劳动", "城管")] * 2


@pytest.mark.django_db
def test_a_model_that_is_not_published_is_not_used_until_it_is(labelled: Path) -> None:
    version = learn(path=labelled, at=NOON, publish_it=False)
    unused = Shelf().current()
    publish(version=version, at=NOON)

    assert unused is None
    assert Shelf().current() is not None


@pytest.mark.django_db
def test_a_damaged_model_leaves_the_lexicon_to_answer(
    labelled: Path, caplog: pytest.LogCaptureFixture
) -> None:
    version = learn(path=labelled, at=NOON)
    content = bytes(version.content)
    ModelVersion.objects.update(content=content[:-1] + bytes([content[-1] ^ 1]))

    assert Shelf().current() is None
    assert "已损坏" in caplog.text


@pytest.mark.django_db
def test_the_shelf_looks_once_and_not_for_every_report(
    labelled: Path, django_assert_num_queries: object
) -> None:
    learn(path=labelled, at=NOON)
    suggest_many([LAMP])

    with django_assert_num_queries(0):  # type: ignore[operator]
        suggest_many([LAMP] * 50)


@pytest.mark.django_db
def test_learn_prints_its_scores_last(labelled: Path) -> None:
    said = json.loads(answered("learn", labelled, "--no-publish")[-1])

    assert (said["macro_f1"], said["published"]) == (1.0, False)
    assert ModelVersion.objects.filter(published_at=None).count() == 1


@pytest.mark.django_db
def test_learn_refuses_a_bad_file_and_changes_nothing(write: Write, tmp_path: Path) -> None:
    for path in (write("id,title,body", "1,a,b"), write(""), tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(Refusal):
            call_command("learn", str(path))

    assert not ModelVersion.objects.exists()


@pytest.mark.django_db
def test_suggest_writes_every_row_in_order_even_an_empty_one(
    labelled: Path, write: Write, tmp_path: Path
) -> None:
    learn(path=labelled, at=NOON)
    asked = write("id,title,body", "9,工资,工地拖欠工资", "2,,", "5,路灯,路灯不亮", "5,路灯,路灯不亮")
    answered("suggest", asked, "--out", tmp_path / "out.csv")
    rows = written(tmp_path / "out.csv")

    assert [(row["id"], row["label"]) for row in rows[:1] + rows[2:]] == [
        ("9", "劳动"),
        ("5", "市政"),
        ("5", "市政"),
    ]
    assert rows[1]["id"] == "2"
    assert rows[1]["label"]
    assert all(0 <= float(row["probability"]) <= 1 for row in rows)


def test_reposts_writes_at_most_three_each_likeliest_first(write: Write, tmp_path: Path) -> None:
    body = "甲路口的路灯坏了半个月，老人晚上出门看不清路，已经有人摔倒，请尽快派人维修"
    lines = [f"{number},路灯,{body}{'！' * number},2026-03-0{number} 08:00:00" for number in range(1, 6)]
    asked = write("id,title,body,created_at", *lines, "6,医保,医保卡怎么补办才好,not a day", "7,,,")
    answered("reposts", asked, "--out", tmp_path / "out.csv")
    rows = written(tmp_path / "out.csv")
    of_one = [row for row in rows if row["id"] == "1"]

    assert {row["id"] for row in rows} == {"1", "2", "3", "4", "5"}
    assert [row["candidate"] for row in of_one] == ["2", "3", "4"]
    assert [row["score"] for row in of_one] == sorted((row["score"] for row in of_one), reverse=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "corrected"), [("kind", "nothing"), ("topic", " "), ("topic", "长" * 41), ("place", "甲村")]
)
def test_what_no_case_can_carry_is_no_correction(field: str, corrected: str) -> None:
    with pytest.raises(CorrectionUnusable):
        remember_correction(
            county=990100,
            case_id=new_key(),
            field=field,
            suggested="18",
            corrected=corrected,
            by=new_key(),
            at=NOON,
        )

    assert not Correction.objects.exists()


def correct(case: Case, *, topic: str) -> None:
    """Say what a case is about."""
    remember_correction(
        county=case.county,
        case_id=case.pk,
        field="topic",
        suggested=case.topic,
        corrected=topic,
        by=new_key(),
        at=NOON,
    )


def test_corrections_become_examples_and_the_last_word_counts(case: Case) -> None:
    correct(case, topic="市政")
    correct(case, topic="路灯")

    assert [(one.text, one.topic, one.kind) for one in corrected_examples()] == [
        (message_text(case.title, Statement.objects.get(case=case).body), "路灯", case.kind)
    ]


def test_a_topic_that_people_taught_is_learnt(open_case: OpenCase, labelled: Path) -> None:
    for number in range(3):
        told = {"title": "广场舞太吵", "body": f"第{number}次反映：广场舞音响吵得睡不着。"}
        correct(open_case(str(number), **told), topic="噪声")

    version = learn(path=labelled, at=NOON, with_corrections=True)

    assert version.labels == ["劳动", "噪声", "市政"]
    assert suggest_many(["广场舞\n广场舞的音响太吵"])[0].topic == "噪声"


def test_likely_reposts_say_where_and_when(open_case: OpenCase) -> None:
    body = "甲路口的路灯坏了半个月，老人晚上出门看不清路，已经有人摔倒，请尽快派人维修。"

    def told(key: str, body: str, lon: float | None = 150.0) -> Case:
        (bands,) = signatures([message_text("路灯坏了", body)])
        return open_case(key, title="路灯坏了", body=body, bands=bands, lon=lon, lat=30.0)

    mine, again = told("one", body), told("two", body + "谢谢", 150.001)
    nowhere = told("three", body + "急", None)
    told("four", "医保卡丢了怎么补办，需要带什么材料去哪个窗口办理")
    found = likely_reposts(mine)

    assert {one.number for one in found} == {again.number, nowhere.number}
    assert {one.number: one.distance_m for one in found} == {
        again.number: pytest.approx(96.3, abs=0.5),
        nowhere.number: None,
    }
    assert all(0.9 < one.score <= 1 and one.days == 0 and one.title == "路灯坏了" for one in found)
    assert all(body.startswith(one.excerpt) or one.excerpt.startswith(body) for one in found)


@needs_messages
@pytest.mark.slow
def test_real_messages_are_learnt_well_and_fast() -> None:
    scores, pace = measure_learning(SHARED / "labelled.csv")

    assert scores["macro_f1"] >= 0.92
    for proven in (scores["calibration"], scores["grouped_calibration"]):
        assert proven["error"] <= 0.015
        assert proven["share_sure"] >= 0.87
        assert proven["accuracy_sure"] >= 0.965
        about_as_sure = [band for band in proven["bands"] if band["rows"] >= 100]
        assert [band for band in about_as_sure if abs(band["said"] - band["right"]) > 0.05] == []
    assert pace["model_bytes"] < 8_000_000
    assert pace["ms_per_message"] <= 1


@needs_messages
def test_real_repeats_are_found(tmp_path: Path) -> None:
    answered("reposts", SHARED / "stream.csv", "--out", tmp_path / "out.csv")
    found = {frozenset((row["id"], row["candidate"])) for row in written(tmp_path / "out.csv")}
    known = {frozenset((row["msg_a"], row["msg_b"])) for row in written(SHARED / "reposts.csv")}

    assert len(found & known) / len(known) >= 0.95
