"""Find playbooks: on the shelf as files, and in the database as the versions that cases live by."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

import orjson
from django.conf import settings
from django.db import ProgrammingError
from django.db.models import Count, Max, QuerySet
from jsonschema import Draft202012Validator

from heshi.clocks.queries import calendar
from heshi.clocks.queries import library as clock_library
from heshi.clocks.rules import Calendar, frozen, thawed
from heshi.clocks.terms import IDLE
from heshi.common import yamlfiles
from heshi.common.digests import sm3
from heshi.common.fresh import Fresh
from heshi.common.refusals import ILL_FORMED, Damaged, Invalid, Unknown
from heshi.common.shaping import schema_of
from heshi.common.yamltext import Problem
from heshi.people.permissions import UNIT_ROLES
from heshi.people.terms import ROLES, UNIT_KINDS
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.rules import Known, Playbook, PlaybookRefused, load, parsed, read
from heshi.playbooks.rules import whole as whole_of
from heshi.playbooks.rules.limits import words_in
from heshi.playbooks.terms import BEYOND_STAFF

SHELF = Path(__file__).parent / "library"
SCHEMA = Path(__file__).parent / "schema.json"


class PlaybookUnknown(Unknown):
    """No playbook goes by this name."""

    code = "playbook_unknown"
    sentence = "没有名为“{code}”的预案，请用 heshi playbook list 查看有哪些。"


class PlaybookLost(Damaged):
    """A case names a version that is not there."""

    code = "playbook_lost"
    sentence = "案件所依的预案（{version}）不在库里，先停在这里，请系统管理员从备份恢复。"


class PlaybookBroken(Damaged):
    """A version has the fingerprint it was frozen with, and yet this program cannot read it."""

    code = "playbook_broken"
    sentence = "预案“{code}”第{version}版这个程序读不出来，已停用，请系统管理员核对程序版本或从备份恢复。"


class PlaybookAltered(Damaged):
    """The stored text no longer has the fingerprint it was frozen with."""

    code = "playbook_altered"
    sentence = "预案“{code}”第{version}版的文本与冻结时的指纹不符，已停用，请从备份恢复。"


class PlaybookVersionUnknown(Unknown):
    """This playbook was never published, or drafted, under this number."""

    code = "playbook_version_unknown"
    sentence = "预案“{code}”没有第{version}版，请用 heshi playbook list 查看施行到第几版。"


class PlaybookUnreadable(Invalid):
    """The file is missing, is no text, or is far too large for a playbook; ``why`` says which."""

    code = "playbook_unreadable"
    sentence = "读不出预案文件“{file}”：{why}。"


def known() -> Known:
    """Return the roles, clocks and kinds of unit that a playbook may name."""
    return Known({*ROLES, *BEYOND_STAFF}, clock_library(), set(UNIT_KINDS), calendar(), UNIT_ROLES)


@cache
def schema() -> Draft202012Validator:
    """Return the published shape of a playbook."""
    return schema_of(SCHEMA.read_bytes())


def shelf() -> dict[str, Path]:
    """Return the playbook files that ship with Heshi, by code."""
    return {path.stem: path for path in sorted(SHELF.glob("*.yaml"))}


def local() -> dict[str, Path]:
    """Return the playbook files of this county, by code."""
    return {path.stem: path for path in sorted(Path(settings.HESHI_PLAYBOOK_FOLDER).glob("*.yaml"))}


def files() -> dict[str, Path]:
    """Return every playbook file that has a name, by code; a file of this county goes before a shipped one."""
    return {**shelf(), **local()}


def text_of(path: Path) -> str:
    """Return the text of a file; raises PlaybookUnreadable, and never reads more than a playbook can be."""
    return yamlfiles.text_of(path, lambda why: PlaybookUnreadable(file=path, why=why), "预案")


def fragments() -> dict[str, str]:
    """Return the texts that playbooks may include, by code."""
    return _lying_in(SHELF / "fragments")


def _lying_in(folder: Path) -> dict[str, str]:
    return {path.stem: text_of(path) for path in sorted(folder.glob("*.yaml"))}


@cache
def shared_words() -> dict[str, str]:
    """Return what the shipped fragments call their steps, positions and tasks: a playbook may leave some of them out."""
    drafts = [read(name, text).values for name, text in fragments().items()]
    sections = (draft.get(section) for draft in drafts for section in ("steps", "positions", "tasks"))
    return {
        name: str(given["label"])
        for section in sections
        if isinstance(section, dict)
        for name, given in section.items()
        if isinstance(given, dict) and "label" in given
    }


def read_includes(text: str) -> list[str]:
    """Return the fragments a text names; what is no list of names is for the check to refuse."""
    names = read("main", text).values.get("include")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def opened(name: str) -> Playbook:
    """Return a playbook by its file, its name, as CODE@VERSION, or as it is in force; raises a Refusal."""
    path = Path(name) if Path(name).is_file() else files().get(name)
    if path is not None:
        return from_file(path)
    if name.endswith((".yaml", ".yml")) or "/" in name or Path(name).exists():
        text_of(Path(name))  # says what is there instead of a file
    code, at, version = name.partition("@")
    return at_version(code, version) if at else playbook(in_force(name))


def from_file(path: Path) -> Playbook:
    """Return the playbook of a file, with the shipped fragments and those that lie beside it."""
    given = fragments() | _lying_in(path.parent / "fragments")
    return load(file=str(path), text=text_of(path), fragments=given, known=known(), schema=schema())


def filed(path: Path) -> Playbook:
    """Return the playbook of a file that goes by its name; raises PlaybookRefused where the code in it is another.

    By its name a file is found, by its code it is put in force: with two of them, one playbook would take the place of another.
    """
    book = from_file(path)
    if path.stem != book.code:
        text = text_of(path)
        line = next((n for n, each in enumerate(text.splitlines(), 1) if each.startswith("playbook:")), 1)
        sentence = f"文件名是“{path.stem}”，里面写的代码是“{book.code}”：两个要一样，不然会顶掉另一份预案；请改文件名，或改 playbook。"
        raise PlaybookRefused([Problem(str(path), line, sentence)])
    return book


def versions(**wanted: str) -> list[PlaybookVersion]:
    """Return the versions that fit; none where the database has not been set up, so that files can be worked on before."""
    try:
        return list(PlaybookVersion.objects.filter(**wanted))
    except ProgrammingError:
        return []


def at_version(code: str, version: str) -> Playbook:
    """Return one version of a playbook, a draft too; raises PlaybookVersionUnknown."""
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
    stored = PlaybookVersion.objects.filter(code=code, version=number).first()
    if stored is None:
        raise PlaybookVersionUnknown(code=code, version=version)
    return from_texts(stored.texts) if stored.status == "draft" else playbook(stored.pk)


def whole(text: str) -> dict[str, str]:
    """Return the text with the fragments it names, and no others: another fragment's change makes no new version of it."""
    names = set(read_includes(text))
    return {"main": text, **{name: body for name, body in fragments().items() if name in names}}


def fingerprint(texts: dict[str, str]) -> str:
    """Return the SM3 of a playbook's text together with the fragments it was given."""
    return sm3(orjson.dumps(texts, option=orjson.OPT_SORT_KEYS))


def from_texts(texts: dict[str, str]) -> Playbook:
    """Return the playbook of a stored text; the entry named ``main`` is the playbook, the others its fragments."""
    main, others = _parts(texts)
    return load(file="main", text=main, fragments=others, known=known(), schema=schema())


def _parts(texts: dict[str, str]) -> tuple[str, dict[str, str]]:
    return texts["main"], {name: text for name, text in texts.items() if name != "main"}


def frozen_from(texts: dict[str, str]) -> str:
    """Return what is frozen with a version: the text with its fragments taken in, and each clock of law it names as it is today.

    Written as JSON text, since the order of steps and positions means something and a JSON column does not keep it.
    """
    main, others = _parts(texts)
    said = whole_of(file="main", text=main, fragments=others)
    named = sorted({IDLE, *words_in(said)} & set(clock_library()))
    return orjson.dumps(
        {"says": said, "clocks": {code: frozen(clock_library()[code]) for code in named}}
    ).decode()


def has_todays_clocks(stored: PlaybookVersion) -> bool:
    """Return whether the clocks frozen with a version still say what the library says."""
    library = clock_library()
    kept = orjson.loads(stored.frozen)["clocks"] if stored.frozen else {}
    today = {code: frozen(library[code]) for code in kept if code in library}
    return bool(stored.frozen) and kept == orjson.loads(orjson.dumps(today))


def playbook(version_id: uuid.UUID) -> Playbook:
    """Return the frozen playbook that a case lives by; raises Damaged when it is not there, altered, or not to be read."""
    held = (version_id, calendar())
    if held not in _held:
        stored = PlaybookVersion.objects.filter(pk=version_id).first()
        if stored is None:
            raise PlaybookLost(version=version_id)
        _held[held] = _thawed(stored)
    return _held[held]


def sound(version_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Playbook]:
    """Return several at once, whatever is not at hand yet in one look, but none that is damaged: no list breaks for one of them."""
    wanted, days = list(version_ids), calendar()
    missing = [key for key in wanted if (key, days) not in _held]
    for stored in PlaybookVersion.objects.filter(pk__in=missing) if missing else ():
        with suppress(Damaged):
            _held[stored.pk, days] = _thawed(stored)
    return {key: _held[key, days] for key in wanted if (key, days) in _held}


def lived_by() -> dict[uuid.UUID, Playbook]:
    """Return every version that cases may live by, but those that are damaged."""
    return sound(_published_once().values_list("pk", flat=True))


def damaged() -> dict[uuid.UUID, Damaged]:
    """Return what is wrong with each version that cases may live by and nobody can read; none when all is well."""
    unread = _published_once().exclude(pk__in=lived_by())
    return {stored.pk: wrong for stored in unread.order_by("code", "version") if (wrong := _damage(stored))}


def _damage(stored: PlaybookVersion) -> Damaged | None:
    try:
        _thawed(stored)
    except Damaged as refusal:
        return refusal
    return None


def _published_once() -> QuerySet[PlaybookVersion]:
    return PlaybookVersion.objects.exclude(status="draft")


def _thawed(stored: PlaybookVersion) -> Playbook:
    if stored.digest != fingerprint(stored.texts) or stored.frozen_digest != sm3(stored.frozen.encode()):
        raise PlaybookAltered(code=stored.code, version=stored.version)
    try:
        kept = orjson.loads(stored.frozen)
        laws = {code: thawed(law, calendar()) for code, law in kept["clocks"].items()}
        # What was frozen before the house had a clock of its own gets today's: its cases must not stand without one.
        laws = {code: law for code, law in clock_library().items() if code == IDLE} | laws
        return parsed(kept["says"], library=laws, calendar=calendar(), digest=stored.digest)
    except ILL_FORMED as error:
        raise PlaybookBroken(code=stored.code, version=stored.version) from error


_held: dict[tuple[uuid.UUID, Calendar], Playbook] = {}
"""A version never changes, and a county has some hundred of them: each is read once a process, and again for other days of rest."""


def _published() -> dict[str, uuid.UUID]:
    return dict(PlaybookVersion.objects.filter(status="published").values_list("code", "id"))


def _moved() -> tuple[object, ...]:
    """Return what changes with every publication, also with two at the same instant."""
    published = PlaybookVersion.objects.exclude(published_at=None)
    newest = published.order_by("-published_at", "-id").values_list("id", "published_at", "status")[:1]
    return (*newest, *published.aggregate(Count("id"), Max("frozen_at")).values())


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
