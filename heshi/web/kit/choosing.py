"""Ways to choose: a list, cards, ticks. Each is written in one go, and kept.

Django draws every single choice from templates of its own. A county has three hundred places and fifty units, and the page of a
case asks for them several times: the choices cost more than everything around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.widgets import ChoiceWidget
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Attributes = dict[str, object]
Lines = tuple[tuple[str, str], ...]


def attributes(given: Mapping[str, object]) -> SafeString:
    """Return the attributes of an element as they are written; Django's own sorts them first, and a page has hundreds."""
    said = (
        f" {name}" if value is True else f' {name}="{escape(value)}"'
        for name, value in given.items() if value is not None and value is not False
    )  # fmt: skip
    return mark_safe("".join(said))  # noqa: S308 -- names are ours, values are escaped


class PickList(forms.Select):
    """A list to choose from."""

    def render(
        self, name: str, value: object, attrs: Attributes | None = None, renderer: BaseRenderer | None = None,  # noqa: ARG002 -- Django's signature
    ) -> SafeString:  # fmt: skip
        """Return the list, with what was chosen before."""
        options = _marked(_options(tuple(self.choices)), self.format_value(value), "selected")
        return format_html(
            '<select name="{}"{}>{}</select>', name, attributes(self.build_attrs(self.attrs, attrs)), options
        )


class PickListField(forms.ChoiceField):
    """One of many, chosen from a list."""

    widget = PickList


class OneByOne(ChoiceWidget):
    """Choices that lie side by side, each with its own mark; ``says`` puts a line of explanation under a choice."""

    def __init__(self, *, says: Mapping[str, str] | None = None, attrs: Attributes | None = None) -> None:
        super().__init__(attrs)
        self.says = tuple((says or {}).items())

    def render(
        self, name: str, value: object, attrs: Attributes | None = None, renderer: BaseRenderer | None = None,  # noqa: ARG002 -- Django's signature
    ) -> SafeString:  # fmt: skip
        """Return the frame and the choices in it, with what was chosen before."""
        rest = self.build_attrs(self.attrs, attrs)
        key, look = str(rest.pop("id", name)), rest.pop("class", "")
        front = format_html('<input type="{}" name="{}"{}', self.input_type, name, attributes(rest))
        cards = _marked(
            _cards(front, key, tuple(self.choices), self.says), self.format_value(value), "checked"
        )
        return format_html('<div class="choices {}" id="{}" tabindex="-1">{}</div>', look, key, cards)


class Cards(OneByOne, forms.RadioSelect):
    """One of a few, as a row of cards."""


class Ticks(OneByOne, forms.CheckboxSelectMultiple):
    """Several at once, in a frame that scrolls when there are many."""


@lru_cache(maxsize=256)
def _options(choices: Lines) -> SafeString:
    return format_html_join("\n", '<option value="{}">{}</option>', choices)


@lru_cache(maxsize=256)
def _cards(front: SafeString, key: str, choices: Lines, says: Lines) -> SafeString:
    lines = dict(says)
    small = {code: format_html("<small>{}</small>", lines[code]) for code, _label in choices if code in lines}
    return format_html_join(
        "\n",
        '<label class="choice">{} value="{}" id="{}"><span>{}{}</span></label>',
        (
            (front, code, f"{key}_{index}", label, small.get(code, ""))
            for index, (code, label) in enumerate(choices)
        ),
    )


def _marked(drawn: SafeString, chosen: Iterable[str], mark: str) -> SafeString:
    """Return the choices with a mark on those chosen. What is kept is unmarked, so that one drawing serves every case.

    The text cannot be mistaken for an attribute: a quotation mark in a label is escaped.
    """
    html = str(drawn)
    for code in chosen:
        value = f' value="{escape(code)}"'
        html = html.replace(value, f"{value} {mark}", 1)
    return mark_safe(html)  # noqa: S308 -- the drawing was safe, and the mark is ours
