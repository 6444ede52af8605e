"""The forms of the desk: one matter at the window, a file of rows, one file made from many cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from heshi.cases.terms import KINDS
from heshi.intake.queries import FileTooLarge
from heshi.intake.rules.words import BODY_LIMIT, is_email
from heshi.intake.rules.written import identity_in, moment_in, telephone_in
from heshi.places.queries import county_code
from heshi.playbooks.rules import Ask
from heshi.web.kit.asks import ask_field
from heshi.web.kit.choices import Choice, topic_choices, way_choices
from heshi.web.kit.forms import PageForm, Sent, WordsField
from heshi.web.kit.keeping import PRETENDING, Keeper
from heshi.web.kit.names import TOWNSHIP_DIGITS, names

UNSET: Final = [("", "由系统建议")]
MEGABYTE: Final = 1024 * 1024
TYPED: Final = {"autocomplete": "off"}
LONGEST_TITLE, LONGEST_WHY = 60, 5_000


FILES: Final = Ask("files", "带来的材料、照片、录音", "files")
"""What a visitor brings along; the papers lie in the file from its first minute."""


class Window(PageForm):
    """What a clerk types while somebody sits in front of her."""

    name = WordsField(
        label="姓名", required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "accesskey": "1"})
    )
    phone = WordsField(
        label="电话",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    email = WordsField(
        label="邮箱",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    identity_no = WordsField(
        label="身份证号", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    address = WordsField(label="住址", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    body = WordsField(
        label="说了什么事（必填）",
        error_messages={"required": "还没有写事情经过，请写一句话说明发生了什么。"},
        widget=forms.Textarea(
            attrs={"rows": 7, "data-count": BODY_LIMIT, "autocomplete": "off", "accesskey": "2"}
        ),
    )
    kind = forms.ChoiceField(label="诉求类别", required=False, choices=[*UNSET, *KINDS.items()])
    topic = forms.ChoiceField(label="事项", required=False)
    method = forms.ChoiceField(label="按哪种办法办", required=False)
    place = forms.ChoiceField(label="发生在哪个村（社区）", required=False)
    place_text = WordsField(
        label="具体地点", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    visit = forms.UUIDField(widget=forms.HiddenInput)

    marks_optional = False

    def __init__(
        self, data: Sent = None, *, initial: Mapping[str, object] | None = None, keeper: Keeper = PRETENDING
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields[FILES.name] = ask_field(FILES, {}, keeper)
        self.fields["place"].choices = [("", "说不清"), *_villages()]  # type: ignore[attr-defined]
        self.fields["topic"].choices = [*UNSET, *topic_choices()]  # type: ignore[attr-defined]
        self.fields["method"].choices = [("", "由分流规则定（一般不用选）"), *way_choices()]  # type: ignore[attr-defined]
        for name in ("kind", "topic", "method", "place"):
            self.fields[name].error_messages["invalid_choice"] = "名单里没有这一项，请重新选。"
        # Nobody typed these: the sentence says what became of the page, not what is wrong with a box.
        for name in ("key", "visit"):
            self.fields[name].error_messages = dict.fromkeys(
                ("required", "invalid"), "页面打开得太久，请刷新后再登记。"
            )


class Upload(PageForm):
    """A file, and where it comes from."""

    file = forms.FileField(
        label="文件",
        help_text="CSV 或 Excel（.xlsx、.xls）。上面有标题、列名占两行、分几张工作表都可以，下一步核对。",
        error_messages={
            "required": "请选择要导入的文件。", "empty": "这个文件是空的，请确认选对了文件。", "missing": "请选择要导入的文件。",
            "invalid": "文件没有传上来，请再选一次。",
        },
    )  # fmt: skip
    source_name = WordsField(
        label="来源系统",
        required=False,
        max_length=20,
        help_text="从别的系统导出的，写上系统名称，如“热线”。编号会加上它，防止不同系统的编号相撞；再次导入时要写得一样。",
        error_messages={"max_length": "来源系统最多写 20 个字。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input-medium"}),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse a file that is too large before it is kept."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        most = settings.HESHI_IMPORT_MEGABYTES
        if file.size and file.size > most * MEGABYTE:
            refusal = FileTooLarge(megabytes=file.size // MEGABYTE, most=most)
            raise forms.ValidationError(str(refusal), code=refusal.code)
        return file


class GatherForm(PageForm):
    """Under which playbook, about what, and why."""

    version = forms.ChoiceField(label="做什么", error_messages={"required": "请选做什么。"})
    title = WordsField(
        label="一句话说清楚",
        max_length=LONGEST_TITLE,
        error_messages={"required": "请用一句话说清楚是什么事。"},
    )
    why = WordsField(
        label="看出了什么共同的原因", max_length=LONGEST_WHY, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="说事和制度，不说人。", error_messages={"required": "请写看出了什么共同的原因。"},
    )  # fmt: skip

    def __init__(self, data: Sent = None, *, books: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["version"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- it is the one above
        field.choices = list(books)


class SortForm(PageForm):
    """What a case is about, as somebody says who has read it."""

    kind = forms.ChoiceField(
        label="诉求类别",
        choices=[("", "请选择"), *KINDS.items()],
        error_messages={"required": "请选诉求类别。"},
    )
    topic = forms.ChoiceField(label="事项", error_messages={"required": "请选事项。"})
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Sent = None, *, topic: str, initial: Mapping[str, object]) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["topic"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- it is the one above
        field.choices = [("", "请选择"), *topic_choices(among=topic)]
        for name in ("kind", "topic"):
            self.fields[name].error_messages["invalid_choice"] = "名单里没有这一项，请重新选。"


class ChangeForm(PageForm):
    """By which playbook from now on, from where, and why."""

    version = forms.CharField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    position = forms.ChoiceField(
        label="从哪个环节接着办", error_messages={"required": "请选从哪个环节接着办。"}
    )
    why = WordsField(
        label="为什么改换", max_length=LONGEST_WHY, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="反映人也看得到这句话，说事，不说人。", error_messages={"required": "请写明为什么改换办法，反映人也会看到这句话。"},
    )  # fmt: skip

    def __init__(
        self, data: Sent = None, *, positions: Sequence[Choice], initial: Mapping[str, object]
    ) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["position"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- it is the one above
        field.choices = list(positions)


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


class CorrectForm(PageForm):
    """What was registered beside the words, to be put right, and the doubts that somebody has looked at."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    name = WordsField(label="姓名", required=False, max_length=60, widget=forms.TextInput(attrs=TYPED))
    phone = WordsField(
        label="电话", required=False, widget=forms.TextInput(attrs=TYPED | {"inputmode": "tel"})
    )
    email = WordsField(
        label="邮箱", required=False, widget=forms.TextInput(attrs=TYPED | {"inputmode": "email"})
    )
    identity_no = WordsField(label="证件号码", required=False, widget=forms.TextInput(attrs=TYPED))
    address = WordsField(label="住址", required=False, max_length=200, widget=forms.TextInput(attrs=TYPED))
    place = forms.ChoiceField(label="发生在哪个村（社区）", required=False)
    place_text = WordsField(
        label="具体地点", required=False, max_length=200, widget=forms.TextInput(attrs=TYPED)
    )
    said_at = WordsField(
        label="什么时候说的", required=False, help_text="如 2026-03-02 14:30；只知道哪天就写哪天。", widget=forms.TextInput(attrs=TYPED)
    )  # fmt: skip
    settled = forms.MultipleChoiceField(
        label="已核对，按现在登记的", required=False, widget=forms.CheckboxSelectMultiple
    )
    marks_optional = False

    def __init__(
        self, data: Sent = None, *, initial: Mapping[str, object], place: str, remarks: Sequence[Choice]
    ) -> None:  # fmt: skip
        super().__init__(data, initial=initial)
        # The place it has is always among them: what was registered must be able to stay.
        self.fields["place"].choices = [*_kept_place(place), *_villages()]  # type: ignore[attr-defined]
        self.fields["settled"].choices = list(remarks)  # type: ignore[attr-defined]
        if not remarks:
            del self.fields["settled"]

    def clean_phone(self) -> str:
        """Take what can be dialled."""
        number, doubt = telephone_in(self.cleaned_data["phone"])
        if doubt:
            raise forms.ValidationError("请只写一个能打通的号码：手机号 11 位，固定电话带区号。")
        return number

    def clean_email(self) -> str:
        """Take what can be written to."""
        address: str = self.cleaned_data["email"]
        if address and not is_email(address):
            raise forms.ValidationError("邮箱不对，应是 name@example.cn 的样子。")
        return address

    def clean_identity_no(self) -> str:
        """Take the number of any paper; a card must be right."""
        number, doubt = identity_in(self.cleaned_data["identity_no"])
        if doubt and not number:
            raise forms.ValidationError("证件号码核对不上，请对照证件再输一次。")
        return number

    def clean_said_at(self) -> datetime | None:
        """Take one moment."""
        moment, doubt = moment_in(self.cleaned_data["said_at"], now=timezone.now())
        if doubt:
            raise forms.ValidationError("时间看不懂，请写成 2026-03-02 14:30 的样子。")
        return moment


def _kept_place(place: str) -> list[Choice]:
    return [(place, names().place(place) or "全县，说不清哪个村")] if place else [("", "说不清")]
