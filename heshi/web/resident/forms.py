"""The questions a resident is asked, one form a page."""

from __future__ import annotations

from datetime import date
from math import isfinite

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from heshi.cases.rules.wholes import is_mistyped
from heshi.common.phones import digits_of, is_phone
from heshi.common.refusals import Unknown
from heshi.intake.rules.photos import MEGABYTES
from heshi.intake.rules.words import BODY_LIMIT, is_email
from heshi.intake.terms import MOST_OF_KIND
from heshi.places import queries as places
from heshi.places.models import Division
from heshi.web.kit.choosing import Cards
from heshi.web.kit.forms import FilesField, FilesInput, PageForm, Sent, SentFiles, WordsField
from heshi.web.kit.mapping import pin_at
from heshi.web.resident.draft import ANONYMOUS, NAMED, ReportDraft
from heshi.web.resident.placing import UNSETTLED, doubt_about

MOST_PHOTOS = MOST_OF_KIND["photo"]
PICTURES = "image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif,.heic,.heif"


class What(PageForm):
    """What happened, in her own words, with photos and a voice note if she likes."""

    body = WordsField(
        label="发生了什么事？",
        required=False,
        help_text="怎么想就怎么写：什么时候、跟谁、怎么回事、希望怎么解决。不用写得很正式。",
        widget=forms.Textarea(attrs={"rows": 8, "data-count": BODY_LIMIT, "autocomplete": "off"}),
    )
    photos = FilesField(
        label="照片",
        required=False,
        help_text=f"最多 {MOST_PHOTOS} 张，每张不超过 {MEGABYTES} MB。照片里的拍摄地点和时间会自动去掉。",
        widget=FilesInput(attrs={"accept": PICTURES, "multiple": True, "data-most-mb": MEGABYTES}),
    )
    voice = forms.FileField(
        label="录音",
        required=False,
        help_text="不方便打字，可以录一段话传上来，不超过 20 MB。只传录音不写字也行。",
        widget=forms.FileInput(
            attrs={"accept": "audio/*,.amr,.m4a", "data-most-mb": 20, "data-recorder": True}
        ),
    )

    def __init__(self, data: Sent = None, files: SentFiles = None, *, draft: ReportDraft) -> None:
        super().__init__(data, files, initial={"body": draft.body})
        self.draft = draft

    def clean_body(self) -> str:
        """Refuse what is longer than a clerk can read, and say by how much."""
        body: str = self.cleaned_data["body"]
        if len(body) > BODY_LIMIT:
            raise forms.ValidationError(
                f"您写了 {len(body):,} 个字，最多能收 {BODY_LIMIT:,} 个字。请留下最要紧的部分，其余的可以拍照上传。"
            )
        return body

    def clean(self) -> dict[str, object]:
        """Ask for words or a voice note."""
        # Together with those that are kept they are counted where they are kept: the same photo sent again is none more.
        if len(self.cleaned_data.get("photos", [])) > MOST_PHOTOS:
            self.add_error("photos", f"照片一共最多 {MOST_PHOTOS} 张，请挑最能说明问题的传。")
        told = self.cleaned_data.get("body") or self.files.get("voice") or self.draft.of_kind("voice")
        if not told and "body" not in self.errors:
            self.add_error("body", "请写几句发生了什么事，或者传一段录音。")
        return self.cleaned_data


class Where(PageForm):
    """Where it happened: a township, a village, words, a point on the map, or “I cannot say”."""

    marks_optional = False
    township = forms.ChoiceField(label="哪个乡镇（街道）？", required=False)
    village = forms.ChoiceField(label="哪个村（社区）？", required=False)
    place_text = WordsField(
        label="具体在哪儿？",
        required=False,
        max_length=200,
        error_messages={"max_length": "地点请控制在 200 个字以内。"},
        help_text="写路名、小区、门牌，或者旁边有什么，比如“卫生院后面第二排”。",
    )
    unsure = forms.BooleanField(label="我说不清在哪儿，请工作人员帮我弄清楚", required=False)
    lon = forms.FloatField(
        required=False, widget=forms.HiddenInput(attrs={"data-lon": True}), min_value=-180, max_value=180
    )
    lat = forms.FloatField(
        required=False, widget=forms.HiddenInput(attrs={"data-lat": True}), min_value=-90, max_value=90
    )
    settled = forms.ChoiceField(required=False, widget=Cards(), error_messages={"invalid_choice": UNSETTLED})

    def __init__(self, data: Sent = None, files: SentFiles = None, *, draft: ReportDraft) -> None:
        names = ("township", "village", "place_text", "unsure", "lon", "lat")
        super().__init__(data, files, initial={name: getattr(draft, name) for name in names})
        # A township that was merged away is not offered; what she chose before that is refused with a sentence.
        today = timezone.localdate()
        townships = _named(_townships(today))
        self.fields["township"].choices = [("", "请选择"), *townships]  # type: ignore[attr-defined]
        chosen = str(self["township"].value() or "")
        self.villages = _named(places.villages(chosen, on=today)) if chosen in dict(townships) else []
        self.fields["village"].choices = [("", "说不清是哪个村"), *self.villages]  # type: ignore[attr-defined]
        self.fields["township"].error_messages["invalid_choice"] = "名单里没有这个乡镇，请重新选一个。"
        self.fields["village"].error_messages["invalid_choice"] = "这个村不在您选的乡镇里，请重新选一个。"
        self._ask_about_pin(chosen if chosen in dict(townships) else "")

    def _ask_about_pin(self, township: str) -> None:
        """Look where the mark on the map lies, and prepare the question whether it is meant."""
        village = str(self["village"].value() or "")
        self.pin = pin_at(*(degrees(self[name].value()) for name in ("lon", "lat")))
        self.doubt = doubt_about(self.pin, village if village in dict(self.villages) else township)
        if self.doubt is None:
            # An answer that comes for a question nobody asks any more is none.
            del self.fields["settled"]
            return
        field = self.fields["settled"]
        field.label, field.choices = self.doubt.question, self.doubt.answers  # type: ignore[attr-defined]
        # A mark that was kept although it lies elsewhere was asked about before: she said that it stands.
        self.initial["settled"] = self.doubt.answers[0][0]

    def _settle(self, given: dict[str, object]) -> None:
        """Take one place where there were two, as she answered; without an answer ask again."""
        answer = str(given.pop("settled", ""))
        if self.doubt is None or self.errors:
            return
        if not answer:
            self.add_error("settled", UNSETTLED)
        elif self.doubt.is_for_pin(answer):
            spot = self.doubt.pin.spot
            given |= (
                {"township": spot.town, "village": spot.village} if spot else {"township": "", "village": ""}
            )
        else:
            given["lon"] = given["lat"] = None

    def clean(self) -> dict[str, object]:
        """Accept any one way of saying where; two that do not agree are asked about."""
        given = self.cleaned_data
        self._settle(given)
        on_map = given.get("lon") is not None and given.get("lat") is not None
        if not (
            on_map or self.errors or any(given.get(name) for name in ("township", "place_text", "unsure"))
        ):
            self.add_error(
                "township", "请选一个乡镇，或者写上具体地点；实在说不清，就勾选最下面的“我说不清在哪儿”。"
            )
        if not on_map:
            given["lon"] = given["lat"] = None
        return given


class Who(PageForm):
    """Who she is and how to reach her, or that she would rather not say."""

    marks_optional = False
    contact = forms.ChoiceField(
        label="怎么跟您联系？",
        choices=[(NAMED, "留下姓名和电话"), (ANONYMOUS, "不留姓名和电话")],
        error_messages={"required": "请选一种联系方式。"},
        widget=Cards(
            says={
                NAMED: "办理中有问题能找到您，结果直接告诉您。只有办这件事的人能看到，每次查看都有记录。",
                ANONYMOUS: "提建议、咨询、反映隐患可以不留。但我们没法向您核实，调解、投诉可能办不下去；您凭回执编号和查询码自己来查结果。",
            }
        ),
    )
    name = WordsField(
        label="怎么称呼您？",
        required=False,
        max_length=50,
        error_messages={"max_length": "姓名请控制在 50 个字以内。"},
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "input-medium"}),
    )
    phone = WordsField(
        label="您的电话",
        required=False,
        max_length=30,
        error_messages={"max_length": "电话号码太长，请核对。"},
        help_text="手机或带区号的座机。手机收短信，座机由工作人员打给您；以后凭电话后四位查进展。",
        widget=forms.TextInput(
            attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel", "class": "input-medium"}
        ),
    )

    email = WordsField(
        label="邮箱（可以不写）",
        required=False,
        max_length=120,
        error_messages={"max_length": "邮箱太长，请核对。"},
        help_text="没有手机的，写了邮箱就发邮件告诉您。",
        widget=forms.TextInput(
            attrs={"autocomplete": "email", "inputmode": "email", "type": "email", "class": "input-medium"}
        ),
    )

    identity_no = WordsField(
        label="身份证号（可以不写）",
        required=False,
        max_length=30,
        error_messages={"max_length": "证件号码太长，请核对。"},
        help_text="写了的，忘了编号带身份证到窗口就能查。不写不影响办理。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input-medium"}),
    )

    def __init__(self, data: Sent = None, files: SentFiles = None, *, draft: ReportDraft) -> None:
        names = ("contact", "name", "phone", "email", "identity_no")
        initial = {name: getattr(draft, name) for name in names}
        super().__init__(data, files, initial=initial)

    def clean(self) -> dict[str, object]:
        """Ask for both when she wants to be reached; keep neither when she does not."""
        given = self.cleaned_data
        # What she typed before she changed her mind is not kept: she leaves no name.
        if given.get("contact") == ANONYMOUS:
            return given | {"name": "", "phone": "", "email": "", "identity_no": ""}
        if given.get("contact") == NAMED:
            self._ask_for_both(given)
        return given

    def _ask_for_both(self, given: dict[str, object]) -> None:
        if not given.get("name") and "name" not in self.errors:
            self.add_error("name", "请写上怎么称呼您，比如“张女士”。")
        if given.get("email") and not is_email(str(given["email"])):
            self.add_error("email", "这个邮箱好像不对。请写成 name@example.cn 的样子，或者不写。")
        if is_mistyped(str(given.get("identity_no") or "")):
            self.add_error("identity_no", "这个身份证号好像不对。请对照证件再输一次，或者不写。")
        phone = str(given.get("phone", ""))
        if "phone" in self.errors:
            return
        if not phone:
            self.add_error("phone", "请写上电话，办的时候好联系您。")
        elif not is_phone(phone):
            self.add_error("phone", "这个电话好像不对。请写 11 位手机号，或者带区号的座机号。")
        else:
            given["phone"] = digits_of(phone)


def degrees(said: object) -> float | None:
    """Return what stands in a hidden box as a number; None for anything that is none."""
    try:
        number = float(str(said))
    except ValueError:
        return None
    return number if isfinite(number) else None


def _named(divisions: QuerySet[Division]) -> list[tuple[str, str]]:
    return list(divisions.values_list("code", "name"))


def _townships(today: date) -> QuerySet[Division]:
    try:
        return places.townships(on=today)
    except Unknown:
        return Division.objects.none()
