"""Forms of the community room: what was done, why not, which campaign."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from heshi.community.terms import MOST_WORDS
from heshi.web.kit.forms import PageForm, Sent, WordsField


def _words(label: str, missing: str, *, required: bool = True, hint: str = "") -> WordsField:
    too_long = f"最多写 {MOST_WORDS} 个字，请写短一些；详细材料请另外存档。"
    return WordsField(
        label=label, required=required, help_text=hint, max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": MOST_WORDS}),
        error_messages={"required": missing, "max_length": too_long},
    )  # fmt: skip


def _seen() -> forms.IntegerField:
    stale = {"invalid": "页面打开得太久，请刷新后再填。"}
    return forms.IntegerField(required=False, widget=forms.HiddenInput, error_messages=stale)


class DoneForm(PageForm):
    """What was done; a unit that was late may say why."""

    words = _words(
        "做了什么", "请写明做了什么，一两句话就行。", hint="写事，不写个人的姓名、电话；例如：研判会看了 6 件，2 件转乡镇。"
    )  # fmt: skip
    reason = _words("为什么晚了", "", required=False, hint="想说明的可以写，会和这一条放在一起。")
    revision = _seen()

    def __init__(
        self, data: Sent = None, *, is_late: bool, initial: Mapping[str, object] | None = None, auto_id: str = "id_%s"
    ) -> None:  # fmt: skip
        super().__init__(data, initial=initial, auto_id=auto_id)
        if not is_late:
            del self.fields["reason"]


class SkipForm(PageForm):
    """Why it was not done."""

    reason = _words(
        "没有做的原因", "请写明没有做的原因，原因会和这一条放在一起。", hint="只作记录，不扣分、不排名；后来做了，还可以再写上。"
    )  # fmt: skip
    revision = _seen()


class StartForm(PageForm):
    """Which campaign, where, from when."""

    campaign = forms.ChoiceField(
        label="哪一项行动", error_messages={"required": "请选一项行动。", "invalid_choice": "列表里没有这一项，请重新选。"}
    )  # fmt: skip
    place = forms.ChoiceField(
        label="在哪里", error_messages={"required": "请选在哪里开展。", "invalid_choice": "列表里没有这个地方，请重新选。"}
    )  # fmt: skip
    starts_on = forms.DateField(
        label="从哪天开始",
        widget=forms.DateInput(attrs={"type": "date", "class": "input-short"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"],
        error_messages={"required": "请填开始的日期。", "invalid": "日期请写成 2026-03-02 的样子。"},
    )

    def __init__(
        self, data: Sent = None, *, campaigns: list[tuple[str, str]], places: list[tuple[str, str]],
        initial: Mapping[str, object] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=initial)
        self.fields["campaign"].choices = campaigns  # type: ignore[attr-defined]
        self.fields["place"].choices = places  # type: ignore[attr-defined]


class EndForm(PageForm):
    """Why a campaign ends before its last day."""

    words = _words("为什么提前结束", "请用一两句话写明为什么提前结束。", hint="参加的单位都看得到。")
