"""Fingerprints (SM3) and sealed personal fields (SM4-GCM or AES-256-GCM).

A sealed value is ``version byte | key fingerprint (4) | nonce (12) | ciphertext and tag``. The fingerprint names the key, so old
values stay readable while keys rotate; the first key in ``settings.HESHI_KEYS`` seals whatever is new.
Sources: GB/T 32905-2016 (SM3), GB/T 32907-2016 (SM4), NIST SP 800-38D (GCM).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from heshi.common.refusals import Conflict

NONCE, TAG, MARK = 12, 16, 4


class SealBroken(Conflict):
    """A sealed value fits none of the keys, or was altered."""

    code = "seal_broken"
    sentence = "这条个人信息无法解密：密钥缺失或数据被改动，请联系系统管理员核对密钥设置。"


class Sealer(Protocol):
    """What a cipher must do: seal and open with a nonce."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return ciphertext and tag."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return the plain bytes; InvalidTag when altered."""


class SM4GCM:
    """SM4 in GCM mode; 16-byte key taken from the front of the 32-byte secret."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret[:16]

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return ciphertext and tag."""
        sealing = Cipher(algorithms.SM4(self.secret), modes.GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(associated_data or b"")
        return sealing.update(data) + sealing.finalize() + sealing.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return the plain bytes; InvalidTag when altered."""
        opening = Cipher(algorithms.SM4(self.secret), modes.GCM(nonce, data[-TAG:])).decryptor()
        opening.authenticate_additional_data(associated_data or b"")
        return opening.update(data[:-TAG]) + opening.finalize()


CIPHERS: dict[str, tuple[int, Callable[[bytes], Sealer]]] = {
    "aes-256-gcm": (1, AESGCM),
    "sm4-gcm": (2, SM4GCM),
}
BY_VERSION = dict(CIPHERS.values())


def mark_of(secret: bytes) -> bytes:
    """Return the four bytes by which a sealed value names its key."""
    return hashlib.sha256(b"heshi key" + secret).digest()[:MARK]


@lru_cache(maxsize=8)
def ring(keys: tuple[str, ...]) -> dict[bytes, bytes]:
    """Return every usable key by its mark, the current one first."""
    secrets = [base64.b64decode(key) for key in keys]
    return {mark_of(secret): secret for secret in secrets}


@lru_cache(maxsize=32)
def sealer(version: int, secret: bytes) -> Sealer:
    """Return the cipher for a version and a key."""
    return BY_VERSION[version](secret)


def current() -> tuple[int, bytes, bytes]:
    """Return cipher version, mark and secret that seal today."""
    mark, secret = next(iter(ring(tuple(settings.HESHI_KEYS)).items()))
    return CIPHERS[settings.HESHI_CIPHER][0], mark, secret


def seal(text: str) -> bytes:
    """Return the text sealed under the current key; the empty string stays empty."""
    # Most fields are empty; sealing nothing would only say that somebody left nothing.
    if not text:
        return b""
    version, mark, secret = current()
    # Fresh for every value: under GCM a nonce used twice with one key opens both (NIST SP 800-38D, 8.2).
    nonce = os.urandom(NONCE)
    # The head is authenticated too: nobody can pass a value off as sealed by another key or cipher.
    head = bytes([version]) + mark
    return head + nonce + sealer(version, secret).encrypt(nonce, text.encode(), head)


def unseal(sealed: bytes) -> str:
    """Return the text again; raises SealBroken when no key fits or a byte was changed."""
    if not sealed:
        return ""
    head, nonce, body = sealed[: 1 + MARK], sealed[1 + MARK : 1 + MARK + NONCE], sealed[1 + MARK + NONCE :]
    secret = ring(tuple(settings.HESHI_KEYS)).get(head[1:])
    if secret is None or head[0] not in BY_VERSION:
        raise SealBroken
    try:
        return sealer(head[0], secret).decrypt(nonce, body, head).decode()
    except InvalidTag as error:
        raise SealBroken from error


def is_current(sealed: bytes) -> bool:
    """Return whether a sealed value already uses today's cipher and key."""
    version, mark, _secret = current()
    return not sealed or sealed[: 1 + MARK] == bytes([version]) + mark


def lookup(text: str) -> str:
    """Return a keyed fingerprint by which a sealed value can be compared without opening it.

    Its key is one of its own (``settings.HESHI_LOOKUP_KEY``) and never rotates; 16 hexadecimal digits.
    """
    secret = base64.b64decode(settings.HESHI_LOOKUP_KEY)
    # Keyed: four digits can be tried out in a second by whoever copies the table without the key.
    return hmac.new(secret, text.encode(), "sha256").hexdigest()[:16]


class EncryptedField(models.Field[str, str]):
    """Text that is sealed in the database and plain in Python.

    Not a BinaryField, whose placeholder bars bulk inserts by UNNEST and whose checks want bytes as a default.
    """

    def get_internal_type(self) -> str:
        """Bytes, as far as the database is concerned."""
        return "BinaryField"

    def get_prep_value(self, value: object) -> object:
        """Seal on the way in; what is sealed already stays as it is."""
        return seal(value) if isinstance(value, str) else value

    def from_db_value(self, value: bytes | memoryview | None, *_context: object) -> str:
        """Open on the way out."""
        return unseal(bytes(value)) if value else ""

    def to_python(self, value: str | bytes | memoryview | None) -> str:
        """Return text for forms and fixtures."""
        return value if isinstance(value, str) else unseal(bytes(value or b""))
