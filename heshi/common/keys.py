"""Primary keys made by the application, in time order (RFC 9562, UUID version 7), and keys that come back as text."""

from __future__ import annotations

import uuid

import uuid_utils


def new_key() -> uuid.UUID:
    """Return a fresh UUIDv7: made before the insert, so one round trip writes a whole file."""
    # The library has a class of its own; what is stored and compared everywhere is Python's.
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


def key_from(text: str) -> uuid.UUID | None:
    """Return the key that a text is; None for anything else, which is nobody's key."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
