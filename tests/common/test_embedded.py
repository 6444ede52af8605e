"""The database that comes with Heshi: shared by many processes, hard to hurt."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from heshi.common import embedded

USE_IT = """
import sys
from pathlib import Path
import psycopg
from heshi.common import embedded
data = Path(sys.argv[1])
with psycopg.connect(embedded.ensure_running(data), autocommit=True) as connection:
    connection.execute("INSERT INTO kept VALUES (%s)", [int(sys.argv[2])])
print(embedded.server_pid(data), flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def data(server_folder: Path) -> Iterator[Path]:
    """Give a real, durable server of its own."""
    folder = server_folder / "postgres"
    embedded.ensure_running(folder)
    ask(folder, "CREATE TABLE kept (number int)")
    yield folder
    embedded.stop(folder, though_used=True)


def ask(data: Path, question: str) -> list[tuple[object, ...]]:
    """Return the rows the server answers with."""
    with psycopg.connect(embedded.ensure_running(data), autocommit=True) as connection:
        answer = connection.execute(question.encode())
        return answer.fetchall() if answer.description else []


def another_process(data: Path, number: int) -> subprocess.Popen[str]:
    """Start a process that writes one row and then keeps using the server until its stdin closes."""
    return subprocess.Popen(
        [sys.executable, "-c", USE_IT, str(data), str(number)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def kill_server(data: Path) -> None:
    """Kill the server as a power cut would, and wait until it is gone."""
    pid = embedded.server_pid(data)
    assert pid
    os.kill(pid, signal.SIGKILL)
    while embedded.is_running(data):
        time.sleep(0.01)


def test_it_is_durable_and_listens_on_no_network_port(data: Path) -> None:
    rows = ask(
        data,
        "SELECT name, setting FROM pg_settings WHERE name IN"
        " ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses') ORDER BY name",
    )

    assert rows == [
        ("fsync", "on"), ("full_page_writes", "on"), ("listen_addresses", ""), ("synchronous_commit", "on"),
    ]  # fmt: skip


def test_its_folder_is_its_only_door_and_opens_to_its_owner_alone(data: Path) -> None:
    assert data.stat().st_mode & 0o077 == 0


def test_processes_that_start_at_once_share_one_server(data: Path) -> None:
    ask(data, "TRUNCATE kept")
    kill_server(data)

    others = [another_process(data, number) for number in range(3)]
    pids = {other.stdout.readline() for other in others if other.stdout}
    for other in others:
        other.communicate("")

    assert pids == {f"{embedded.server_pid(data)}\n"}
    assert ask(data, "SELECT count(*) FROM kept") == [(3,)]


def test_what_was_committed_survives_the_killing_of_the_server(data: Path) -> None:
    ask(data, "TRUNCATE kept")
    ask(data, "INSERT INTO kept SELECT generate_series(1, 1000)")

    kill_server(data)

    assert ask(data, "SELECT count(*) FROM kept") == [(1000,)]


def test_stopping_waits_for_the_others_even_when_they_were_killed(data: Path) -> None:
    other = another_process(data, 1)
    assert other.stdout
    other.stdout.readline()

    assert embedded.stop(data) is False
    assert embedded.is_running(data)
    other.kill()
    other.wait()
    assert embedded.stop(data) is True
    assert not embedded.is_running(data)


def test_a_process_number_that_now_belongs_to_somebody_else_is_not_taken_for_the_server(data: Path) -> None:
    embedded.ensure_running(data)
    lines = (data / "postmaster.pid").read_text().splitlines()
    kill_server(data)
    (data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    assert not embedded.is_running(data)
    assert ask(data, "SELECT 1") == [(1,)]


def test_a_half_made_folder_from_an_interrupted_run_is_thrown_away(server_folder: Path) -> None:
    data = server_folder / "second"
    half = server_folder / "second.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")

    embedded.ensure_running(data, durable=False)

    assert embedded.is_running(data)
    assert not half.exists()
    embedded.stop(data)


def test_a_path_too_long_for_a_socket_gets_one_under_tmp(tmp_path: Path) -> None:
    long = tmp_path / ("长" * 40) / "postgres"

    folder = embedded.socket_folder(long)

    assert len(str(folder / embedded.SOCKET_NAME)) < 100
    assert folder != embedded.socket_folder(long.with_name("other"))


def test_a_folder_that_cannot_be_made_is_refused_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(embedded.DatabaseDown) as refused:
        embedded.ensure_running(tmp_path / "file" / "postgres")

    assert str(refused.value).startswith("数据库没有启动起来")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("could not write: No space left on device", "磁盘满了"),
        ("Read-only file system", "是只读的"),
        ("Permission denied", "没有权限"),
        ("data directory has wrong ownership", "属于另一个用户"),
    ],
)
def test_the_usual_accidents_have_a_sentence_of_their_own(said: str, told: str) -> None:
    sentence = embedded.why(Path("/srv/{heshi}/var/postgres"), said)

    assert sentence is not None
    assert told in str(embedded.DatabaseDown(sentence, log="x"))
    assert "/srv/{heshi}/var" in str(embedded.DatabaseDown(sentence, log="x"))
