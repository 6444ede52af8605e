"""Main roads: a file of lines that people know their way by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from heshi.common.refusals import Invalid
from heshi.places.actions.grids import Drawn, drawn_features
from heshi.places.actions.version import CHUNK, Imported, mark_changed
from heshi.places.models import Road
from heshi.places.rules.shapes import why_line_is_wrong


class RoadsRefused(Invalid):
    """At least one road of the file cannot be used; nothing was stored."""

    code = "roads_refused"
    sentence = "道路文件有 {count} 处要改，未导入任何道路：{first}"

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = reasons
        super().__init__(count=len(reasons), first=reasons[0])


@transaction.atomic
def import_roads(*, collection: object) -> Imported:
    """Take in a GeoJSON FeatureCollection of lines (properties code, name): all of them, or none.

    The file is the whole layer: a road that it does not name is taken off the map. Raises NotAGridFile where it is no
    FeatureCollection, and RoadsRefused with every sentence in its ``reasons``. Safe to run twice.
    """
    drafts = [
        Road(code=code, name=name, line=line) for code, name, line in _lines(drawn_features(collection))
    ]
    if reasons := list(_reasons(drafts)):
        raise RoadsRefused(reasons)
    known = Road.objects.in_bulk()
    fresh = [draft for draft in drafts if draft.code not in known]
    redrawn = [
        draft for draft in drafts if draft.code in known and _content(draft) != _content(known[draft.code])
    ]
    gone = known.keys() - {draft.code for draft in drafts}
    Road.objects.filter(code__in=gone).delete()
    Road.objects.bulk_create(fresh, batch_size=CHUNK)
    Road.objects.bulk_update(redrawn, ["name", "line"], batch_size=CHUNK)
    if fresh or redrawn or gone:
        mark_changed()
    return Imported(len(fresh), len(redrawn) + len(gone), len(drafts) - len(fresh) - len(redrawn))


def _lines(features: Sequence[Drawn]) -> Iterator[tuple[str, str, object]]:
    """Yield code, name and line of each; a road without a code is known by its name."""
    for words, line in features:
        yield words["code"] or words["name"], words["name"], line


def _content(road: Road) -> tuple[object, ...]:
    return road.name, road.line


def _reasons(drafts: Sequence[Road]) -> Iterator[str]:
    if len({draft.code for draft in drafts}) < len(drafts):
        yield "文件中有代码相同的道路，请让每条道路的代码各不相同。"
    for draft in drafts:
        called = draft.name or draft.code or "（无名）"
        if not draft.name or len(draft.code) > 24 or len(draft.name) > 60:
            yield f"道路“{called}”缺少名称，或超过长度（代码 24 位、名称 60 字），请补正。"
        elif wrong := why_line_is_wrong(draft.line):
            yield f"道路“{called}”：{wrong}"
