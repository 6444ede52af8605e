"""How much and how often: counted in memory, in each process for itself, so that counting costs nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable

from heshi.api.models import ApiKey
from heshi.common.refusals import Refusal

MINUTE = 60
MOST_SUBJECTS = 100_000
BODY_BYTES = 512 * 1024


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


class Counter:
    """Counts of the current window, by subject."""

    def __init__(self, seconds: int) -> None:
        self._seconds, self._lock = seconds, threading.Lock()
        self._counts: dict[Hashable, tuple[int, int]] = {}

    def add(self, subject: Hashable) -> int:
        """Count once more and return how often this window has seen the subject."""
        window = int(time.monotonic()) // self._seconds
        with self._lock:
            began, count = self._counts.get(subject, (window, 0))
            if len(self._counts) > MOST_SUBJECTS:
                self._counts.clear()
            count = count + 1 if began == window else 1
            self._counts[subject] = (window, count)
            return count

    def left(self) -> int:
        """Return the seconds until the next window."""
        return self._seconds - int(time.monotonic()) % self._seconds


requests = Counter(MINUTE)


def count_request(key: ApiKey) -> None:
    """Count a request; raises TooOften."""
    if key.per_minute and requests.add(key.pk) > key.per_minute:
        raise TooOften(per_minute=key.per_minute, retry_after=requests.left())
