"""The form with which a resident finds her case."""

from __future__ import annotations

from django import forms

from heshi.common.numbers import NumberMistyped, check_number
from heshi.common.phones import digits_of
from heshi.web.kit.forms import PageForm, WordsField


class Find(PageForm):
    """Number and four digits."""

    number = WordsField(
        label="编号",
        help_text="回执上的 12 位数字，中间的横线写不写都行。",
        error_messages={"required": "请填写回执上的 12 位编号。"},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input-medium"}
        ),
    )
    last_four = WordsField(
        label="四位数字",
        help_text="您留的电话的后四位；没有留电话的，填回执上的四位查询码。",
        error_messages={"required": "请填写电话后四位，或者回执上的四位查询码。"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input-short"}),
    )

    def clean_number(self) -> str:
        """Return the twelve digits; a mistyped number is no guess, since it cannot be anybody's."""
        try:
            return check_number(self.cleaned_data["number"])
        except NumberMistyped as mistyped:
            raise forms.ValidationError(str(mistyped), code=mistyped.code) from mistyped

    def clean_last_four(self) -> str:
        """Return four digits."""
        digits = digits_of(self.cleaned_data["last_four"])
        if len(digits) != 4 or not (digits.isascii() and digits.isdigit()):
            raise forms.ValidationError("这里要填四位数字。")
        return digits
