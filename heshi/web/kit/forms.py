"""The form all our forms come from: how a field, its hint and its mistake are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypedDict

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.forms.utils import ErrorList
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from heshi.intake.rules.words import tidy
from heshi.web.kit.choosing import attributes

GARBLED = "\ufffd"
"""What stands where bytes of another encoding arrived."""


Sent = Mapping[str, object] | None
"""What somebody filled in; None for a form that nobody has sent yet."""
SentFiles = MultiValueDict[str, UploadedFile[bytes]] | None


class Box(TypedDict):
    """What Django knows of a box to type in when it is drawn."""

    type: str
    name: str
    value: str | None
    attrs: dict[str, object]


BOXES: Final = frozenset(
    f"django/forms/widgets/{kind}.html" for kind in ("date", "email", "hidden", "number", "password", "text")
)


class PageRenderer(DjangoTemplates):
    """Draw forms with our own parts."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Return a part of a form; a single box is written as it is, for Django draws each of them from two templates."""
        if template_name in BOXES:
            return _box(context["widget"])
        return super().render(template_name, context, request)


def _box(box: Box) -> SafeString:
    filled = {} if box["value"] is None else {"value": box["value"]}
    return format_html(
        "<input{}>", attributes({"type": box["type"], "name": box["name"], **filled, **box["attrs"]})
    )


RENDERER: Final = PageRenderer()
"""One for all forms: Django makes another engine for every form that names a class, and each reads every template anew."""


class PageErrors(ErrorList):
    """Mistakes as sentences beside the field."""

    template_name = "parts/errors.html"


class PageForm(forms.Form):
    """A form that says everything in our words: the browser's own bubbles stay away, so does its silent cutting of long text."""

    use_required_attribute = False
    marks_optional = True
    default_renderer = RENDERER

    def __init__(
        self, data: Sent = None, files: SentFiles = None, *, initial: Mapping[str, object] | None = None,
        auto_id: str = "id_%s", renderer: BaseRenderer | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            data, files, initial=dict(initial or {}), auto_id=auto_id, renderer=renderer, error_class=PageErrors, label_suffix=""
        )  # fmt: skip


class WordsField(forms.CharField):
    """Typed words, tidied; a NUL byte is dropped instead of refused, since nobody typed it on purpose."""

    def to_python(self, value: object) -> str:
        """Return the tidied words; a letter that was lost on the way is asked for again."""
        words = tidy(str(value or ""))
        # It cannot be mended afterwards: the bytes are gone, and somebody's name may have been among them.
        if GARBLED in words:
            raise ValidationError(
                f"有些字没有传清楚，显示成了“{GARBLED}”，请把它们改好再交。", code="garbled"
            )
        return words


class FilesInput(forms.FileInput):
    """The browser's own choice of files, several at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; the answer is a list, empty when none was chosen."""

    widget = FilesInput

    def clean(
        self, data: Iterable[UploadedFile[bytes]] | None, initial: object = None
    ) -> list[UploadedFile[bytes]]:
        """Check each file."""
        chosen = [file for file in data or [] if file]
        return [super(FilesField, self).clean(file, initial) for file in chosen]
