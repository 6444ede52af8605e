"""The fingerprint of bytes by SM3 (GM/T 0004-2012), which the event chain is made of. Pure: rules take fingerprints too."""

from __future__ import annotations

import hashlib


def sm3(content: bytes) -> str:
    """Return the SM3 fingerprint of the bytes, 64 hexadecimal digits."""
    return hashlib.new("sm3", content).hexdigest()
