"""Saying no: one family of exceptions that every door knows how to show.

A refusal carries a stable ``code``, one Chinese sentence that tells the person what to do now, and details.
Subclass it beside the function that raises it, and name it for what is wrong.
"""

from __future__ import annotations

from typing import ClassVar, Final

ILL_FORMED: Final = (LookupError, TypeError, ValueError, AttributeError)
"""What Python raises where stored values have another shape than the program that reads them expects."""


class Refusal(Exception):
    """Heshi says no, and says what to do instead."""

    code: ClassVar[str] = "refused"
    sentence: ClassVar[str] = "这一步现在不能办，请刷新页面后再试。"
    status: ClassVar[int] = 400

    def __init__(self, sentence: str | None = None, **details: object) -> None:
        self.text = (sentence or self.sentence).format(**details) if details else (sentence or self.sentence)
        self.details = details
        super().__init__(self.text)

    def __str__(self) -> str:
        return self.text


class Invalid(Refusal):
    """What was given cannot be used as it is."""

    code = "invalid"
    sentence = "填写的内容有误，请按提示改正后再提交。"
    status = 422


class NotAllowed(Refusal):
    """This person may not do this."""

    code = "not_allowed"
    sentence = "您没有办理这一步的权限，请联系本单位负责人。"
    status = 403


class Unknown(Refusal):
    """There is no such thing, or it is out of this person's sight."""

    code = "unknown"
    sentence = "没有找到，请核对编号后再试。"
    status = 404


class Conflict(Refusal):
    """Someone else was there first, or the thing has moved on."""

    code = "conflict"
    sentence = "刚刚有人更新过，请查看最新情况后再办。"
    status = 409


class Damaged(Conflict):
    """What Heshi once stored itself can no longer be read; whoever goes over many names this one and goes on with the others."""

    code = "damaged"
    sentence = "存下的内容读不出来，请系统管理员运行 heshi status 查看是哪一件，从备份核对。"
