"""Grids: importing what was drawn, refusing what overlaps, ending what is past."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction

from heshi.common.refusals import Invalid
from heshi.places.actions.version import CHUNK, Imported, mark_changed
from heshi.places.models import Division, Grid
from heshi.places.rules.shapes import juts_out, overlaps, shaped, why_drawing_is_wrong

Grids = Mapping[str, Grid]
Check = Callable[[Grids, Grids], list[str]]


class GridsRefused(Invalid):
    """At least one grid of the file cannot be used; nothing was stored."""

    code = "grids_refused"
    sentence = "网格文件有 {count} 处要改，未导入任何网格：{first}"

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = reasons
        super().__init__(count=len(reasons), first=reasons[0])


class NotAGridFile(Invalid):
    """The file is not a GeoJSON FeatureCollection."""

    code = "not_a_grid_file"
    sentence = "文件不是 GeoJSON 要素集（FeatureCollection），请用地图软件重新导出。"


@transaction.atomic
def import_grids(*, collection: object, on: date | None = None) -> Imported:
    """Take in a GeoJSON FeatureCollection of grids (properties code, name, division, parent): all or none.

    Raises GridsRefused with every sentence in its ``reasons`` when a grid crosses itself, overlaps
    another, juts out of its parent, or names a division that does not exist. Safe to run twice.
    """
    drafts = _drafts(collection, on)
    known = Grid.objects.in_bulk()
    _refuse([reason for draft in drafts for reason in _reasons(draft)] or _clashes(drafts, known))
    fresh = [draft for draft in drafts if draft.code not in known]
    redrawn = [
        draft for draft in drafts if draft.code in known and _content(draft) != _content(known[draft.code])
    ]
    Grid.objects.bulk_create(sorted(fresh, key=lambda grid: grid.parent_id or ""), batch_size=CHUNK)
    Grid.objects.bulk_update(redrawn, ["name", "division", "parent", "polygon"], batch_size=CHUNK)
    if fresh or redrawn:
        mark_changed()
    return Imported(len(fresh), len(redrawn), len(drafts) - len(fresh) - len(redrawn))


@transaction.atomic
def retire_grids(*, codes: Iterable[str], on: date) -> int:
    """End grids and their micro-grids on a day; return how many were ended."""
    wanted = list(codes)
    grids = Grid.objects.filter(valid_to=None)
    ended = grids.filter(parent__in=wanted).update(valid_to=on) + grids.filter(code__in=wanted).update(
        valid_to=on
    )
    if ended:
        mark_changed()
    return ended


Drawn = tuple[Mapping[str, str], dict[str, object] | None]
"""What a feature of a GeoJSON file says in words (code, name, division, parent), and what it draws."""


def drawn_features(collection: object) -> list[Drawn]:
    """Return words and drawing of each feature of a GeoJSON file; raises NotAGridFile."""
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise NotAGridFile
    return [(_words(feature), _geometry(feature.get("geometry"))) for feature in features]


def _words(feature: Mapping[str, object]) -> dict[str, str]:
    said = feature.get("properties")
    words = said if isinstance(said, dict) else {}
    return {
        key: str(words.get(key) or "").replace("\0", "").strip()
        for key in ("code", "name", "division", "parent")
    }


def _drafts(collection: object, on: date | None) -> list[Grid]:
    return [
        Grid(
            code=word["code"],
            name=word["name"],
            division_id=word["division"],
            parent_id=word["parent"] or None,
            polygon=drawing,
            valid_from=on,
        )
        for word, drawing in drawn_features(collection)
    ]


def _geometry(said: object) -> dict[str, object] | None:
    """Return type and coordinates alone: whatever else a program wrote there is not ours to keep."""
    return {key: said.get(key) for key in ("type", "coordinates")} if isinstance(said, dict) else None


def _content(grid: Grid) -> tuple[object, ...]:
    return grid.name, grid.division_id, grid.parent_id, grid.polygon


def _reasons(draft: Grid) -> list[str]:
    called = draft.name or draft.code or "（无代码）"
    if not draft.code or not draft.name or len(draft.code) > 24 or len(draft.name) > 60:
        return [f"网格“{called}”缺少代码或名称，或超过长度（代码 24 位、名称 60 字），请补正。"]
    wrong = why_drawing_is_wrong(draft.polygon)
    return [f"网格“{called}”：{wrong}"] if wrong else []


def _refuse(reasons: list[str]) -> None:
    if reasons:
        raise GridsRefused(reasons)


def _clashes(drafts: list[Grid], known: Mapping[str, Grid]) -> list[str]:
    """Return what is wrong between the grids: a code twice, no such place, jutting out, overlap."""
    new = {draft.code: draft for draft in drafts}
    if len(new) < len(drafts):
        return ["文件中有代码相同的网格，请让每个网格的代码各不相同。"]
    every = {code: grid for code, grid in known.items() if grid.valid_to is None} | new
    checks: list[Check] = [_homeless, _orphans, _jutting, _overlapping]
    return next((found for check in checks if (found := check(new, every))), [])


def _homeless(new: Grids, every: Grids) -> list[str]:  # noqa: ARG001 -- all checks are asked alike
    wanted = {draft.division_id for draft in new.values()}
    standing = set(Division.objects.filter(code__in=wanted).values_list("code", flat=True))
    return [
        f"网格“{draft.name}”所在区划“{draft.division_id}”不存在，请先导入区划。"
        for draft in new.values()
        if draft.division_id not in standing
    ]


def _orphans(new: Grids, every: Grids) -> list[str]:
    return [
        f"微网格“{draft.name}”的上级网格“{draft.parent_id}”不存在，请先导入上级网格。"
        for draft in new.values()
        if draft.parent_id and (draft.parent_id not in every or every[draft.parent_id].parent_id)
    ]


def _jutting(new: Grids, every: Grids) -> list[str]:
    inner = [
        (grid, grid.parent_id)
        for grid in every.values()
        if grid.parent_id and (grid.code in new or grid.parent_id in new)
    ]
    outer = {parent: shaped(every[parent].polygon) for _grid, parent in inner}
    return [
        f"微网格“{grid.name}”超出了上级网格“{every[parent].name}”的边界，请重新绘制。"
        for grid, parent in inner
        if juts_out(shaped(grid.polygon), outer=outer[parent])
    ]


def _overlapping(new: Grids, every: Grids) -> list[str]:
    found = []
    for is_micro in (False, True):
        tier = [grid for grid in every.values() if (grid.parent_id is not None) == is_micro]
        found += [
            f"网格“{tier[a].name}”与“{tier[b].name}”重叠，请把两者的边界画成同一条线。"
            for a, b in overlaps([shaped(grid.polygon) for grid in tier])
            if tier[a].code in new or tier[b].code in new
        ]
    return found
