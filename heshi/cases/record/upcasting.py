"""From every version that was ever written to the one that is read today, one step at a time.

A new version needs three things: a number (`bodies.VERSION`), a step here, and a file of events written under the version before
(tests/cases/kept). What is stored is never rewritten: the digests cover it as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from heshi.common.values import Json

Plain = Mapping[str, Json]
FIRST: Final = 1
"""Bodies of the first version do not say which they are."""


class FromTheFuture(Exception):
    """A body is of a version that this program does not know yet; it says which."""


def upcast(written: Plain, *, to: int) -> Plain:
    """Return a body as the newer version would have written it; raises FromTheFuture, or another error for what is no body."""
    version = written.get("version", FIRST)
    while version != to:
        if isinstance(version, int) and version > to:
            raise FromTheFuture(version)
        written = UPCASTERS[int(str(version))](written)
        version = written["version"]
    return written


def _to_2(written: Plain) -> Plain:
    """Version 2 says who is to be told. What was written before told everybody in the same moment: nobody is told again."""
    return {**written, "version": 2}


UPCASTERS: Final[Mapping[int, Callable[[Plain], Plain]]] = {1: _to_2}
