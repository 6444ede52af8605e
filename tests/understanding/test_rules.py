"""Reading, judging, learning and comparing, without a database."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from heshi.cases.terms import KINDS
from heshi.understanding.queries import lexicons
from heshi.understanding.rules import model as models
from heshi.understanding.rules import repeats
from heshi.understanding.rules.features import PART_WEIGHTS, count_grams, gram_places, telling, weigh
from heshi.understanding.rules.learning import (
    Example,
    TooFewLabels,
    count_all,
    fit,
    model_of,
    questions,
    readable_words,
)
from heshi.understanding.rules.lexicon import LexiconBroken, read_lexicon
from heshi.understanding.rules.model import Head, Model, ModelDamaged, pack, unpack
from heshi.understanding.rules.reading import grams, lay_out, message_text
from heshi.understanding.rules.suggesting import Suggestion, suggest
from heshi.understanding.terms import OFFICIAL_TOPICS

AWKWARD = [
    "",
    "\n",
    "\0",
    "，。！",
    "😀😀😀",
    "a",
    "路",
    "路灯",
    "\n路灯坏了",
    "路" * 100_000,
    "<script>alert(1)</script>",
    "\ud800坏",
]


def learnt(examples: list[Example]) -> Model:
    """Return a model of the examples."""
    asked = questions(examples)
    texts = [example.text for example in examples]
    heads = [Head(question.answers, 5.0) for question in asked]
    return model_of(fit(count_all(texts), asked), heads, readable_words(texts))


def suggested(text: str, model: Model | None = None) -> Suggestion:
    """Return the suggestion for one text."""
    (found,) = suggest([text], lexicons=lexicons(), model=model)
    return found


def test_letters_are_brought_to_one_form_at_their_own_place() -> None:
    letters = lay_out(["ＡＢ　１２"])

    assert letters.codes.tolist() == [ord("a"), ord("b"), 0, ord("0"), ord("0"), 0]


def test_no_gram_crosses_a_gap_or_the_end_of_a_message() -> None:
    letters = lay_out(["路灯，坏", "了"])

    assert grams(letters, 2).at.tolist() == [0]


def test_the_first_line_is_the_title_and_one_long_line_is_a_body() -> None:
    letters = lay_out(["路灯\n坏了", "短句", "长" * 200])
    in_title = [letters.in_title[letters.message == number].sum() for number in range(3)]

    assert in_title == [2, 2, 0]


@pytest.mark.parametrize(
    ("text", "kind", "topic"),
    [
        ("咨询宅基地建房怎么办理\n我家老屋想翻建，宅基地审批需要哪些材料？", "inquiry", "03"),
        ("投诉物业乱收费\n小区物业公司乱收停车费，业主都有意见。", "complaint", "17"),
        ("举报化工厂偷排\n夜里偷排污水，气味刺鼻，污染河道。", "report_violation", "09"),
        ("包工头拖欠农民工工资\n我们十个农民工的血汗钱一直不给，请求调解。", "dispute", "10"),
        ("邻里纠纷\n隔壁邻居的树挡了采光，两家起了争执。", "dispute", "02"),
        ("感谢信\n由衷感谢窗口的同志热心服务，特此表扬。", "praise", "18"),
        ("建议增设座椅\n建议在广场边增设座椅。", "suggestion", "18"),
        ("围墙随时可能倒塌，有安全隐患\n墙体裂了，很危险。", "hazard", "02"),
    ],
)
def test_the_lexicon_answers_before_anything_is_learnt(text: str, kind: str, topic: str) -> None:
    found = suggested(text)

    assert (found.kind, found.topic) == (kind, topic)


@pytest.mark.parametrize("text", AWKWARD)
def test_every_text_gets_a_kind_and_a_topic(text: str, examples: list[Example]) -> None:
    for model in (None, learnt(examples)):
        found = suggested(text, model)

        assert found.kind in KINDS
        assert found.topic in OFFICIAL_TOPICS or found.topic in {"市政", "劳动"}
        assert 0 < found.kind_p <= 1
        assert 0 < found.topic_p <= 1
        assert all(word in text for word in found.words)


def test_a_model_says_the_topic_and_words_of_the_text_that_decided(examples: list[Example]) -> None:
    text = message_text("壬路的路灯", "投诉：路灯坏了没人修")
    found = suggested(text, learnt(examples))

    assert (found.topic, found.kind) == ("市政", "complaint")
    assert found.topic_p > 0.8
    assert "路灯" in found.words
    assert all(word in text for word in found.words)


def test_kinds_are_learnt_where_every_example_has_one(examples: list[Example]) -> None:
    with_kinds = [
        dataclasses.replace(example, kind="hazard" if example.topic == "市政" else "dispute")
        for example in examples
    ]

    assert suggested("工资\n工地拖欠工资", learnt(with_kinds)).kind == "dispute"
    assert suggested("路灯\n晚上路灯不亮", learnt(with_kinds)).kind == "hazard"


def test_a_batch_says_the_same_as_one_by_one(examples: list[Example]) -> None:
    model = learnt(examples)
    texts = [example.text for example in examples] + AWKWARD[:6]

    together = suggest(texts, lexicons=lexicons(), model=model)

    assert [(one.kind, one.topic, one.words) for one in together] == [
        (one.kind, one.topic, one.words) for one in (suggested(text, model) for text in texts)
    ]


def test_a_packed_model_says_the_same(examples: list[Example]) -> None:
    model = learnt(examples)
    again = unpack(pack(model))

    assert again.topic == model.topic
    assert [suggested(example.text, again).topic for example in examples] == [
        example.topic for example in examples
    ]


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04torn"])
def test_a_damaged_model_is_refused(content: bytes) -> None:
    with pytest.raises(ModelDamaged):
        unpack(content)


def test_a_flipped_byte_is_refused_or_harmless_and_never_another_error(examples: list[Example]) -> None:
    content = pack(learnt(examples))
    refused = 0
    for place in range(0, len(content), len(content) // 60):
        try:
            unpack(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        except ModelDamaged:
            refused += 1

    assert refused > 30


def test_a_model_of_an_earlier_format_is_refused(
    examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(models, "FORMAT", models.FORMAT - 1)
        content = pack(learnt(examples))

    with pytest.raises(ModelDamaged):
        unpack(content)


def test_a_gram_that_keeps_to_one_answer_tells_more_than_one_spread_over_all() -> None:
    met = np.array([[40, 40, 1, 0], [0, 10, 0, 0]])
    often = np.array([80, 20])

    kept, spread, seldom, never = telling(met, often).tolist()

    assert kept > seldom > spread
    assert spread == never == pytest.approx(0.05**0.5)


def test_each_part_of_a_message_is_brought_to_its_own_length() -> None:
    letters = lay_out(["路灯坏了\n路灯坏了一个月，路灯", "路"])
    counts = count_grams(letters, gram_places(letters))

    value = weigh(counts, np.ones(len(counts.slot), dtype=np.float32))

    part = counts.message * len(PART_WEIGHTS) + counts.part
    length = np.sqrt(np.bincount(part, weights=value * value, minlength=8))
    assert length == pytest.approx([*PART_WEIGHTS, 0, 0, PART_WEIGHTS[2], 0])


def test_one_label_is_not_enough(examples: list[Example]) -> None:
    with pytest.raises(TooFewLabels, match="市政 16 条"):
        questions(examples[:16])


def test_a_broken_word_list_is_refused_with_everything_that_is_wrong() -> None:
    text = "nobody: {路灯: 1}\npraise:\n  感谢: 很\n  感谢: 3\ncomplaint: [投诉]\n"

    with pytest.raises(LexiconBroken) as refused:
        read_lexicon(file="some.yaml", text=text, labels=KINDS, fallback="assistance")

    assert str(refused.value).splitlines() == [
        "词表有误，未载入：",
        f"some.yaml 第 1 行：不认识的键“nobody”，请核对拼写，这里可写：{'、'.join(KINDS)}。",
        "some.yaml 第 3 行：“感谢”的写法不对，这里应当是数，现在写的是“很”。",
        "some.yaml 第 4 行：“感谢”写了两次，请删去一处。",
        "some.yaml 第 5 行：“complaint”的写法不对，这里应当是“键: 值”或空。",
    ]


def test_signatures_are_signed_32_bit_numbers_that_never_change_for_they_are_kept_with_every_case() -> None:
    (bands, nothing) = repeats.signatures(["甲路的路灯坏了三天", "，"])

    assert nothing == []
    assert len(bands) == repeats.BANDS
    assert all(-(2**31) <= band < 2**31 for band in bands)
    assert bands[:3] == repeats.signature("甲路的路灯坏了三天")[:3] == [-1455081326, 1256277826, -2088117417]


def test_a_retold_message_shares_a_band_and_another_matter_does_not() -> None:
    told = "甲路口的路灯坏了半个月，老人晚上出门看不清路，已经有人摔倒，请尽快派人维修。"
    retold = told + "谢谢！"
    other = "隔壁工厂夜里排放废气，味道刺鼻，孩子咳嗽不止，希望环保部门来检查一下。"
    mine, again, theirs = (set(bands) for bands in repeats.signatures([told, retold, other]))

    assert mine & again
    assert not mine & theirs


def test_repeats_in_a_list_are_found_once_each() -> None:
    told = "甲路口的路灯坏了半个月，老人晚上出门看不清路，已经有人摔倒，请尽快派人维修。"
    pairs = repeats.find_repeats([told, "今天来问一件别的事情，医保卡怎么补办", told + "急！", "", "，"])

    assert [(pair.one, pair.other) for pair in pairs] == [(0, 2)]
    assert repeats.find_repeats([]) == []


def test_a_thousand_equal_messages_do_not_become_a_million_pairs() -> None:
    pairs = repeats.find_repeats(["路灯坏了，请来维修，谢谢大家"] * 1000)

    assert len(pairs) <= 1000 * repeats.CROWDED
    assert {pair.one for pair in pairs} | {pair.other for pair in pairs} == set(range(1000))


def test_near_and_soon_strengthen_what_the_words_say_and_never_decide_alone() -> None:
    words = repeats.closeness(text=0.6, distance_m=None, days=None)
    near = repeats.closeness(text=0.6, distance_m=10, days=1)
    far = repeats.closeness(text=0.6, distance_m=50_000, days=900)

    assert words == pytest.approx(0.6)
    assert 0.6 <= far < near < 1
    assert repeats.closeness(text=0.0, distance_m=0, days=0) == 0


def test_candidates_are_ranked_by_words_place_and_time() -> None:
    text = "甲路口的路灯坏了半个月"
    scores = repeats.rank(
        text,
        [
            repeats.Candidate(text, 5.0, 0.5),
            repeats.Candidate(text + "，请维修", 5.0, 0.5),
            repeats.Candidate(text + "，请维修", 9000.0, 300.0),
            repeats.Candidate("医保卡怎么补办", 5.0, 0.5),
        ],
    )

    assert scores == sorted(scores, reverse=True)
    assert scores[0] == pytest.approx(1.0)
    assert scores[-1] < 0.1
    assert repeats.rank(text, []) == []


def test_groups_follow_chains_of_repeats() -> None:
    groups = repeats.groups_of_repeats(4, [repeats.Pair(0, 1, 1.0), repeats.Pair(1, 3, 0.9)])

    assert len(np.unique(groups)) == 2
    assert groups[0] == groups[1] == groups[3] != groups[2]
