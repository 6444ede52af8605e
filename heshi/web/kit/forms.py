"""The form all our forms come from: how a field, its hint and its mistake are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorList

from heshi.intake.rules.words import tidy

GARBLED = "\ufffd"
"""What stands where bytes of another encoding arrived."""


class PageRenderer(DjangoTemplates):
    """Draw forms with our own parts."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"


class PageErrors(ErrorList):
    """Mistakes as sentences beside the field."""

    template_name = "parts/errors.html"


class PageForm(forms.Form):
    """A form that says everything in our words: the browser's own bubbles stay away, so does its silent cutting of long text."""

    use_required_attribute = False
    marks_optional = True
    default_renderer = PageRenderer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("error_class", PageErrors)
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class WordsField(forms.CharField):
    """Typed words, tidied; a NUL byte is dropped instead of refused, since nobody typed it on purpose."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators = [
            check for check in self.validators if getattr(check, "code", "") != "null_characters_not_allowed"
        ]

    def to_python(self, value: Any) -> str:
        """Return the tidied words; a letter that was lost on the way is asked for again."""
        words = tidy(str(value or ""))
        if GARBLED in words:
            raise ValidationError(
                f"有些字没有传清楚，显示成了“{GARBLED}”，请把它们改好再交。", code="garbled"
            )
        return words


class Cards(forms.RadioSelect):
    """A choice as a row of cards; ``says`` puts a line of explanation under a choice."""

    template_name = "parts/choices.html"

    def __init__(self, *, says: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.says = dict(says or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return one card, with what it says."""
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"].pop("class", None)
        return option | {"says": self.says.get(str(value), "")}


class Ticks(forms.CheckboxSelectMultiple):
    """Several choices at once, in a frame that scrolls when there are many."""

    template_name = "parts/choices.html"


class FilesInput(forms.FileInput):
    """The browser's own choice of files, several at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; the answer is a list, empty when none was chosen."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Check each file."""
        chosen = [file for file in data or [] if file]
        return [super(FilesField, self).clean(file, initial) for file in chosen]
