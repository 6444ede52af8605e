"""A small layered layout: boxes in rows from top to bottom, no two overlapping, no line through a box.

Sugiyama's way: loops are turned round, every box goes below the longest way to it, long lines get a place in each row they
pass, rows are ordered by the middle of their neighbours, and widths are settled exactly by pooling neighbours that push.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Point = tuple[float, float]
Edge = tuple[str, str]
GAP_X, GAP_Y, PASSAGE = 22.0, 40.0, 14.0
SWEEPS = 16


@dataclass(slots=True)
class Box:
    """A rectangle by its middle."""

    width: float
    height: float
    x: float = 0.0
    y: float = 0.0

    @property
    def left(self) -> float:
        """Return the left side."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """Return the right side."""
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        """Return the upper side."""
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        """Return the lower side."""
        return self.y + self.height / 2


@dataclass(slots=True)
class Layout:
    """Where everything lies: boxes by name, the way of each line from box to box, and the size of the whole."""

    boxes: dict[str, Box]
    lines: dict[Edge, list[Point]] = field(default_factory=dict)
    backward: frozenset[Edge] = frozenset()
    width: float = 0.0
    height: float = 0.0


@dataclass(slots=True)
class _Rows:
    rows: list[list[str]]
    boxes: dict[str, Box]
    above: dict[str, list[str]]
    below: dict[str, list[str]]
    chains: dict[Edge, list[str]]


def laid_out(sizes: Mapping[str, tuple[float, float]], edges: Sequence[Edge], start: str) -> Layout:
    """Return a place for every box (name → width, height) and a way for every line."""
    boxes = {name: Box(*size) for name, size in sizes.items()}
    backward = _loops(list(boxes), edges, start)
    downward = {edge: edge[::-1] if edge in backward else edge for edge in dict.fromkeys(edges)}
    rows = _rows(boxes, downward, _levels(list(boxes), set(downward.values())))
    _order(rows)
    _settle(rows)
    layout = Layout({name: boxes[name] for name in sizes}, backward=frozenset(backward))
    layout.height = _stack(rows)
    layout.width = max(box.right for box in boxes.values())
    ports = _ports(rows)
    layout.lines = {
        edge: _way(rows.chains[edge], rows, ports, turned=edge in backward) for edge in rows.chains
    }
    return layout


def _loops(names: Iterable[str], edges: Sequence[Edge], start: str) -> set[Edge]:
    """Return the edges that lead back to something still being visited, going depth first from the start."""
    onward: dict[str, list[str]] = {}
    for source, target in edges:
        onward.setdefault(source, []).append(target)
    back: set[Edge] = set()
    done: set[str] = set()
    for root in (start, *names):
        path = [(root, iter(onward.get(root, ())))] if root not in done else []
        visiting = {root}
        while path:
            here, rest = path[-1]
            target = next(rest, "")
            if not target:
                path.pop()
                visiting.discard(here)
                done.add(here)
            elif target in visiting:
                back.add((here, target))
            elif target not in done:
                visiting.add(target)
                path.append((target, iter(onward.get(target, ()))))
    return back


def _levels(names: Sequence[str], edges: set[Edge]) -> dict[str, int]:
    """Return each box's row: below the longest way to it; one that nothing leads to stands just above what it leads to."""
    level = dict.fromkeys(names, 0)
    for _round in names:
        moved = False
        for source, target in edges:
            if level[target] <= level[source]:
                level[target], moved = level[source] + 1, True
        if not moved:
            break
    led_to = {target for _source, target in edges}
    for name in names:
        targets = [level[target] for source, target in edges if source == name]
        if name not in led_to and targets:
            level[name] = min(targets) - 1
    return level


def _rows(boxes: dict[str, Box], downward: Mapping[Edge, Edge], level: Mapping[str, int]) -> _Rows:
    rows: list[list[str]] = [[] for _ in range(max(level.values()) + 1)]
    for name, depth in level.items():
        rows[depth].append(name)
    found = _Rows(rows, boxes, {}, {}, {})
    for edge, (upper, lower) in downward.items():
        chain = [upper]
        for depth in range(level[upper] + 1, level[lower]):
            passing = f"{edge[0]}→{edge[1]}@{depth}"
            boxes[passing] = Box(PASSAGE, 0.0)
            rows[depth].append(passing)
            chain.append(passing)
        found.chains[edge] = [*chain, lower]
        for one, other in pairwise(found.chains[edge]):
            found.below.setdefault(one, []).append(other)
            found.above.setdefault(other, []).append(one)
    return found


def _order(rows: _Rows) -> None:
    """Order each row by the middle of its neighbours, downwards and upwards in turn; keep the order with fewest crossings."""
    best, fewest = [list(row) for row in rows.rows], _crossings(rows)
    for sweep in range(SWEEPS):
        neighbours = rows.above if sweep % 2 == 0 else rows.below
        sequence = rows.rows if sweep % 2 == 0 else rows.rows[::-1]
        for row in sequence:
            place = {name: index for each in rows.rows for index, name in enumerate(each)}
            row.sort(
                key=lambda name: _middle([place[near] for near in neighbours.get(name, ())], place[name])
            )
        if (crossings := _crossings(rows)) < fewest:
            best, fewest = [list(row) for row in rows.rows], crossings
    rows.rows = best


def _middle(places: Sequence[float], otherwise: float) -> float:
    return sum(places) / len(places) if places else otherwise


def _crossings(rows: _Rows) -> int:
    count = 0
    for upper, lower in pairwise(rows.rows):
        place = {name: index for index, name in enumerate(lower)}
        ends = [sorted(place[below] for below in rows.below.get(name, ())) for name in upper]
        seen: list[int] = []
        for group in ends:
            count += sum(1 for end in group for other in seen if other > end)
            seen += group
    return count


def _settle(rows: _Rows) -> None:
    """Move every box towards its neighbours as far as its own row allows."""
    for row in rows.rows:
        _spread(row, rows.boxes, [0.0] * len(row))
    for sweep in range(SWEEPS):
        sequence = rows.rows if sweep % 2 == 0 else rows.rows[::-1]
        for row in sequence:
            wanted = [_pull(name, rows) for name in row]
            _spread(row, rows.boxes, wanted)
    left = min(box.left for box in rows.boxes.values())
    for box in rows.boxes.values():
        box.x -= left


def _pull(name: str, rows: _Rows) -> float:
    """Return where a box would like to be; lines in passage pull hard on one another, so that they run straight."""
    near = [*rows.above.get(name, ()), *rows.below.get(name, ())]
    weights = [8 if "@" in name and "@" in other else 1 for other in near]
    if not near:
        return rows.boxes[name].x
    return sum(rows.boxes[other].x * weight for other, weight in zip(near, weights, strict=True)) / sum(
        weights
    )


def _spread(row: Sequence[str], boxes: Mapping[str, Box], wanted: Sequence[float]) -> None:
    """Place a row as near to the wanted middles as order and gaps allow: least squares by pooling neighbours that push."""
    offsets = [0.0]
    for one, other in pairwise(row):
        offsets.append(offsets[-1] + boxes[one].width / 2 + GAP_X + boxes[other].width / 2)
    pools: list[tuple[float, int]] = []
    for middle, offset in zip(wanted, offsets, strict=True):
        mean, size = middle - offset, 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean, size = (mean * size + before * count) / (size + count), size + count
        pools.append((mean, size))
    shifts = [mean for mean, size in pools for _ in range(size)]
    for name, shift, offset in zip(row, shifts, offsets, strict=True):
        boxes[name].x = shift + offset


def _stack(rows: _Rows) -> float:
    """Put the rows below one another; every box, and every line that passes, takes the whole height of its row."""
    y = 0.0
    for row in rows.rows:
        tall = max(rows.boxes[name].height for name in row)
        for name in row:
            rows.boxes[name].y = y + tall / 2
            if not rows.boxes[name].height:
                rows.boxes[name].height = tall
        y += tall + GAP_Y
    return y - GAP_Y


Ports = dict[tuple[str, str], float]


def _ports(rows: _Rows) -> Ports:
    """Return where on a box's edge the line to each neighbour begins, spread in the order of the neighbours."""
    ports: Ports = {}
    for sides in (rows.above, rows.below):
        for name, others in sides.items():
            box = rows.boxes[name]
            ordered = sorted(others, key=lambda other: rows.boxes[other].x)
            for index, other in enumerate(ordered, start=1):
                ports[name, other] = box.left + box.width * index / (len(ordered) + 1)
    return ports


def _way(chain: Sequence[str], rows: _Rows, ports: Ports, *, turned: bool) -> list[Point]:
    """Return the corner points of a line in the direction it is read; straight inside rows, free between them."""
    bands = {name: band for row in rows.rows for name, band in _bands(row, rows.boxes)}
    points: list[Point] = []
    for upper, lower in pairwise(chain):
        out, into = ports[upper, lower], ports[lower, upper]
        points += [(out, rows.boxes[upper].bottom), (out, bands[upper][1])]
        points += [(into, bands[lower][0]), (into, rows.boxes[lower].top)]
    points = [point for point, before in zip(points, [None, *points], strict=False) if point != before]
    return points[::-1] if turned else points


def _bands(row: Sequence[str], boxes: Mapping[str, Box]) -> list[tuple[str, Point]]:
    top, bottom = min(boxes[name].top for name in row), max(boxes[name].bottom for name in row)
    return [(name, (top, bottom)) for name in row]
