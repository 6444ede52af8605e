"""Values by which a file is found, only whole: telephone, document, name, and the numbers that other systems gave it.

What is kept and what is asked for are brought into the same plain form, so that “+86 138 0000 1234” finds “138-0000-1234”.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from stdnum.cn import ric

from heshi.cases.rules.words import plain
from heshi.common.phones import DIALLED, MOBILE, digits_of

PHONE, IDENTITY, NAME, NUMBER = "phone", "identity_no", "name", "number"
PERSONAL: Final = {PHONE: "电话号码", IDENTITY: "证件号码", NAME: "姓名"}
"""Whoever finds a file by one of these has learnt whose it is: that is noted on the file."""

FOREIGN_FRONT: Final = re.compile(r"(?:\+|00)86(?=\d{9,})")
RUN: Final = re.compile(r"[+\d][\d\s\-()–—.·]*")
SPACES: Final = re.compile(r"\s+")
DASHES: Final = re.compile("[‐-―−－]")
OLD_IDENTITY: Final = re.compile(r"\d{15}")
DOCUMENT: Final = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{6,20}(?![0-9A-Z])")
STARRED: Final = re.compile(r"[^\s,，、;；/]*[*＊][^\s,，、;；/]*")
MOBILES: Final = re.compile(rf"(?:{MOBILE.pattern}){{2,}}")
DOTS: Final = re.compile(r"[\s·•・.]+")
MADE_UP: Final = re.compile(r"(?:^|:)(?:[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$")
"""Keys that a program made, to know again what it sent: no person ever types one."""
LONGEST_NAME: Final = 30
NOBODY: Final = frozenset(
    {"群众", "市民", "村民", "居民", "匿名", "无名", "不详", "未知", "没有", "来电人", "来访人", "当事人"}
)
"""What is written for a name that nobody gave."""
IDENTITY_LENGTH, MOBILE_LENGTH = 18, 11


class Whole(NamedTuple):
    """One value in its plain form, and of what sort it is."""

    sort: str
    value: str


def wholes_of_party(said: Mapping[str, str]) -> set[Whole]:
    """Return by which values of her own somebody's file is found; ``said`` are her personal fields, plain."""
    return {
        *(Whole(PHONE, phone) for phone in plain_phones(said.get("phone", ""))),
        *(Whole(IDENTITY, document) for document in plain_documents(said.get("identity_no", ""))),
        *_if_any(NAME, plain_name(said.get("name", ""))),
    }


def wholes_of_numbers(source_key: str, external_number: str) -> set[Whole]:
    """Return by which numbers of other systems a file is found.

    A key may have the name of its system in front (“热线:2026030101”): it is found with it and without.
    """
    given = [external_number, source_key, source_key.partition(":")[2]]
    numbers = (plain_number(number) for number in given if not MADE_UP.search(number))
    return {Whole(NUMBER, number) for number in numbers if number}


def wholes_asked(text: str) -> set[Whole]:
    """Return everything that a question may mean as a whole."""
    return {
        *(Whole(PHONE, phone) for phone in plain_phones(text)),
        *(Whole(IDENTITY, document) for document in plain_documents(text)),
        *_if_any(NAME, plain_name(text)),
        *_if_any(NUMBER, plain_number(text)),
    }


def plain_phones(text: str) -> set[str]:
    """Return every number in a telephone as it was written that can be dialled: of “0431-8888 1234转801（儿子）” the one in front."""
    if len(text) == MOBILE_LENGTH and text.isascii() and text.isdigit() and MOBILE.fullmatch(text):
        return {text}  # nearly all of them
    return {_national(number) for run in RUN.findall(_unmasked(text)) for number in _dialled(run)}


def plain_documents(text: str) -> set[str]:
    """Return the number of a document as it was written, of any kind; one of 15 digits as the 18 it is today."""
    signs = re.sub(r"[\s\-()]", "", DASHES.sub("-", _unmasked(text))).upper()
    return {_of_today(number) for number in DOCUMENT.findall(signs)}


def is_mistyped(document: str) -> bool:
    """Return whether something as long as an identity number is none: a slip of the finger, and no other kind of document."""
    (number, *_rest) = plain_documents(document) or {""}
    if len(number) != IDENTITY_LENGTH:
        return False
    try:
        ric.get_birth_date(number)
        return number[-1] != ric.calc_check_digit(number)
    except ValueError:  # letters where digits should be, or a day that no calendar has
        return True


def _unmasked(text: str) -> str:
    """Return the text in one width without the words that hold a star: what is masked is not whole."""
    return STARRED.sub(" ", unicodedata.normalize("NFKC", text))


def _dialled(run: str) -> Iterable[str]:
    """Return the numbers of a run of digits; two that only a space parts, or nothing at all, are two numbers."""
    whole = FOREIGN_FRONT.sub("+86", digits_of(run))
    if DIALLED.fullmatch(whole):
        return [whole]
    parts = [part for part in map(digits_of, run.split()) if DIALLED.fullmatch(part)]
    # Only where the run is nothing but mobile numbers: an identity number may hold eleven digits that look like one.
    return parts or (MOBILE.findall(whole) if MOBILES.fullmatch(whole) else [])


def _national(number: str) -> str:
    """Return a number as it is dialled within the country."""
    rest = number.removeprefix("+86").removeprefix("86") if MOBILE.fullmatch(number) else number
    return "0" + rest.removeprefix("+86").removeprefix("0") if rest.startswith("+86") else rest


def _of_today(number: str) -> str:
    if not OLD_IDENTITY.fullmatch(number):
        return number
    # The first cards left out the century and the check digit; the person is the same.
    longer = f"{number[:6]}19{number[6:]}"
    return longer + ric.calc_check_digit(longer + "0")


def plain_name(text: str) -> str:
    """Return a name without spaces and dots, in one spelling; empty where it is none."""
    name = DOTS.sub("", plain(text))
    return name if 1 < len(name) <= LONGEST_NAME and name not in NOBODY else ""


def plain_number(text: str) -> str:
    """Return a number of another system without spaces, in capitals."""
    return SPACES.sub("", DASHES.sub("-", unicodedata.normalize("NFKC", text))).upper()


def _if_any(sort: str, value: str) -> Iterable[Whole]:
    return [Whole(sort, value)] if value else []
