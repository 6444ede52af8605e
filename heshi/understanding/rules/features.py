"""Features: how often each one- and two-letter gram stands in the title and in the body of each message.

Grams fall into numbered slots by hashing, so there is no vocabulary to fit and none to carry from fold to fold.
Title and body have slots of their own, and so have single letters and pairs: the same word weighs more where the
person put it first, and many common letters do not drown the few pairs that tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from heshi.understanding.rules.reading import Flags, Floats, Ints, Letters, grams, slots

SLOT_BITS: Final = 20
SIZES: Final = (1, 2)
PART_WEIGHTS: Final = np.array([0.55, 0.95, 0.55, 0.84])
"""Length of each part of a message: letters and pairs of the body, letters and pairs of the title."""
PARTS: Final = len(PART_WEIGHTS)
SLOTS: Final = PARTS << SLOT_BITS
FAINTEST: Final = 0.05
"""What is left of a gram that tells nothing."""
DOUBT: Final = 2.0
"""As many messages spread evenly over the answers are added to those seen, so that a rare gram is not believed at once."""


@dataclass(frozen=True)
class Counts:
    """One line for each different gram of each message."""

    messages: int
    message: Ints
    slot: Ints
    count: Floats

    @property
    def part(self) -> Ints:
        """Return which part of its message each gram belongs to, in the order of PART_WEIGHTS."""
        return self.slot >> SLOT_BITS

    def only(self, chosen: Flags) -> Counts:
        """Return the chosen lines."""
        return Counts(self.messages, self.message[chosen], self.slot[chosen], self.count[chosen])


@dataclass(frozen=True)
class Places:
    """One line for each gram where it stands: position in the batch, length, slot."""

    at: Ints
    size: Ints
    slot: Ints


def gram_places(letters: Letters) -> Places:
    """Return every gram of the batch with its slot."""
    found = [grams(letters, size) for size in SIZES]
    at = np.concatenate([one.at for one in found])
    size = np.repeat(np.array(SIZES, dtype=np.int64), [len(one.at) for one in found])
    slot = slots(np.concatenate([one.keys for one in found]), SLOT_BITS)
    part = letters.in_title[at] * len(SIZES) + size - 1
    return Places(at, size, slot + (part << SLOT_BITS))


def count_grams(letters: Letters, places: Places) -> Counts:
    """Return how often each gram stands in each message."""
    key = (letters.message[places.at] * SLOTS) + places.slot
    key.sort()
    first = np.flatnonzero(np.concatenate((np.ones(min(len(key), 1), dtype=bool), key[1:] != key[:-1])))
    count = np.diff(np.append(first, len(key))).astype(np.float32)
    key = key[first]
    return Counts(len(letters.texts), key // SLOTS, key % SLOTS, count)


def weigh(counts: Counts, worth: Floats) -> Floats:
    """Return the weight of each line: 1 + log(count), times its worth; each part brought to its own length."""
    value = (1 + np.log(counts.count)) * worth
    part = counts.message * PARTS + counts.part
    length = np.sqrt(np.bincount(part, weights=value * value, minlength=counts.messages * PARTS))
    wanted = np.tile(PART_WEIGHTS, counts.messages)
    scale = np.divide(wanted, length, out=np.zeros_like(length), where=length > 0)
    brought: Floats = (value * scale[part]).astype(np.float32)
    return brought


def rarity(frequency: Ints, messages: int) -> Floats:
    """Return the weight of grams that stand in so many of the messages."""
    weight: Floats = (np.log((1 + messages) / (1 + frequency)) + 1).astype(np.float32)
    return weight


def telling(met: Ints, often: Ints) -> Floats:
    """Return how much each gram narrows the answer, from nearly 0 to 1; `met` has a row for each answer.

    A gram spread over all answers tells nothing; one that keeps to a single answer tells it. Answers count alike,
    however many messages they have.
    """
    known = max(int((often > 0).sum()), 2)
    share = met / np.maximum(often, 1)[:, None] * (often.sum() / known)
    share = (share + DOUBT / known * (often > 0)[:, None]) / (share.sum(axis=0) + DOUBT)
    spread = -(share * np.log(np.where(share > 0, share, 1))).sum(axis=0) / np.log(known)
    told: Floats = np.sqrt(FAINTEST + np.maximum(1 - spread, 0)).astype(np.float32)
    return told
