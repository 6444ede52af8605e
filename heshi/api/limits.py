"""How much and how often: the size of one request, and requests a minute for each key."""

from __future__ import annotations

from math import ceil
from typing import Final

from django.http import HttpRequest
from ninja.throttling import AuthRateThrottle, BaseThrottle

from heshi.api.models import ApiKey
from heshi.common.refusals import Refusal

BODY_BYTES: Final = 512 * 1024


class TooOften(Refusal):
    """The client has used up its minute."""

    code = "too_often"
    sentence = (
        "请求太频繁，这个密钥每分钟最多 {per_minute} 次，请 {retry_after} 秒后用同一个 Idempotency-Key 重试。"
    )
    status = 429


class BodyTooLarge(Refusal):
    """More than a report can be."""

    code = "too_large"
    sentence = "请求的正文太大，最多 {kilobytes} KB；照片和录音请在窗口或手机网页提交。"
    status = 413


class KeyThrottle(BaseThrottle):
    """Lets each key through at its own rate; whoever gives digits instead of a key is held back by the guard against guessing."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the request; say whether there is room for it, and note on the request when there will be."""
        key = request.auth  # type: ignore[attr-defined]
        # Who gives digits has no key to count by; the guard against guessing counts her.
        if not isinstance(key, ApiKey) or not key.per_minute:
            return True
        minute = _Minute(key)
        if minute.allow_request(request):
            return True
        request.refusal = TooOften(per_minute=key.per_minute, retry_after=ceil(minute.wait() or 1))  # type: ignore[attr-defined]
        return False


class _Minute(AuthRateThrottle):
    """The framework's throttle for one request: it keeps what it counts in itself, so threads must not share one."""

    def __init__(self, key: ApiKey) -> None:
        super().__init__(f"{key.per_minute}/m")
        self._ident = key.pk.hex

    def get_cache_key(self, _request: HttpRequest) -> str:
        """Return where the requests of this key are counted."""
        return self.cache_format % {"scope": self.scope, "ident": self._ident}
