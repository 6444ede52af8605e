"""What a step of a playbook asks, as a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

from django import forms
from django.http import QueryDict

from heshi.cases.actions.handing import SentFileGone
from heshi.cases.terms import KINDS
from heshi.clocks.rules import SHANGHAI
from heshi.clocks.rules.stated import to_keep
from heshi.intake.rules.papers import MEGABYTES
from heshi.intake.rules.photos import MEGABYTES as PHOTO_MEGABYTES
from heshi.playbooks.rules import Ask
from heshi.playbooks.rules.asking import MOST_FILES, many
from heshi.web.kit.answers import SCORES, YES_NO
from heshi.web.kit.choosing import Cards, PickListField, Ticks
from heshi.web.kit.forms import PageForm, WordsField
from heshi.web.kit.keeping import PRETENDING, Keeper

MOST_WORDS = 20_000
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M"]
"""How a moment may be typed where the browser has no picker for it."""
CHOSEN = frozenset(
    {"yes_no", "score", "choice", "unit", "units", "staff", "kind", "topic", "place", "files", "staffs"}
)
Choices = Mapping[str, Iterable[tuple[str, str]]]


class Common(TypedDict):
    """What every field says of itself."""

    label: str
    required: bool
    help_text: str
    error_messages: dict[str, str]


class AskForm(PageForm):
    """One field for each thing asked, and the revision of the case that was seen.

    ``keeper`` knows the files that were sent already; ``choices`` gives the lists for the types unit, staff, topic and place;
    ``staff:ROLE`` for those who hold a role.
    """

    def __init__(
        self, asks: Iterable[Ask], choices: Choices, keeper: Keeper = PRETENDING, data: QueryDict | None = None, *,
        initial: Mapping[str, object], auto_id: str,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=initial, auto_id=auto_id)
        # Made for this one form: fields of a class would be copied, every choice of them, each time it is drawn.
        self.fields = {ask.name: ask_field(ask, choices, keeper) for ask in asks}
        self.fields["revision"] = forms.IntegerField(required=False, widget=forms.HiddenInput)


def ask_field(ask: Ask, choices: Choices, keeper: Keeper = PRETENDING) -> forms.Field:
    """Return the field for one thing asked."""
    verb = "选" if ask.type in CHOSEN else "填写"
    wrong = {"required": f"请{verb}“{ask.label}”。", "invalid": f"“{ask.label}”填得不对，请改一下。"}
    common = Common(label=ask.label, required=ask.required, help_text=ask.help, error_messages=wrong)
    if ask.type == "files":
        return FilesAnswer(ask, keeper, **common)
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


def _moment(_ask: Ask, common: Common) -> forms.Field:
    picker = forms.DateTimeInput(
        attrs={"type": "datetime-local", "class": "input-medium"}, format="%Y-%m-%dT%H:%M"
    )
    return _Instant(widget=picker, input_formats=MOMENTS, **common)


def _kind(_ask: Ask, common: Common) -> forms.Field:
    return PickListField(choices=[("", "请选择"), *KINDS.items()], **common)


def _lines(_ask: Ask, common: Common) -> forms.Field:
    return _Lines(max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 4}), **common)


def _case(_ask: Ask, common: Common) -> forms.Field:
    box = forms.TextInput(attrs={"class": "input-short", "inputmode": "numeric", "autocomplete": "off"})
    return WordsField(max_length=40, widget=box, **common)


def _listed(ask: Ask, common: Common, choices: Choices) -> forms.Field:
    family = {"units": "unit", "staffs": "staff"}.get(ask.type, ask.type)
    listed = choices.get(f"staff:{ask.role}" if ask.role else family, ())
    if family != ask.type:
        ticks = Ticks(attrs={"class": "choices-many"})
        return forms.MultipleChoiceField(choices=list(listed), widget=ticks, **common)
    options = list(ask.options.items()) or list(listed)
    return PickListField(choices=[("", "请选择"), *options], **common)


ACCEPTED = "image/*,audio/*,.pdf,.ofd,.doc,.docx,.xls,.xlsx,.ppt,.pptx"


class KeptFiles(forms.FileInput):
    """The files that are kept already, each with a button to take it out, above the browser's own choice of more."""

    template_name = "parts/files.html"
    allow_multiple_selected = True

    def __init__(self, ask: Ask, keeper: Keeper) -> None:
        most = min(int(ask.at_most or MOST_FILES), MOST_FILES)
        super().__init__(
            {"accept": ACCEPTED, "multiple": most > 1, "data-most-mb": PHOTO_MEGABYTES, "data-chosen": most}
        )
        self.keeper, self.most = keeper, most

    def value_from_datadict(self, data: QueryDict, _files: object, name: str) -> list[str]:  # type: ignore[override]
        """Return the keys of the files: what was sent has been kept before the form is read."""
        return list(data.getlist(name))

    def value_omitted_from_data(self, *_sent: object) -> bool:
        """No key is an answer too."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template shows."""
        shown = super().get_context(name, None, attrs)
        shown["widget"] |= {"kept": self.keeper.kept(value or ()), "pretends": self.keeper.pretends}
        return shown


class FilesAnswer(forms.Field):
    """Files as an answer: the keys of those that were kept."""

    def __init__(self, ask: Ask, keeper: Keeper, **kwargs: Any) -> None:
        super().__init__(widget=KeptFiles(ask, keeper), **kwargs)
        self.keeper = keeper
        self.help_text = "；".join(filter(None, [ask.help, bounds_in_words(ask)]))

    def clean(self, value: Any) -> list[str]:
        """Return the keys; one of a file that is no longer there is told of."""
        given = many(super().clean(value) or ())
        if len(self.keeper.kept(given)) != len(given):
            raise forms.ValidationError(str(SentFileGone(label=self.label)))
        return given


def bounds_in_words(ask: Ask) -> str:
    """Return how many files are taken, of which kinds and how large."""
    most, least = min(int(ask.at_most or MOST_FILES), MOST_FILES), int(ask.at_least or 0)
    number = f"{least} 到 {most} 个" if least else f"最多 {most} 个"
    return f"{number}，可选照片、录音、PDF、OFD、Word、Excel、PPT；照片不超过 {PHOTO_MEGABYTES} MB，其他不超过 {MEGABYTES} MB"


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


class _Instant(forms.DateTimeField):
    """A day with its time, kept as text since answers become facts of the case."""

    def clean(self, value: Any) -> Any:
        """Return the moment as 2026-03-05T09:30+08:00; a mere day, which Django would take for its first instant, is none."""
        if value and ":" not in str(value):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        moment = super().clean(value)
        return to_keep(moment.astimezone(SHANGHAI).isoformat()) if moment else ""


MAKERS: dict[str, Callable[[Ask, Common], forms.Field]] = {
    "text": _text,
    "long_text": _long_text,
    "yes_no": _yes_no,
    "score": _score,
    "number": _number,
    "money": _number,
    "date": _date,
    "moment": _moment,
    "kind": _kind,
    "lines": _lines,
    "case": _case,
}
