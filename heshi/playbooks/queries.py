"""Find playbooks: on the shelf as files, and in the database as the versions that cases live by."""

from __future__ import annotations

import uuid
from functools import lru_cache
from pathlib import Path

import orjson

from heshi.clocks.queries import library as clock_library
from heshi.common.crypto import sm3
from heshi.common.fresh import Fresh
from heshi.common.refusals import Conflict, Unknown
from heshi.people.terms import ROLES
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.rules import Known, Playbook, load, read
from heshi.playbooks.terms import BEYOND_STAFF

SHELF = Path(__file__).parent / "library"


class PlaybookUnknown(Unknown):
    """No playbook goes by this name."""

    code = "playbook_unknown"
    sentence = "没有名为“{code}”的预案，请用 heshi playbook list 查看有哪些。"


class PlaybookAltered(Conflict):
    """The stored text no longer has the fingerprint it was frozen with."""

    code = "playbook_altered"
    sentence = "预案“{code}”第{version}版的文本与冻结时的指纹不符，已停用，请从备份恢复。"


def known() -> Known:
    """Return the roles and clocks that a playbook may name."""
    return Known(roles={*ROLES, *BEYOND_STAFF}, clocks=set(clock_library()))


def shelf() -> dict[str, Path]:
    """Return the playbook files that ship with Heshi, by code."""
    return {path.stem: path for path in sorted(SHELF.glob("*.yaml"))}


def fragments() -> dict[str, str]:
    """Return the texts that playbooks may include, by code."""
    return {
        path.stem: path.read_text(encoding="utf-8") for path in sorted((SHELF / "fragments").glob("*.yaml"))
    }


def read_includes(text: str) -> list[str]:
    """Return the fragments a text names."""
    return list(read("main", text).values.get("include") or [])


def read_title(text: str) -> str:
    """Return the title a text gives itself."""
    return str(read("main", text).values.get("title", ""))


def fingerprint(texts: dict[str, str]) -> str:
    """Return the SM3 of a playbook's text together with the fragments it was given."""
    return sm3(orjson.dumps(texts, option=orjson.OPT_SORT_KEYS))


def from_texts(texts: dict[str, str], *, digest: str = "") -> Playbook:
    """Return the playbook of a stored text; the entry named ``main`` is the playbook, the others its fragments."""
    others = {name: text for name, text in texts.items() if name != "main"}
    return load(file="main", text=texts["main"], fragments=others, known=known(), digest=digest)


@lru_cache(maxsize=256)
def playbook(version_id: uuid.UUID) -> Playbook:
    """Return the frozen playbook that a case lives by; raises PlaybookAltered when a byte of it was changed."""
    stored = PlaybookVersion.objects.get(pk=version_id)
    if stored.digest != fingerprint(stored.texts):
        raise PlaybookAltered(code=stored.code, version=stored.version)
    return from_texts(stored.texts, digest=stored.digest)


def _published() -> dict[str, uuid.UUID]:
    return dict(PlaybookVersion.objects.filter(status="published").values_list("code", "id"))


def _moved() -> tuple[object, ...]:
    newest = PlaybookVersion.objects.order_by("-published_at").exclude(published_at=None)
    return tuple(newest.values_list("id", "published_at", "status")[:1])


_in_force = Fresh(load=_published, version=_moved)


def forget() -> None:
    """Ask again which versions are in force; whoever publishes calls this."""
    _in_force.forget()


def in_force(code: str) -> uuid.UUID:
    """Return the version that new cases under this playbook get; raises PlaybookUnknown."""
    version_id = _in_force().get(code)
    if version_id is None:
        _in_force.forget()
        version_id = _in_force().get(code)
    if version_id is None:
        raise PlaybookUnknown(code=code)
    return version_id


def published_codes() -> frozenset[str]:
    """Return the codes of every playbook in force."""
    return frozenset(_in_force())
