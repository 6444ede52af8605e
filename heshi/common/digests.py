"""Fingerprints of bytes. Pure, so that what chains events together needs neither keys nor a database."""

from __future__ import annotations

import hashlib


def sm3(content: bytes) -> str:
    """Return the SM3 fingerprint of the bytes, 64 hexadecimal digits (GB/T 32905-2016)."""
    return hashlib.new("sm3", content).hexdigest()
