"""Which client a key belongs to."""

from __future__ import annotations

from collections.abc import Hashable

from heshi.api.models import ApiKey
from heshi.api.terms import TOKEN_FRONT
from heshi.common.digests import sm3
from heshi.common.fresh import Fresh
from heshi.places.queries import county_code


def _load() -> dict[str, ApiKey]:
    return {key.digest: key for key in ApiKey.objects.filter(county=county_code(), active=True)}


def _version() -> Hashable:
    rows = ApiKey.objects.filter(county=county_code(), active=True).order_by()
    return frozenset(rows.values_list("pk", "per_minute"))


keys_now = Fresh(load=_load, version=_version)
"""The keys in force; a revoked one stops working within a second, in every process."""


def client_for(token: str) -> ApiKey | None:
    """Return the key in force, None for anything else; a key made this very second is found by looking again once."""
    digest = sm3(token.encode())
    found = keys_now().get(digest)
    # Only what looks like a key makes us look again: any other word would be a question to the database for each try.
    if found is None and token.startswith(TOKEN_FRONT):
        keys_now.forget()
        found = keys_now().get(digest)
    return found
