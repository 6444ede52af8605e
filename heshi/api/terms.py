"""Words of the api room."""

from __future__ import annotations

from typing import Final

WRITE, READ = "requests:write", "requests:read"
SCOPES: Final = {WRITE: "提交诉求", READ: "查询本系统提交的诉求"}
TOKEN_FRONT: Final = "hsk_"  # noqa: S105 -- how every key begins, and no key itself
"""Keys begin alike, so that one that was leaked is recognised for what it is."""
SEPARATOR: Final = ":"
