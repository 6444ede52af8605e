"""Bring up what a Heshi process stands on before its first query."""

from __future__ import annotations

import os

from django.conf import settings
from django.db import OperationalError, connection

from heshi.common import embedded
from heshi.common.refusals import Refusal


class DatabaseOutOfReach(Refusal):
    """The database server that was set does not answer."""

    code = "database_out_of_reach"
    sentence = "连不上设置 HESHI_DATABASE_URL 里写的数据库，请检查地址、密码和网络（{reason}）。"
    status = 503


def ensure_database() -> None:
    """Start the embedded database, or make sure that the server set instead answers.

    Raises `embedded.DatabaseDown` or `DatabaseOutOfReach`.
    """
    if uses_embedded():
        embedded.ensure_running(settings.HESHI_POSTGRES, durable=settings.HESHI_POSTGRES_DURABLE)
        return
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise DatabaseOutOfReach(reason=str(error).splitlines()[0]) from error


def uses_embedded() -> bool:
    """Return whether this process works on the embedded database."""
    return not (os.environ.get("HESHI_DATABASE_URL") or os.environ.get("HESHI_DATABASE_URL_FILE"))


def lost(error: OperationalError) -> Refusal | None:
    """Return the refusal that explains why the database went away in the middle, None when nothing usual explains it."""
    if uses_embedded():
        sentence = embedded.why(settings.HESHI_POSTGRES, str(error))
        return embedded.DatabaseDown(sentence, log=settings.HESHI_POSTGRES) if sentence else None
    # While the connection still stands, the error is about a query, and that is a bug.
    return DatabaseOutOfReach(reason=str(error).splitlines()[0]) if connection.connection is None else None
