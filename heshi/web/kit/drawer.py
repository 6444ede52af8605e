"""A place in the session for what is not finished yet, sealed: nothing typed is lost, and nobody else can read it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from heshi.common.crypto import seal, unseal
from heshi.common.refusals import Refusal


class Drawer:
    """The place in a session where one sealed thing lies."""

    def __init__(self, session: SessionBase, name: str) -> None:
        self.session, self.name = session, name

    def put(self, content: Mapping[str, object]) -> None:
        """Lay it in, sealed."""
        # Sealed even in our own table: what somebody has not handed in yet is nobody's business but hers.
        self.session[self.name] = base64.b64encode(seal(json.dumps(content))).decode()

    def look(self) -> dict[str, Any] | None:
        """Return what lies there; a thing nobody can open any more counts as nothing."""
        sealed = self.session.get(self.name)
        if sealed is None:
            return None
        try:
            opened: dict[str, Any] = json.loads(unseal(base64.b64decode(sealed)))
        except (Refusal, ValueError):
            return None
        return opened

    def clear(self) -> None:
        """Take everything out."""
        self.session.pop(self.name, None)
