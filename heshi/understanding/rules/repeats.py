"""Repeats: the same matter told again, by the same person or by a neighbour.

Two steps. A signature of a few whole numbers finds the handful of messages that may be alike without looking at
the rest (MinHash in bands: two texts that share most three-letter grams share a band almost surely). Then the
texts themselves are compared, and nearness in place and time is added to what the words say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from heshi.understanding.rules.reading import Floats, Ints, Keys, batches, grams, lay_out, slots, spread

BANDS: Final = 16
"""Numbers kept with each case: enough to find its repeats, few enough to index a million of them."""
FILE_BANDS: Final = 32
"""Numbers compared inside a file, where nothing is stored."""
ROWS: Final = 3
SIGNED_AT_ONCE: Final = 16
"""Texts signed in one go: what they need then stays in the processor's cache."""
SHINGLE: Final = 3
SIZES: Final = (2, 3)
BITS: Final = 22
CROWDED: Final = 24
"""In a band shared by more messages than this each is compared only with this many neighbours."""
ALIKE: Final = 0.71
"""From here on two texts are taken for one matter told again."""
PART: Final = 20_000
NEAR_METRES: Final = 300.0
SOON_DAYS: Final = 30.0
PLACE_AND_TIME: Final = 0.5
"""How far nearness in place and time may close the gap between what the words say and certainty."""
_SEEDS: Final = spread(
    np.arange(1, FILE_BANDS * ROWS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
) | np.uint64(1)


@dataclass(frozen=True)
class Candidate:
    """An earlier message that may be about the same matter; distance and days where they are known."""

    text: str
    distance_m: float | None = None
    days: float | None = None


@dataclass(frozen=True)
class Pair:
    """Two messages of a list that are alike."""

    one: int
    other: int
    score: float


@dataclass(frozen=True)
class Vectors:
    """Rows of sorted slots with weights, brought to length one."""

    bounds: Ints
    slot: Ints
    value: npt.NDArray[np.float64]

    def cosine(self, one: int, other: int) -> float:
        """Return how alike two rows are, 0 to 1."""
        a, b = slice(*self.bounds[one : one + 2]), slice(*self.bounds[other : other + 2])
        _, left, right = np.intersect1d(self.slot[a], self.slot[b], assume_unique=True, return_indices=True)
        return min(1.0, float(self.value[a][left] @ self.value[b][right]))


def signatures(texts: Sequence[str], bands: int = BANDS) -> list[list[int]]:
    """Return for each text the band numbers by which its repeats are found; empty for a text without three letters."""
    return [row for batch in batches(texts, SIGNED_AT_ONCE) for row in _signatures(batch, bands)]


def signature(text: str) -> list[int]:
    """Return the band numbers of one text."""
    return signatures([text])[0]


def _signatures(texts: Sequence[str], bands: int) -> list[list[int]]:
    letters = lay_out(texts)
    found = grams(letters, SHINGLE)
    result: list[list[int]] = [[] for _ in texts]
    if not len(found.at):
        return result
    message = letters.message[found.at]
    first = np.flatnonzero(np.diff(message, prepend=-1))
    hashed = found.keys * np.array(_SEEDS[: bands * ROWS], dtype=np.uint64)[:, None]
    least = np.minimum.reduceat(hashed, first, axis=1) >> np.uint64(16)
    table = _banded(least.reshape(bands, ROWS, -1))
    rows: list[list[int]] = table.tolist()
    for number, row in zip(message[first].tolist(), rows, strict=True):
        result[number] = row
    return result


def _banded(least: Keys) -> npt.NDArray[np.int32]:
    """Mix the rows of each band, and its place, into a signed 32-bit number; one line a text, one column a band."""
    mixed = np.arange(1, len(least) * ROWS, ROWS, dtype=np.uint64)[:, None]
    for row in range(ROWS):
        mixed = spread(mixed ^ least[:, row])
    return (mixed >> np.uint64(32)).astype(np.uint32).view(np.int32).T


def closeness(*, text: float, distance_m: float | None, days: float | None) -> float:
    """Return how likely it is one matter: the texts decide, nearness in place and time closes part of the gap."""
    near = [float(np.exp(-distance_m / NEAR_METRES))] if distance_m is not None else []
    soon = [float(np.exp(-abs(days) / SOON_DAYS))] if days is not None else []
    known = near + soon
    return text + (1 - text) * text * PLACE_AND_TIME * (sum(known) / len(known)) if known else text


def rank(text: str, candidates: Sequence[Candidate]) -> list[float]:
    """Return a score for each candidate, in their order."""
    if not candidates:
        return []
    rows = vectors([text, *(candidate.text for candidate in candidates)])
    return [
        closeness(text=rows.cosine(0, place), distance_m=candidate.distance_m, days=candidate.days)
        for place, candidate in enumerate(candidates, start=1)
    ]


def find_repeats(texts: Sequence[str], threshold: float = ALIKE) -> list[Pair]:
    """Return the pairs of alike texts; the work grows with the number of texts, not with its square."""
    pairs = _candidates(signatures(texts, FILE_BANDS))
    if not len(pairs):
        return []
    rarity = _rarity(texts)
    parts = (pairs[start : start + PART] for start in range(0, len(pairs), PART))
    return [pair for part in parts for pair in _compared(texts, rarity, part) if pair.score >= threshold]


def _compared(texts: Sequence[str], rarity: Floats, pairs: Ints) -> Iterator[Pair]:
    """Compare the texts of each pair."""
    needed = np.unique(pairs)
    rows = vectors([texts[number] for number in needed], rarity)
    for pair, place in zip(pairs, np.searchsorted(needed, pairs), strict=True):
        yield Pair(int(pair[0]), int(pair[1]), rows.cosine(int(place[0]), int(place[1])))


def _candidates(bands: list[list[int]]) -> Ints:
    """Return the pairs that share a band."""
    has = [number for number, row in enumerate(bands) if row]
    if not has:
        return np.zeros((0, 2), dtype=np.int64)
    table = np.array([bands[number] for number in has], dtype=np.int64)
    owner = np.array(has, dtype=np.int64)
    pairs = []
    for column in range(table.shape[1]):
        order = np.argsort(table[:, column], kind="stable")
        value, who = table[order, column], owner[order]
        for step in range(1, CROWDED + 1):
            same = value[step:] == value[:-step]
            if not same.any():
                break
            pairs.append(np.stack((who[:-step][same], who[step:][same]), axis=1))
    return np.unique(np.concatenate(pairs), axis=0) if pairs else np.zeros((0, 2), dtype=np.int64)


def _slots_of(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """Return message and slot of every two- and three-letter gram, sorted."""
    letters = lay_out(texts)
    found = [grams(letters, size) for size in SIZES]
    key = np.concatenate([(letters.message[one.at] << BITS) | slots(one.keys, BITS) for one in found])
    key.sort()
    return key >> BITS, key & ((1 << BITS) - 1)


def _rarity(texts: Sequence[str]) -> Floats:
    """Return for each slot how rare it is among these texts."""
    often = np.zeros(1 << BITS, dtype=np.int64)
    for batch in batches(texts):
        message, slot = _slots_of(batch)
        new = np.flatnonzero((np.diff(message, prepend=-1) != 0) | (np.diff(slot, prepend=-1) != 0))
        often += np.bincount(slot[new], minlength=1 << BITS)
    return (np.log((1 + len(texts)) / (1 + often)) + 1).astype(np.float32)


def vectors(texts: Sequence[str], rarity: Floats | None = None) -> Vectors:
    """Return the texts as rows of weights: 1 + log(count), times rarity where it is known."""
    parts = [_slots_of(batch) for batch in batches(texts)]
    sizes = np.cumsum([0] + [len(batch) for batch in batches(texts)])
    message = np.concatenate([part[0] + start for part, start in zip(parts, sizes[:-1], strict=True)])
    slot = np.concatenate([part[1] for part in parts])
    new = np.flatnonzero((np.diff(message, prepend=-1) != 0) | (np.diff(slot, prepend=-1) != 0))
    count = np.diff(np.append(new, len(slot)))
    message, slot = message[new], slot[new]
    value = (1 + np.log(count)) * (rarity[slot] if rarity is not None else 1.0)
    length = np.sqrt(np.bincount(message, weights=value * value, minlength=len(texts)))
    bounds = np.searchsorted(message, np.arange(len(texts) + 1))
    return Vectors(bounds, slot, value / length[message])


def groups_of_repeats(count: int, pairs: Sequence[Pair]) -> Ints:
    """Return a group number for each message, the same for all that are linked by repeats."""
    group = list(range(count))

    def root(number: int) -> int:
        while group[number] != number:
            group[number] = group[group[number]]
            number = group[number]
        return number

    for pair in pairs:
        group[root(pair.other)] = root(pair.one)
    return np.array([root(number) for number in range(count)], dtype=np.int64)
