"""Features: how often each one- and two-letter gram stands in the title and in the body of each message.

Grams fall into numbered slots by hashing, so there is no vocabulary to fit and none to carry from fold to fold.
Title and body have slots of their own: the same word weighs more where the person put it first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from heshi.understanding.rules.reading import Flags, Floats, Ints, Letters, grams, slots

SLOT_BITS: Final = 20
SLOTS: Final = 2 << SLOT_BITS
"""Body slots, then title slots."""
SIZES: Final = (1, 2)
BODY_WEIGHT: Final = 1.2


@dataclass(frozen=True)
class Counts:
    """One line for each different gram of each message."""

    messages: int
    message: Ints
    slot: Ints
    count: Floats

    @property
    def is_title(self) -> Ints:
        """Return 1 for a gram of the title and 0 for one of the body."""
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
    return Places(at, size, slot + (letters.in_title[at].astype(np.int64) << SLOT_BITS))


def count_grams(letters: Letters, places: Places) -> Counts:
    """Return how often each gram stands in each message."""
    key = (letters.message[places.at] * SLOTS) + places.slot
    key.sort()
    first = np.flatnonzero(np.concatenate((np.ones(min(len(key), 1), dtype=bool), key[1:] != key[:-1])))
    count = np.diff(np.append(first, len(key))).astype(np.float32)
    key = key[first]
    return Counts(len(letters.texts), key // SLOTS, key % SLOTS, count)


def tf_idf(counts: Counts, idf: Floats) -> Floats:
    """Return the weight of each line: 1 + log(count), times its rarity; title and body each brought to length one."""
    value = (1 + np.log(counts.count)) * idf
    part = counts.message * 2 + counts.is_title
    length = np.sqrt(np.bincount(part, weights=value * value, minlength=counts.messages * 2))
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    scale[0::2] *= BODY_WEIGHT
    brought: Floats = (value * scale[part]).astype(np.float32)
    return brought


def rarity(frequency: Ints, messages: int) -> Floats:
    """Return the weight of grams that stand in so many of the messages."""
    weight: Floats = (np.log((1 + messages) / (1 + frequency)) + 1).astype(np.float32)
    return weight
