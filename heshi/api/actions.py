"""Give keys, take them back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from heshi.api.models import ApiKey
from heshi.api.queries import keys_now
from heshi.api.terms import SCOPES, TOKEN_FRONT
from heshi.common.digests import sm3
from heshi.common.refusals import Invalid, Unknown
from heshi.people.models import Unit
from heshi.places.queries import county_code

CLIENT = re.compile(r"[a-z][a-z0-9_-]{1,19}")


class ClientMisnamed(Invalid):
    """The name becomes part of every number the client sends."""

    code = "client_misnamed"
    sentence = "客户端代码应为 2 到 20 个小写字母、数字、短横线，以字母开头，如 hotline。"


class ScopeUnknown(Invalid):
    """There is no such permission."""

    code = "scope_unknown"
    sentence = "没有“{scope}”这个权限，可写：{known}。"


class KeyUnknown(Unknown):
    """No key in force fits."""

    code = "key_unknown"
    sentence = "没有客户端“{client}”在用的密钥，请用 heshi apikey list 查看。"


def create_key(
    *, client: str, label: str, scopes: Sequence[str], per_minute: int, at: datetime, unit: Unit | None = None
) -> tuple[ApiKey, str]:
    """Return a new key and its text, which is shown this once and kept nowhere. Raises ClientMisnamed or ScopeUnknown."""
    if not CLIENT.fullmatch(client):
        raise ClientMisnamed
    for scope in scopes:
        if scope not in SCOPES:
            raise ScopeUnknown(scope=scope, known="、".join(SCOPES))
    # The front lets scanners of code and logs recognise a key that somebody left lying about.
    token = TOKEN_FRONT + secrets.token_urlsafe(32)
    # The fingerprint alone is kept: whoever copies the table has no key in hand.
    key = ApiKey.objects.create(
        county=county_code(), client=client, label=label or client, digest=sm3(token.encode()), hint=token[-4:], unit=unit,
        scopes=list(scopes), per_minute=per_minute, created_at=at,
    )  # fmt: skip
    # After the commit: another thread would otherwise load the old keys once more and hold them.
    transaction.on_commit(keys_now.forget)
    return key, token


def revoke_keys(*, client: str, hint: str = "", at: datetime) -> int:
    """Take back the keys of a client, or the one that ends so; return how many. Raises KeyUnknown."""
    keys = ApiKey.objects.filter(county=county_code(), client=client, active=True)
    count = (keys.filter(hint=hint) if hint else keys).update(active=False, revoked_at=at)
    if not count:
        raise KeyUnknown(client=client)
    transaction.on_commit(keys_now.forget)
    return count
