"""Which arrows of a drawing lead back: a case that follows one comes by where it has been before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

Arrow = tuple[str, str]
Onward = Mapping[str, Sequence[str]]


def returning(arrows: Collection[Arrow], *, start: str, later: Sequence[Collection[str]]) -> set[Arrow]:
    """Return the arrows that lead back: what stays has no circle in it.

    The usual way is followed first, from the start. What leads on from the boxes named in ``later`` is looked at only after
    everything else, group by group: so what leads back is asking again after an answer, never the answer.
    """
    kept: dict[str, list[str]] = {}
    back: set[Arrow] = set()
    for source, target in _in_order(arrows, start, later):
        if _leads(kept, target, source):
            back.add((source, target))
        else:
            kept.setdefault(source, []).append(target)
    return back


def _in_order(arrows: Collection[Arrow], start: str, later: Sequence[Collection[str]]) -> Iterable[Arrow]:
    led_to = {target for _source, target in arrows}
    roots = [start, *(source for source, _target in arrows if source not in led_to)]
    found: dict[Arrow, None] = {}
    for turn in range(len(later) + 1):
        held_back = {name for group in later[turn:] for name in group}
        found |= dict.fromkeys(_walk(roots, _onward(arrow for arrow in arrows if arrow[0] not in held_back)))
    return [*found, *(arrow for arrow in arrows if arrow not in found)]


def _walk(roots: Iterable[str], onward: Onward) -> Iterator[Arrow]:
    """Yield the arrows depth first, each once."""
    seen: set[str] = set()
    for root in roots:
        path = [] if root in seen else [(root, iter(onward.get(root, ())))]
        seen.add(root)
        while path:
            here, rest = path[-1]
            if (target := next(rest, None)) is None:
                path.pop()
                continue
            yield here, target
            if target not in seen:
                seen.add(target)
                path.append((target, iter(onward.get(target, ()))))


def _leads(onward: Onward, source: str, target: str) -> bool:
    return source == target or any(target == reached for _from, reached in _walk([source], onward))


def _onward(arrows: Iterable[Arrow]) -> dict[str, list[str]]:
    onward: dict[str, list[str]] = {}
    for source, target in arrows:
        onward.setdefault(source, []).append(target)
    return onward
