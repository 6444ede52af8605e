"""What other systems send and get, typed. Content is checked by the same rules as every other door."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict

from heshi.intake.rules.words import BODY_LIMIT


class Strict(Schema):
    """Something sent to us: an unknown field is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid")


class PlaceIn(Strict):
    """Where: a division or grid code, a point, or words."""

    code: str = Field(default="", max_length=24, description="区划代码或网格代码")
    lon: float | None = Field(default=None, description="经度（WGS-84）")
    lat: float | None = Field(default=None, description="纬度（WGS-84）")
    text: str = Field(default="", max_length=200, description="地点的文字说明")


class ContactIn(Strict):
    """Who says so, and how to reach her. All of it optional."""

    name: str = Field(default="", max_length=60, description="姓名")
    phone: str = Field(default="", max_length=30, description="电话；不留电话的，回执里有四位查询码")
    email: str = Field(default="", max_length=120, description="电子邮箱；没有手机的，用它告知")
    address: str = Field(default="", max_length=200, description="住址")
    identity_no: str = Field(default="", max_length=30, description="身份证号码")


class RequestIn(Strict):
    """What happened."""

    body: str = Field(max_length=BODY_LIMIT * 2, description=f"事情经过，最多 {BODY_LIMIT} 字")
    title: str = Field(default="", max_length=200, description="标题；不写则取前几个字")
    kind: str = Field(
        default="", max_length=20, description="诉求类型代码，如 complaint；不写则由系统建议、人工确认"
    )
    topic: str = Field(default="", max_length=40, description="事项类别；不写则由系统建议、人工确认")
    place: PlaceIn = PlaceIn()
    contact: ContactIn = ContactIn()
    said_at: datetime | None = Field(default=None, description="诉求人说这件事的时间")
    visit: UUID | None = Field(default=None, description="同一次来访的几件事写同一个值")
    external_number: str = Field(default="", max_length=80, description="对方系统的工单号")


class ReceiptOut(Schema):
    """What the sender gets back; the same for the same Idempotency-Key."""

    number: str = Field(description="案件编号，12 位数字")
    spoken: str = Field(description="案件编号，分三组，便于电话里念")
    status_url: str = Field(description="查询进度的地址")
    follow_code: str | None = Field(default=None, description="没有留电话时，用来查询进度的四位数字")


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
