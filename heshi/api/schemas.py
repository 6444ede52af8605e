"""What other systems send and get, typed. Content is checked by the same rules as every other door."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict, field_validator

from heshi.intake.rules.words import BODY_LIMIT

LONG: Final = 1_000


class Strict(Schema):
    """Something sent to us: an unknown field is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid")


Text = Annotated[str, BeforeValidator(lambda given: "" if given is None else given)]
"""A text that may be missing: other systems write null, or a number, where they know none."""


class PlaceIn(Strict):
    """Where: a division or grid code, a point, or words."""

    code: Text = Field(
        default="", max_length=LONG, description="区划代码或网格代码；查不到的照收，标出来请人核对"
    )
    lon: float | None = Field(default=None, description="经度（WGS-84）")
    lat: float | None = Field(default=None, description="纬度（WGS-84）")
    text: Text = Field(default="", max_length=LONG, description="地点的文字说明")


class ContactIn(Strict):
    """Who says so, and how to reach her. All of it optional; what cannot be read is kept as written and put to a person."""

    name: Text = Field(default="", max_length=LONG, description="姓名")
    phone: Text = Field(
        default="", max_length=LONG, description="电话，照原系统写的；不留电话的，回执里有四位查询码"
    )
    email: Text = Field(default="", max_length=LONG, description="电子邮箱；没有手机的，用它告知")
    address: Text = Field(default="", max_length=LONG, description="住址")
    identity_no: Text = Field(default="", max_length=LONG, description="证件号码")


class RequestIn(Strict):
    """What happened. Only `body` must be there: nothing else that is doubtful rejects a person's words."""

    body: str = Field(max_length=BODY_LIMIT * 2, description=f"事情经过，最多 {BODY_LIMIT} 字")
    title: Text = Field(default="", max_length=LONG, description="标题；不写则取前几个字")
    kind: Text = Field(
        default="",
        max_length=LONG,
        description="诉求类型代码，如 complaint；不写或认不出则由系统建议、人工确认",
    )
    topic: Text = Field(default="", max_length=LONG, description="事项类别；不写则由系统建议、人工确认")
    place: PlaceIn = PlaceIn()
    contact: ContactIn = ContactIn()
    said_at: datetime | None = Field(default=None, description="诉求人说这件事的时间")
    visit: UUID | None = Field(default=None, description="同一次来访的几件事写同一个值")
    external_number: Text = Field(default="", max_length=LONG, description="对方系统的工单号")

    @field_validator("place", "contact", mode="before")
    @classmethod
    def _missing(cls, given: object) -> object:
        return {} if given is None else given


class FlagOut(Schema):
    """A field that was taken as it was written and that a person will look at."""

    field: str
    detail: str = Field(description="哪里看不懂")


class ReceiptOut(Schema):
    """What the sender gets back; the same for the same Idempotency-Key."""

    number: str = Field(description="案件编号，12 位数字")
    spoken: str = Field(description="案件编号，分三组，便于电话里念")
    status_url: str = Field(description="查询进度的地址")
    follow_code: str | None = Field(default=None, description="没有留电话时，用来查询进度的四位数字")
    flags: list[FlagOut] = Field(default=[], description="照原样收下、请人核对的几项；不用重发")


class StepOut(Schema):
    """One step so far."""

    at: datetime
    words: str = Field(description="这一步做了什么，写给群众看的话")


class ProgressOut(Schema):
    """Where the matter stands."""

    number: str
    spoken: str
    title: str
    position: str = Field(description="所处环节代码")
    position_words: str = Field(description="所处环节，写给群众看的话")
    is_open: bool
    outcome: str = Field(description="结果代码，未办结时为空")
    unit: str = Field(description="现在由谁办理")
    opened_at: datetime
    due_at: datetime | None
    steps: list[StepOut]


class FaultOut(Schema):
    """One thing wrong with what was sent."""

    field: str
    code: str
    detail: str


class ProblemOut(Schema):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FaultOut] = []
