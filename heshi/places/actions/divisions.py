"""Divisions: importing, renaming, and naming who takes over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction

from heshi.common.refusals import Conflict, Invalid
from heshi.places.actions.version import CHUNK, Imported, mark_changed
from heshi.places.models import Division
from heshi.places.queries import PlaceUnknown
from heshi.places.rules.codes import closes_a_circle, level_of, path_of, why_row_is_wrong


class SuccessorGoesInCircle(Conflict):
    """The new division is itself succeeded by the old one."""

    code = "successor_goes_in_circle"
    sentence = "“{old}”不能由“{new}”接续：接续关系会绕成一圈，请核对两个代码。"


class AlreadySucceeded(Conflict):
    """The old division has another successor already."""

    code = "already_succeeded"
    sentence = "“{old}”已由“{successor}”接续，请从“{successor}”办理。"


class LevelsDiffer(Invalid):
    """A village cannot take over from a township."""

    code = "levels_differ"
    sentence = "“{old}”与“{new}”级别不同，接续区划应为同一级，请重新选择。"


@transaction.atomic
def import_divisions(*, rows: Iterable[Mapping[str, str]], on: date | None = None) -> Imported:
    """Take in rows of code, name, parent and level; bad rows are told apart and the rest is stored.

    Safe to run twice. A changed name is kept as a former name. ``on`` is the first valid day of what is new.
    """
    done = Imported()
    known = Division.objects.in_bulk()
    fresh, renamed, seen = [], [], set[str]()
    for line, row in _top_down(rows):
        code, name, parent, level = (
            str(row.get(key) or "").strip() for key in ("code", "name", "parent", "level")
        )
        wrong = why_row_is_wrong(code=code, name=name, parent=parent, level=level, known=known)
        if wrong or code in seen:
            done.refused.append((line, wrong or f"代码“{code}”在文件中出现两次，请删去一行。"))
            continue
        seen.add(code)
        if code not in known:
            known[code] = _new_division(code, name, known.get(parent), on)
            fresh.append(known[code])
        elif known[code].name != name:
            renamed.append(_renamed(known[code], name, on))
        else:
            done.same += 1
    _store(fresh, renamed)
    done.added, done.changed = len(fresh), len(renamed)
    return done


def _top_down(rows: Iterable[Mapping[str, str]]) -> list[tuple[int, Mapping[str, str]]]:
    """Return the rows with their line in the file (the heading is line 1), parents before children."""
    return sorted(
        enumerate(rows, start=2), key=lambda numbered: len(str(numbered[1].get("code") or "").strip())
    )


def _new_division(code: str, name: str, parent: Division | None, on: date | None) -> Division:
    path = path_of(code, parent_path=parent.path if parent else "")
    return Division(code=code, name=name, level=level_of(code) or 0, parent=parent, path=path, valid_from=on)


def _renamed(division: Division, name: str, on: date | None) -> Division:
    division.former_names.append({"name": division.name, "until": on.isoformat() if on else None})
    division.name = name
    return division


def _store(fresh: list[Division], renamed: list[Division]) -> None:
    Division.objects.bulk_create(fresh, batch_size=CHUNK)
    Division.objects.bulk_update(renamed, ["name", "former_names"], batch_size=CHUNK)
    if fresh or renamed:
        mark_changed()


@transaction.atomic
def rename(*, code: str, name: str, on: date) -> Division:
    """Give a division a new name from a day on; the old one is kept."""
    division = _locked(code)
    if division.name != name:
        _renamed(division, name, on).save(update_fields=["name", "former_names"])
        mark_changed()
    return division


@transaction.atomic
def succeed(*, old: str, new: str, on: date) -> Division:
    """End a division on a day and name the one that takes over; asked twice the same, it changes nothing."""
    ended, heir = _locked(old), _locked(new)
    if ended.successor_id == heir.code:
        return ended
    if ended.successor_id is not None:
        raise AlreadySucceeded(old=old, successor=ended.successor_id)
    if ended.level != heir.level:
        raise LevelsDiffer(old=old, new=new)
    chain = dict(Division.objects.exclude(successor=None).values_list("code", "successor_id"))
    if closes_a_circle(old=old, new=new, successors={code: heir or "" for code, heir in chain.items()}):
        raise SuccessorGoesInCircle(old=old, new=new)
    ended.valid_to, ended.successor = on, heir
    ended.save(update_fields=["valid_to", "successor"])
    mark_changed()
    return ended


def _locked(code: str) -> Division:
    division = Division.objects.select_for_update().filter(code=code).first()
    if division is None:
        raise PlaceUnknown(place=code)
    return division
