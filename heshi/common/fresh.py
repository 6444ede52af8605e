"""Something loaded once per process that never stays stale: reloaded when its version in the database moves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Fresh(Generic[T]):
    """Hold what ``load()`` returns until ``version()`` answers differently; it is asked at most once a second."""

    def __init__(self, *, load: Callable[[], T], version: Callable[[], Hashable], every: float = 1.0) -> None:
        self._load, self._version, self._every = load, version, every
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._seen: Hashable = None
        self._held: list[T] = []

    def __call__(self) -> T:
        """Return the thing as it is now, at most ``every`` seconds old."""
        # Read without the lock: every page comes by here, and a second too old does no harm.
        if self._held and time.monotonic() - self._asked_at < self._every:
            return self._held[0]
        with self._lock:
            return self._renewed()

    def forget(self) -> None:
        """Ask again at the next call."""
        self._asked_at = float("-inf")

    def _renewed(self) -> T:
        now = self._version()
        if not self._held or now != self._seen:
            # Loaded before the version is noted: if loading fails, the next one tries again.
            self._held = [self._load()]
            self._seen = now
        self._asked_at = time.monotonic()
        return self._held[0]
