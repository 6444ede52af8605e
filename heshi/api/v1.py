"""Version 1 of the API: send a request, ask how it stands."""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.params import functions as param
from ninja.parser import Parser
from ninja.security import HttpBearer

from heshi.api import limits, problems, progress, queries, reporting
from heshi.api.models import ApiKey
from heshi.api.schemas import ProblemOut, ProgressOut, ReceiptOut, RequestIn
from heshi.api.terms import READ, SCOPES, WRITE
from heshi.common.guessing import address_of
from heshi.common.refusals import NotAllowed

JSON = "application/json; charset=utf-8"


class ScopeMissing(NotAllowed):
    """The key may do other things."""

    code = "scope_missing"
    sentence = "这个密钥没有“{scope}”的权限，请联系系统管理员。"


class QuickParser(Parser):
    """Reads JSON fast, and not more of it than a report can be."""

    def parse_body(self, request: HttpRequest) -> dict[str, object]:
        """Return the body as plain values."""
        body: dict[str, object] = orjson.loads(request.body)
        return body


class KeyAuth(HttpBearer):
    """`Authorization: Bearer hsk_…`"""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        """Return the key, None when it is not in force; raises BodyTooLarge."""
        # Before the body is read: a refusal after half a gigabyte protects nobody.
        if int(request.META.get("CONTENT_LENGTH") or 0) > limits.BODY_BYTES:
            raise limits.BodyTooLarge(kilobytes=limits.BODY_BYTES // 1024)
        return queries.client_for(token)


def digits_given(request: HttpRequest) -> str | None:
    """Let in whoever gives four digits; they are checked with the number."""
    return request.GET.get("last_four") or None


api = NinjaAPI(
    title="和事 接口",
    version="1",
    description="向和事提交群众诉求、查询进度。出错时一律返回 application/problem+json。",
    parser=QuickParser(),
    throttle=limits.KeyThrottle(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
problems.teach(api)
NO = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), ProblemOut)


@api.post(
    "/requests",
    auth=KeyAuth(),
    response={201: ReceiptOut, 200: ReceiptOut, **NO},
    summary="提交一件诉求",
    description="收到 201 时已经可靠保存。没有收到回答时，用同一个 Idempotency-Key 重发：已经收下的返回 200 和同一个编号。",
    operation_id="send_request",
)
def send_request(
    request: HttpRequest,
    said: RequestIn,
    idempotency_key: str | None = param.Header(None, alias="Idempotency-Key", max_length=200),
) -> HttpResponse:
    """Take a request in."""
    key = _key(request, WRITE)
    at = timezone.now()
    report = reporting.report_of(said, client=key.client, key=idempotency_key, at=at)
    receipt = reporting.accept(report, key=key, at=at)
    content = reporting.receipt_as(receipt)
    # 201 once and 200 for the same thing again: a client that lost the answer learns that nothing was doubled.
    answer = HttpResponse(orjson.dumps(content), status=201 if receipt.new else 200, content_type=JSON)
    answer["Location"] = str(content["status_url"])
    return answer


@api.get(
    "/requests/{number}",
    auth=[KeyAuth(), digits_given],
    response={200: ProgressOut, **NO},
    summary="查询进度",
    description="用提交时的密钥，或者在 last_four 里写电话后四位（没有留电话的写四位查询码）。",
    operation_id="request_progress",
)
def request_progress(
    request: HttpRequest, number: str, last_four: str | None = param.Query(None, max_length=8)
) -> HttpResponse:
    """Say how a request stands."""
    known = isinstance(request.auth, ApiKey)  # type: ignore[attr-defined]
    case = (
        progress.sent_by(_key(request, READ), number)
        if known
        else progress.followed(number, last_four or "", address=address_of(request))
    )
    return HttpResponse(orjson.dumps(progress.progress_as(case)), content_type=JSON)


def _key(request: HttpRequest, scope: str) -> ApiKey:
    key: ApiKey = request.auth  # type: ignore[attr-defined]
    if scope not in key.scopes:
        raise ScopeMissing(scope=SCOPES[scope])
    return key
