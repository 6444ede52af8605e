"""The window form: one person, one matter at a time."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from heshi.cases.terms import KINDS
from heshi.intake.rules.words import BODY_LIMIT
from heshi.places.queries import county_code
from heshi.web.kit.choices import topic_choices
from heshi.web.kit.forms import PageForm, Words
from heshi.web.kit.names import TOWNSHIP_DIGITS, names

PERSON: Final = ("name", "phone", "address", "identity_no")
UNSET: Final = [("", "由系统建议")]


class Window(PageForm):
    """What a clerk types while somebody sits in front of her."""

    name = Words(
        label="姓名", required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "accesskey": "1"})
    )
    phone = Words(
        label="电话",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    identity_no = Words(
        label="身份证号", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    address = Words(label="住址", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    body = Words(
        label="说了什么事（必填）",
        error_messages={"required": "还没有写事情经过，请写一句话说明发生了什么。"},
        widget=forms.Textarea(
            attrs={"rows": 7, "data-count": BODY_LIMIT, "autocomplete": "off", "accesskey": "2"}
        ),
    )
    kind = forms.ChoiceField(label="诉求类别", required=False, choices=[*UNSET, *KINDS.items()])
    topic = forms.ChoiceField(label="事项", required=False)
    place = forms.ChoiceField(label="发生在哪个村（社区）", required=False)
    place_text = Words(
        label="具体地点", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    visit = forms.UUIDField(widget=forms.HiddenInput)

    marks_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", "说不清"), *_villages()]  # type: ignore[attr-defined]
        self.fields["topic"].choices = [*UNSET, *topic_choices()]  # type: ignore[attr-defined]
        for name in ("kind", "topic", "place"):
            self.fields[name].error_messages["invalid_choice"] = "名单里没有这一项，请重新选。"
        for name in ("key", "visit"):
            self.fields[name].error_messages = dict.fromkeys(
                ("required", "invalid"), "页面打开得太久，请刷新后再登记。"
            )


def _villages() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the villages under their townships, as a list one can type into."""
    county, known = str(county_code()), names().places
    townships = sorted(code for code in known if code.startswith(county) and len(code) == TOWNSHIP_DIGITS)
    return [(known[township], _of(township)) for township in townships]


def _of(township: str) -> list[tuple[str, str]]:
    known = names().places
    return [
        (code, known[code] if code != township else f"{known[code]}（不知道哪个村）")
        for code in sorted(known)
        if code.startswith(township)
    ]
