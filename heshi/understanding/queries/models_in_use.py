"""The model in use: loaded once in a process, exchanged when somebody publishes a newer one."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final
from uuid import UUID

from heshi.common.fingerprints import sm3
from heshi.understanding.models import ModelVersion
from heshi.understanding.rules.model import Model, ModelDamaged, unpack

LOOK_EVERY: Final = 1.0
"""Seconds between two looks at the table; a new model is in use everywhere about this long after it was published."""
log = logging.getLogger(__name__)


class Shelf:
    """Holds the model in use for all threads of a process. Readers never wait for a newer one to load."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._version: UUID | None = None
        self._model: Model | None = None

    def current(self) -> Model | None:
        """Return the published model, or None where nothing is published or what is stored is damaged."""
        if time.monotonic() - self._looked_at >= LOOK_EVERY and self._lock.acquire(
            blocking=self._version is None
        ):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._model

    def forget(self) -> None:
        """Look again at the next question, whatever the clock says."""
        self._looked_at = float("-inf")

    def _look(self) -> None:
        if time.monotonic() - self._looked_at < LOOK_EVERY:
            return
        version = _newest()
        if version != self._version:
            self._model = _load(version) if version else None
            self._version = version
        self._looked_at = time.monotonic()


def _newest() -> UUID | None:
    published = ModelVersion.objects.filter(published_at__isnull=False).order_by("-published_at", "-id")
    return published.values_list("id", flat=True).first()


def _load(version: UUID) -> Model | None:
    content, digest = ModelVersion.objects.values_list("content", "digest").get(pk=version)
    try:
        if sm3(bytes(content)) != digest:
            raise ModelDamaged
        return unpack(bytes(content))
    except ModelDamaged as damaged:
        log.error("%s (%s)", damaged, version)
        return None


shelf: Final = Shelf()
