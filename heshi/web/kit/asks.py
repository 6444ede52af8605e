"""What a step of a playbook asks, as a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypedDict

from django import forms
from django.http import QueryDict

from heshi.cases.terms import KINDS
from heshi.playbooks.rules import Ask
from heshi.playbooks.rules.asking import many
from heshi.web.kit.answers import SCORES, YES_NO
from heshi.web.kit.choosing import Cards, PickListField, Ticks
from heshi.web.kit.forms import PageForm, WordsField

MOST_WORDS = 20_000
CHOSEN = frozenset({"yes_no", "score", "choice", "unit", "units", "staff", "kind", "topic", "place"})
Choices = Mapping[str, Iterable[tuple[str, str]]]


class Common(TypedDict):
    """What every field says of itself."""

    label: str
    required: bool
    help_text: str
    error_messages: dict[str, str]


class AskForm(PageForm):
    """One field for each thing asked, and the revision of the case that was seen.

    ``choices`` gives the lists for the types unit, staff, topic and place; ``staff:ROLE`` for those who hold a role.
    """

    def __init__(
        self, asks: Iterable[Ask], choices: Choices, data: QueryDict | None = None, *,
        initial: Mapping[str, object], auto_id: str,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=initial, auto_id=auto_id)
        # Made for this one form: fields of a class would be copied, every choice of them, each time it is drawn.
        self.fields = {ask.name: ask_field(ask, choices) for ask in asks}
        self.fields["revision"] = forms.IntegerField(required=False, widget=forms.HiddenInput)


def ask_field(ask: Ask, choices: Choices) -> forms.Field:
    """Return the field for one thing asked."""
    verb = "选" if ask.type in CHOSEN else "填写"
    wrong = {"required": f"请{verb}“{ask.label}”。", "invalid": f"“{ask.label}”填得不对，请改一下。"}
    common = Common(label=ask.label, required=ask.required, help_text=ask.help, error_messages=wrong)
    maker = MAKERS.get(ask.type)
    return maker(ask, common) if maker else _listed(ask, common, choices)


def _text(_ask: Ask, common: Common) -> forms.Field:
    return WordsField(max_length=200, **common)


def _long_text(_ask: Ask, common: Common) -> forms.Field:
    return WordsField(max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 4}), **common)


def _yes_no(_ask: Ask, common: Common) -> forms.Field:
    cards = Cards(attrs={"class": "choices-across"})
    return forms.TypedChoiceField(
        choices=list(YES_NO.items()),
        coerce=lambda word: word == "yes",
        empty_value=None,
        widget=cards,
        **common,
    )


def _score(_ask: Ask, common: Common) -> forms.Field:
    cards = Cards(attrs={"class": "choices-across"})
    return forms.TypedChoiceField(
        choices=list(SCORES.items()), coerce=int, empty_value=None, widget=cards, **common
    )


def _number(_ask: Ask, common: Common) -> forms.Field:
    return forms.FloatField(
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "decimal"}), **common
    )


def _date(_ask: Ask, common: Common) -> forms.Field:
    picker = forms.DateInput(attrs={"type": "date", "class": "input-short"}, format="%Y-%m-%d")
    return _Day(widget=picker, input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"], **common)


def _kind(_ask: Ask, common: Common) -> forms.Field:
    return PickListField(choices=[("", "请选择"), *KINDS.items()], **common)


def _lines(_ask: Ask, common: Common) -> forms.Field:
    return _Lines(max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 4}), **common)


def _case(_ask: Ask, common: Common) -> forms.Field:
    box = forms.TextInput(attrs={"class": "input-short", "inputmode": "numeric", "autocomplete": "off"})
    return WordsField(max_length=40, widget=box, **common)


def _listed(ask: Ask, common: Common, choices: Choices) -> forms.Field:
    if ask.type == "units":
        ticks = Ticks(attrs={"class": "choices-many"})
        return forms.MultipleChoiceField(choices=list(choices.get("unit", ())), widget=ticks, **common)
    listed = choices.get(f"staff:{ask.role}" if ask.role else ask.type, ())
    options = list(ask.options.items()) or list(listed)
    return PickListField(choices=[("", "请选择"), *options], **common)


class _Lines(WordsField):
    """Several things, one on a line."""

    def clean(self, value: object) -> object:
        """Return the lines as a list."""
        return many(super().clean(value))


class _Day(forms.DateField):
    """A day, kept as text since answers become facts of the case."""

    def clean(self, value: object) -> object:
        """Return the day as 2026-03-05."""
        # As text: answers become facts, and facts go into the chain as JSON.
        day = super().clean(value)
        return day.isoformat() if day else ""


MAKERS: dict[str, Callable[[Ask, Common], forms.Field]] = {
    "text": _text,
    "long_text": _long_text,
    "yes_no": _yes_no,
    "score": _score,
    "number": _number,
    "money": _number,
    "date": _date,
    "kind": _kind,
    "lines": _lines,
    "case": _case,
}
