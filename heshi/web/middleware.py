"""Before and after every page: too much is turned away unread, a refusal becomes a page that says what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from heshi.common.refusals import Refusal

TOO_LARGE = "一次传的内容太大（最多 {megabytes} MB）。请分几次传，或者把文件拿到窗口，我们帮您存。"
MEGABYTE = 1024 * 1024
API = "/api/"
LED_ON = frozenset({302, 303})
MARK, LONGEST_MARK, A_DAY = "form_mark", 40, 24 * 60 * 60


class BodyLimit:
    """Answer 413 to a body that is too long, from its announced length, before one byte of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, or turn away."""
        if announced(request) <= settings.HESHI_BODY_MEGABYTES * MEGABYTE:
            return self.get_response(request)
        return too_large(request)


def announced(request: HttpRequest) -> int:
    """Return the length the visitor announced; nonsense counts as too much."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    # isdigit alone accepts “²” and digits of other scripts, at which int() may fail.
    return int(length) if length.isascii() and length.isdigit() else MEGABYTE**2


def too_large(request: HttpRequest) -> HttpResponse:
    """Say in one sentence that this is too much; the page, unlike others, may not read the request any further."""
    sentence = TOO_LARGE.format(megabytes=settings.HESHI_BODY_MEGABYTES)
    if request.path.startswith(API):
        problem = {
            "type": "about:blank",
            "title": "Payload too large",
            "status": 413,
            "code": "too_large",
            "detail": sentence,
        }
        answer: HttpResponse = JsonResponse(problem, status=413, content_type="application/problem+json")
    else:
        answer = render(request, "refused.html", {"sentence": sentence, "bare": True}, status=413)
    # The rest of the body would otherwise be read as the next request.
    answer["Connection"] = "close"
    return answer


class NameTheForm:
    """Tell the browser which form has been taken, so that it throws away the copy it kept for the case that the network breaks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; a form that was taken is answered by leading on."""
        answer = self.get_response(request)
        if request.method == "POST" and answer.status_code in LED_ON and not hasattr(request, "not_taken"):
            mark = request.POST.get(MARK, "")
            if mark.isalnum() and len(mark) <= LONGEST_MARK:
                answer.set_cookie(MARK, mark, max_age=A_DAY, samesite="Lax", secure=request.is_secure())
        return answer


class SayNo:
    """Turn a refusal that a view did not answer itself into a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page for a refusal outside the API; anything else is a bug and should look like one."""
        if not isinstance(exception, Refusal) or request.path.startswith(API):
            return None
        return render(request, "refused.html", {"sentence": str(exception)}, status=exception.status)
