"""Sealed fields: readable with any key of the ring, broken by any changed byte."""

from __future__ import annotations

import base64

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from heshi.cases.models import Case, Party
from heshi.common.crypto import SM4GCM, SealBroken, is_current, seal, unseal
from heshi.common.fingerprints import sm3

NEW = base64.b64encode(b"another-key-of-thirty-two-bytes!").decode()


def test_sm3_gives_the_standard_vector() -> None:
    assert sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@pytest.mark.parametrize("cipher", ["aes-256-gcm", "sm4-gcm"])
def test_a_sealed_text_opens_again_and_never_looks_the_same_twice(
    cipher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HESHI_CIPHER", cipher)

    first, second = seal("邻居甲"), seal("邻居甲")

    assert (unseal(first), unseal(second)) == ("邻居甲", "邻居甲")
    assert first != second
    assert "邻居甲".encode() not in first


def test_sm4_gcm_gives_the_published_vector() -> None:
    """RFC 8998, appendix A.1."""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce = bytes.fromhex("00001234567800000000ABCD")
    extra = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = bytes.fromhex(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDDEEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
    )

    sealed = SM4GCM(key).encrypt(nonce, plain, extra)

    assert sealed[-16:].hex().upper() == "83DE3541E4C2B58177E065A9BF7B62EC"


def test_one_changed_byte_is_noticed() -> None:
    sealed = bytearray(seal("13800001234"))
    sealed[-1] ^= 1

    with pytest.raises(SealBroken):
        unseal(bytes(sealed))


def test_rotation_moves_every_value_and_loses_none(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    old = settings.HESHI_KEYS
    monkeypatch.setattr(settings, "HESHI_KEYS", [NEW, *old])
    before = _stored()
    assert before
    assert not any(map(is_current, before))

    call_command("keys", "rotate")

    assert all(map(is_current, _stored()))
    monkeypatch.setattr(settings, "HESHI_KEYS", [NEW])
    assert Party.objects.get(case=case).phone == "13800001234"


def test_personal_fields_lie_sealed_in_the_database(case: Case) -> None:
    assert all(b"13800001234" not in value for value in _stored())


def _stored() -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(ARRAY[name, phone]) FROM cases_party")
        return [bytes(value) for (value,) in cursor.fetchall()]
