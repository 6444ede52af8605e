"""Primary keys made by the application, in time order (RFC 9562, UUID version 7)."""

from __future__ import annotations

import uuid

import uuid_utils


def new_key() -> uuid.UUID:
    """Return a fresh UUIDv7: made before the insert, so one round trip writes a whole file."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)
