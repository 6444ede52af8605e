"""Saying no to another system: application/problem+json (RFC 9457), in Chinese, with a stable code."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import NotRequired, TypedDict, TypeVar, cast

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from heshi.common.refusals import Refusal

logger = logging.getLogger(__name__)

Raised = TypeVar("Raised", bound=Exception)

CONTENT_TYPE = "application/problem+json"
TYPE = "https://heshi.example/problems/"
WORDS = {
    "missing": "必须填写这一项。",
    "extra_forbidden": "没有这一项，请核对字段名。",
    "string_type": "应为文字。",
    "string_too_long": "太长，最多 {max_length} 个字。",
    "float_type": "应为数字。",
    "float_parsing": "应为数字。",
    "finite_number": "应为有限的数字。",
    "uuid_parsing": "应为 UUID。",
    "uuid_type": "应为 UUID。",
    "model_attributes_type": "应为 JSON 对象。",
    "model_type": "应为 JSON 对象。",
    "dict_type": "应为 JSON 对象。",
}
OTHERWISE = "格式不对。"
DATES = ("datetime", "date", "time")
DATE_WORDS = "应为 ISO 8601 时间，如 2026-03-02T14:30:00+08:00。"
KNOWN = {
    400: ("body_unreadable", "请求的正文不是规范的 JSON，请检查格式和编码（UTF-8）。"),
    401: ("key_wrong", "密钥不对或已停用，请在 Authorization 里写 Bearer 加空格再加密钥。"),
    404: ("not_found", "没有这个地址，请核对接口文档 /api/v1/openapi.json。"),
    405: ("method_not_allowed", "这个地址不支持这种请求方法，请核对接口文档 /api/v1/openapi.json。"),
    500: ("server_error", "系统出错，请用同一个 Idempotency-Key 稍后重试；一直不成请联系系统管理员。"),
}


class WrongEntry(TypedDict):
    """What pydantic says of an entry that it cannot take."""

    type: str
    loc: tuple[str | int, ...]
    ctx: NotRequired[dict[str, object]]


def problem(status: int, code: str, detail: str, errors: Sequence[dict[str, str]] = ()) -> HttpResponse:
    """Return a problem."""
    content: dict[str, object] = {
        "type": TYPE + code, "title": HTTPStatus(status).phrase, "status": status, "detail": detail, "code": code,
        "errors": list(errors),
    }  # fmt: skip
    return HttpResponse(orjson.dumps(content), status=status, content_type=CONTENT_TYPE)


def known_problem(status: int) -> HttpResponse:
    """Return the problem that this status always means here."""
    code, detail = KNOWN.get(status, KNOWN[500])
    return problem(status, code, detail)


def of_refusal(refusal: Refusal) -> HttpResponse:
    """Return a refusal as a problem."""
    answer = problem(refusal.status, refusal.code, str(refusal))
    if "retry_after" in refusal.details:
        answer["Retry-After"] = str(refusal.details["retry_after"])
    return answer


def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [_fault(cast("WrongEntry", one)) for one in error.errors]
    detail = (
        "内容有误："
        + "；".join(f"{fault['field']} {fault['detail'].rstrip('。')}" for fault in faults[:5])
        + "。"
    )
    return problem(422, "invalid", detail, faults)


def _fault(error: WrongEntry) -> dict[str, str]:
    field = ".".join(
        str(part)
        for part in error["loc"]
        if part not in {"body", "said", "query", "path"} or len(error["loc"]) == 1
    )
    words = DATE_WORDS if error["type"].startswith(DATES) else WORDS.get(error["type"], OTHERWISE)
    return {"field": field or "body", "code": error["type"], "detail": words.format(**error.get("ctx", {}))}


def _unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return known_problem(error.status_code)


def _unauthorised(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    answer = known_problem(401)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _bug(request: HttpRequest, error: Exception) -> HttpResponse:
    # Path and method, never the body: it holds what a resident said.
    logger.error("api: %s %s", request.method, request.path, exc_info=error)
    return known_problem(500)


def teach(api: NinjaAPI) -> None:
    """Teach the API to say every kind of no."""
    _answer(api, Refusal, lambda _request, refusal: of_refusal(refusal))
    _answer(api, ValidationError, _invalid)
    _answer(api, AuthenticationError, _unauthorised)
    _answer(api, Throttled, lambda request, _error: of_refusal(request.refusal))  # type: ignore[attr-defined]
    _answer(api, HttpError, _unreadable)
    _answer(api, Http404, lambda _request, _error: known_problem(404))
    _answer(api, Exception, _bug)


def _answer(api: NinjaAPI, kind: type[Raised], say: Callable[[HttpRequest, Raised], HttpResponse]) -> None:
    # Ninja's types allow for a class that is raised uncalled; Python has made an exception of it by then.
    api.add_exception_handler(kind, cast("Callable[[HttpRequest, Raised | type[Raised]], HttpResponse]", say))
