"""`heshi playbook story`: a local playbook and its story, written beside each other, played without a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from heshi.rehearsal.queries import stage_of
from heshi.rehearsal.rules.recounting import differences
from tests.playbooks.sample import TEXT
from tests.playbooks.scenario import FOLDER
from tests.rehearsal.test_command import real, run

STORIES = sorted(FOLDER.glob("*.yaml"))
STORY = """\
playbook: three.yaml
story: 路灯坏了，派给住建局；没想好怎么办之前不能答复。
cases:
  - {at: "2026-03-02 09:00", kind: complaint, topic: "18", words: 村口的路灯坏了, phone: "13900000011"}
acts:
  - {at: "2026-03-02 09:30", by: front_desk@county_centre, does: dispatch, with: {unit: dept_housing}}
  - {at: "2026-03-02 10:00", by: handling_unit_user@dept_housing, does: reply, with: {reply: 修好了}, refused: step_not_ready}
  - {at: "2026-03-02 10:10", by: handling_unit_user@dept_housing, does: plan, with: {plan: 先看现场, size: small}}
  - {at: "2026-03-02 14:00", tick: true}
  - {at: "2026-03-03 09:00", by: handling_unit_user@dept_housing, does: reply, with: {reply: 修好了}}
expect:
- history:
  - 03-02 09:00 群众 登记 → 已登记
  - 03-02 09:30 front_desk@county_centre 派单 → 办理中
  - 03-02 10:10 handling_unit_user@dept_housing 商量
  - 03-02 14:00 系统 时限提醒
  - 03-03 09:00 handling_unit_user@dept_housing 答复 → 办结
  clocks:
  - HL.NORMAL/1 到 2026-03-09 stopped
  - ARRIVE/1 到 2026-03-02 13:30 stopped overdue
  colour: blue
  end: {position: done, outcome: solved, is_open: false}
"""


NOT_YET = "现在还不能办理“答复”，要先满足：“办理打算”已填写。"


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A local playbook and a story of it in the same folder."""
    (tmp_path / "three.yaml").write_text(real(TEXT), "utf-8")
    story = tmp_path / "story.yaml"
    story.write_text(STORY, "utf-8")
    return story


def retold(story: Path, words: str, instead: str) -> tuple[str, str, int]:
    """Play the story with something else in it."""
    assert words in STORY
    story.write_text(STORY.replace(words, instead), "utf-8")
    return run("story", str(story))


def test_a_story_that_goes_as_it_is_told(told: Path) -> None:
    out, err, code = run("story", str(told))

    assert (err, code) == ("", 0)
    assert out.splitlines() == [
        "三步办理：路灯坏了，派给住建局；没想好怎么办之前不能答复。",
        "  1  2026-03-02 09:30  front_desk@county_centre 派单 → 办理中",
        f"  2  2026-03-02 10:00  handling_unit_user@dept_housing 答复：被拒绝（step_not_ready）——{NOT_YET}",
        "  3  2026-03-02 10:10  handling_unit_user@dept_housing 商量 → 办理中",
        "  4  2026-03-02 14:00  看时间",
        "  5  2026-03-03 09:00  handling_unit_user@dept_housing 答复 → 办结",
        "照着办下来了：1 件，5 步。",
    ]


def test_the_first_act_that_goes_astray_is_the_last_that_is_told(told: Path) -> None:
    out, err, code = retold(told, ", refused: step_not_ready", "")

    assert code == 1
    assert err.strip() == (
        f"{told}：第 2 步“答复”：故事说办成，实际被拒绝（step_not_ready）："
        "现在还不能办理“答复”，要先满足：“办理打算”已填写。请改预案或改故事。"
    )
    assert out.splitlines()[-1].startswith("  2  2026-03-02 10:00")


@pytest.mark.parametrize(
    ("words", "instead", "said"),
    [
        ("到 2026-03-09", "到 2026-03-08", "第 1 件的时限第 1 行：故事说“HL.NORMAL/1 到 2026-03-08 stopped”，实际"),
        ("答复 → 办结", "答复", "第 1 件的经过第 5 行：故事说“03-03 09:00 handling_unit_user@dept_housing 答复”，"),
        ("colour: blue", "colour: red", "第 1 件的颜色：故事说“red”，实际“blue”"),
        ("outcome: solved,", "outcome: answered,", "第 1 件的结局：故事说“position done，outcome answered，is_open False”"),
        ("front_desk@county_centre, does", "liaison@dept_hr, does", "第 1 步“派单”：故事说办成，实际被拒绝（case_unknown）：没有找到"),
        ("with: {plan: 先看现场, size: small}", "with: {size: huge}", "第 3 步“商量”：故事说办成，实际被拒绝（answers_missing）"),
    ],
)  # fmt: skip
def test_a_difference_is_said_in_one_sentence(told: Path, words: str, instead: str, said: str) -> None:
    _out, err, code = retold(told, words, instead)

    assert code == 1
    assert f"{told}：{said}" in err
    assert err.strip().count("\n") == 0


@pytest.mark.parametrize(
    ("words", "instead", "said"),
    [
        ("does: plan, with", "doing: plan, with", "第 8 行："),
        ("2026-03-02 10:10", "2026-02-30 10:10", "第 8 行：没有“2026-02-30 10:10”这一天。"),
        ("by: front_desk@county_centre", "by: front_desk@nowhere", "第 6 行：没有名为“nowhere”的单位"),
        ("by: front_desk@county_centre", "by: clerk_of_old@county_centre", "第 6 行：没有名为“clerk_of_old”的角色。"),
        ("playbook: three.yaml", "playbook: four.yaml", "读不出预案文件"),
        ("playbook: three.yaml", "playbook: nothing_of_the_kind", "没有名为“nothing_of_the_kind”的预案"),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_what_is_no_story_is_refused_before_anything_is_played(
    told: Path, words: str, instead: str, said: str
) -> None:
    out, err, code = retold(told, words, instead)

    assert (out, code) == ("", 1)
    assert said in err


def test_without_expectations_only_the_acts_are_held_against_it(told: Path) -> None:
    out, _err, code = retold(told, STORY[STORY.index("expect:") :], "")

    assert code == 0
    assert "没有写 expect，只核对了每一步办成没办成" in out


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_every_story_goes_in_memory_as_it_goes_in_the_database(path: Path) -> None:
    """`tests/playbooks/test_scenarios.py` plays the same files against the database."""
    stage = stage_of(path)

    astray = [happened.number for happened in stage.play() if not happened.is_as_told]

    assert astray == []
    assert list(differences(stage)) == []


def test_the_handbook_s_story_can_be_played(tmp_path: Path) -> None:
    handbook = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text("utf-8")
    (tmp_path / "three_steps.yaml").write_text(handbook.split("```yaml\n")[1].split("```")[0], "utf-8")
    story = tmp_path / "story.yaml"
    story.write_text(handbook.split("## 给预案写一个故事")[1].split("```yaml\n")[1].split("```")[0], "utf-8")

    out, err, code = run("story", str(story))

    assert (err, code) == ("", 0)
    assert "被拒绝（step_not_yours）" in out
