"""A playbook's own rates: what may be counted over what, and how it is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from heshi.playbooks import queries
from heshi.playbooks.rules import PlaybookRefused
from heshi.playbooks.rules.differing import differences
from heshi.playbooks.rules.figures import figure_mark
from heshi.playbooks.rules.telling import figure_words, told
from tests.playbooks.sample import TEXT, sample
from tests.playbooks.test_strength import over
from tests.playbooks.test_strength import refused as refused_over

FIGURE = "figures:\n  mine: {title: 一次办好, of: {OF}, counts: {COUNTS}, source: 本县工作规则}\n"
ANSWERED, SOLVED = "counted: {has: answered}", "counted: {has: solved, lacks: reopened}"


def with_figure(of: str = ANSWERED, counts: str = SOLVED) -> str:
    return TEXT.replace(
        "start: received", FIGURE.replace("OF", of).replace("COUNTS", counts) + "start: received", 1
    )


def refused(of: str = ANSWERED, counts: str = SOLVED) -> list[str]:
    with pytest.raises(PlaybookRefused) as caught:
        sample(with_figure(of, counts))
    return [problem.sentence for problem in caught.value.problems]


def test_a_figure_is_read_with_its_two_conditions() -> None:
    figure = sample(with_figure()).figures["mine"]

    assert (figure.title, figure.source) == ("一次办好", "本县工作规则")
    assert (figure.of.facts(), figure.counts.facts()) == (["counted"], ["counted"])


@pytest.mark.parametrize(
    ("of", "counts", "sentence"),
    [
        (ANSWERED, "mood: true", "条件用到的“mood”没有任何步骤会填写。"),
        (ANSWERED, "overdue: true", "“overdue”随时间变化，事后数不准；超没超期写 counted 或 was_late。"),
        (
            ANSWERED,
            "sponsor_staff: {present: true}",
            "“sponsor_staff”是人：指标说的是事，不按人数，不给人排名。",
        ),
        (
            ANSWERED,
            "position: {is: nowhere}",
            "没有名为“nowhere”的环节，只有：received、acting、done。",
        ),
        (ANSWERED, "outcome: splendid", None),
        (ANSWERED, "counted: {has: good}", None),
        (ANSWERED, "was_late: {lacks: NEVER}", None),
        (ANSWERED, "counted: {has: withdrawn}", "撤回不是办成，不能算进分子。"),
        (ANSWERED, "outcome: [solved, withdrawn_by_applicant]", "撤回不是办成，不能算进分子。"),
        (
            "outcome: {not: withdrawn_by_applicant}",
            SOLVED,
            "撤回的要留在分母里，不能去掉；去掉了，撤回越多率越高。",
        ),
        (
            "counted: {has: answered, lacks: answered_withdrawn}",
            SOLVED,
            "撤回的要留在分母里，不能去掉；去掉了，撤回越多率越高。",
        ),
        (
            "counted: {has: received}",
            "kind: petition_matter",
            "分子要说办得怎样；“kind”说的是什么事，请写到 of 里。多少人信访、多少人起诉不是成绩。",
        ),
        (
            ANSWERED,
            ANSWERED,
            "分子和分母数的是同样的案件，率永远是 100%，请写明分子另外要什么。",
        ),
        ("", SOLVED, "没有写条件；所有登记的案件写成 counted: {has: received}。"),
    ],
)
def test_what_must_not_be_counted_is_refused_with_a_sentence(
    of: str, counts: str, sentence: str | None
) -> None:
    found = refused(of, counts)

    assert len(found) == 1
    assert found == [sentence] if sentence else found[0].startswith("没有名为“")


RECEIVED = "counted: {has: received}"
TAKEN_BACK_COUNTS = "撤回不是办成，不能算进分子。"
TAKEN_BACK_STAYS = "撤回的要留在分母里，不能去掉；去掉了，撤回越多率越高。"


@pytest.mark.parametrize(
    ("of", "counts", "sentence"),
    [
        (RECEIVED, "counted: {has: closed}", TAKEN_BACK_COUNTS),
        (RECEIVED, "position: withdrawn", TAKEN_BACK_COUNTS),
        (RECEIVED, "position: [closed, withdrawn]", TAKEN_BACK_COUNTS),
        (RECEIVED, "position: {not: registered}", TAKEN_BACK_COUNTS),
        (RECEIVED, "counted: {lacks: unconfirmed}", TAKEN_BACK_COUNTS),
        ("position: {not: withdrawn}", SOLVED, TAKEN_BACK_STAYS),
        ("withdraw_reason: {present: false}", SOLVED, TAKEN_BACK_STAYS),
        ("position: [registered, acting]", "tier: town", TAKEN_BACK_STAYS),
        (RECEIVED, "panel: {present: true}", "“panel”是人：指标说的是事，不按人数，不给人排名。"),
        (RECEIVED, "drawn: {present: true}", "“drawn”是人：指标说的是事，不按人数，不给人排名。"),
        (RECEIVED, "last_looker: {present: true}", "“last_looker”是人：指标说的是事，不按人数，不给人排名。"),
        ("kind: disputte", SOLVED, None),
    ],
)
def test_a_withdrawal_never_makes_a_rate_better_and_no_rate_counts_people(
    of: str, counts: str, sentence: str | None
) -> None:
    figure = {
        "title": "一次办好",
        "of": yaml.safe_load(f"{{{of}}}"),
        "counts": yaml.safe_load(f"{{{counts}}}"),
        "source": "本县规定",
    }
    people = {"panel": {"label": "几位", "type": "staffs"}}
    look = {
        "label": "看", "who": ["dispatcher"], "from": ["acting"], "to": "same", "asks": people, "remembers": "last_looker",
        "draws": [{"into": "drawn", "label": "抽", "from": {"role": "expert"}, "how_many": 1}],
    }  # fmt: skip

    words = {"facts": {"last_looker": "看过的人"}}
    told = refused_over({"figures": {"mine": figure}, "steps": {"look": look}, "words": words})

    assert told == [sentence] if sentence else told[0].startswith("没有名为“disputte”的类别")


@pytest.mark.parametrize("counts", ["counted: {has: accepted}", "was_late: {lacks: PM.ACCEPT}", SOLVED])
def test_what_a_withdrawal_leaves_as_it_was_may_be_counted(counts: str) -> None:
    figure = {
        "title": "一次办好",
        "of": {"counted": {"has": "received"}},
        "counts": yaml.safe_load(f"{{{counts}}}"),
        "source": "本县规定",
    }

    assert list(over({"figures": {"mine": figure}}).figures) == ["mine"]


def test_a_figure_about_persons_is_refused() -> None:
    text = with_figure().replace("title: 一次办好", "title: 缠访户减少率")

    with pytest.raises(PlaybookRefused, match="“缠访”说的是人，不是事"):
        sample(text)


def test_a_figure_needs_a_source() -> None:
    with pytest.raises(PlaybookRefused):
        sample(with_figure().replace(", source: 本县工作规则", ""))


def test_a_figure_is_said_with_what_is_counted_over_what() -> None:
    book = sample(with_figure())

    assert figure_words(book, book.figures["mine"]) == ("算作“已答复”", "算作“已解决”，且不算作“重办”")
    assert (
        "  一次办好：分母是算作“已答复”的案件，分子是其中算作“已解决”，且不算作“重办”的。出处：本县工作规则"
        in told(book, {})
    )


def test_a_changed_definition_is_told_and_counted_apart() -> None:
    old, new = sample(with_figure()), sample(with_figure(of="counted: {has: accepted}"))

    assert "".join(differences(old, new)) == (
        "预案的指标：增加“一次办好：分母是算作‘受理’的案件，分子是其中算作‘已解决’，且不算作‘重办’的。出处：本县工作规则”；"
        "去掉“一次办好：分母是算作‘已答复’的案件，分子是其中算作‘已解决’，且不算作‘重办’的。出处：本县工作规则”。"
    )
    before, after = old.figures["mine"], new.figures["mine"]
    assert figure_mark(before) != figure_mark(after)
    assert figure_mark(before) == figure_mark(replace(before, title="别的叫法", source="别的出处"))


def test_shipped_figures_say_where_they_come_from_and_no_code_shows() -> None:
    books = [queries.from_file(path) for path in queries.shelf().values()]
    said = [
        (book.code, figure, figure_words(book, figure)) for book in books for figure in book.figures.values()
    ]

    assert len({code for code, _figure, _words in said}) >= 20
    assert all(figure.source for _code, figure, _words in said)


def test_a_field_must_not_have_the_name_of_what_the_statistics_fill_in() -> None:
    text = with_figure(of="position: acting").replace(
        "plan: {label: 打算怎么办", "position: {label: 站在哪里", 1
    )

    with pytest.raises(PlaybookRefused, match="“position”在指标里由统计填写"):
        sample(text)
