"""Waking: after the commit and not before, seldom, and without harm when the database is gone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, connections, transaction

from heshi.common import waking

LONG = 20.0


@pytest.fixture(autouse=True)
def _called_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "_called", float("-inf"))


@pytest.mark.django_db(transaction=True)
def test_a_commit_wakes_whoever_waits_on_another_connection() -> None:
    with ThreadPoolExecutor(1) as others:
        listening = Event()
        woken = others.submit(_woken, listening)
        listening.wait(LONG)
        with transaction.atomic():
            waking.wake()
            assert not woken.done()
        assert woken.result(LONG) is True


def _woken(listening: Event) -> bool:
    try:
        waking.wait(0)
        listening.set()
        return waking.wait(LONG)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_wakes_nobody_and_many_wake_once() -> None:
    waking.wait(0)
    with transaction.atomic():
        waking.wake()
        transaction.set_rollback(True)
    assert waking.wait(0.1) is False
    for _commit in range(20):
        waking.wake()
    assert waking.wait(0.1) is True
    assert waking.wait(0.1) is False


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_waited_out_and_made_anew() -> None:
    waking.wait(0)
    with ThreadPoolExecutor(1) as others:
        others.submit(_cut_off, connection.connection.info.backend_pid).result(LONG)
    assert waking.wait(0.05) is False
    assert waking.wait(0.05) is False
    waking.wake()
    assert waking.wait(LONG) is True


def _cut_off(pid: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    finally:
        connections.close_all()
