"""The PostgreSQL that comes with Heshi: started when needed, shared by every process, hard to hurt.

Its data lies in one folder under `var/`; it listens on a socket inside that folder and on no network
port, so the folder's permissions are its only door. It is durable: `fsync` and `synchronous_commit` stay on.

Whoever uses it holds a shared lock on `<folder>.users`; the kernel gives the lock back even after SIGKILL.
`stop` therefore knows whether anybody is left, and a short command never takes the server from the others.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

from heshi.common import postgres_account, postgres_tuning
from heshi.common.refusals import Refusal

DATABASE = "heshi"
SUPERUSER = "postgres"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100
READY_LINE = 7
START_ATTEMPTS = 5

_held: dict[Path, IO[str]] = {}


class DatabaseDown(Refusal):
    """The embedded database could not be made or started."""

    code = "database_down"
    sentence = "数据库没有启动起来，请查看日志 {log} 的最后几行。"
    status = 503


def database_url(data: Path) -> str:
    """Return the address of the embedded server whose data lies in `data`; starts nothing."""
    return f"postgresql:///{DATABASE}?user={SUPERUSER}&host={quote(str(socket_folder(data)))}"


def socket_folder(data: Path) -> Path:
    """Return where the socket lies: in the data folder, or under /tmp when that path is too long for a socket."""
    data = data.absolute()
    if len(str(data / SOCKET_NAME).encode()) <= LONGEST_SOCKET_PATH:
        return data
    mark = hashlib.sha256(str(data).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"heshi-{mark}"


def ensure_running(data: Path, *, durable: bool = True) -> str:
    """Make sure the server runs and this process counts as a user of it; return its address.

    Raises `DatabaseDown` with one sentence when the folder, the disk or the machine does not allow it.
    """
    data = data.absolute()
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        with _turn(data):
            _hold(data)
            if not is_running(data):
                _create(data)
                _start(data, durable=durable)
    except OSError as error:
        raise DatabaseDown(why(data, str(error)), log=_log(data)) from error
    return database_url(data)


def stop(data: Path, *, though_used: bool = False) -> bool:
    """Stop the server cleanly unless another process still uses it; return whether it is stopped now."""
    data = data.absolute()
    if not data.exists():
        return True
    with _turn(data):
        _let_go(data)
        if not though_used and _is_used(data):
            return False
        if is_running(data):
            _run(data, "pg_ctl", "stop", "-w", "-m", "fast", "-t", "60", "-D", str(data))
    return True


def is_running(data: Path) -> bool:
    """Return whether a server is alive on this folder and ready to answer; asks the kernel, not the network."""
    lines = _pid_file(data)
    ready = len(lines) > READY_LINE and lines[READY_LINE].strip() == "ready"
    return ready and _is_server(int(lines[0])) and (socket_folder(data) / SOCKET_NAME).exists()


def server_pid(data: Path) -> int | None:
    """Return the process id of the running server, None when it does not run."""
    return int(_pid_file(data)[0]) if is_running(data) else None


# --- one at a time, and who is here ---------------------------------------------------------------


@contextmanager
def _turn(data: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server."""
    with data.with_name(f"{data.name}.turn").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _hold(data: Path) -> None:
    """Count this process as a user until it ends."""
    if data not in _held:
        users = data.with_name(f"{data.name}.users").open("a")
        fcntl.flock(users, fcntl.LOCK_SH)
        _held[data] = users


def _let_go(data: Path) -> None:
    if users := _held.pop(data, None):
        users.close()


def _is_used(data: Path) -> bool:
    with data.with_name(f"{data.name}.users").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


# --- making and starting --------------------------------------------------------------------------


def _create(data: Path) -> None:
    """Make the data folder with an empty database in it; a half-made one from an interrupted run is thrown away."""
    if (data / "PG_VERSION").exists():
        return
    draft = data.with_name(f"{data.name}.new")
    subprocess.run(["rm", "-rf", str(draft)], check=True)
    draft.mkdir(mode=0o700)
    postgres_account.give(draft)
    _run(draft, "initdb", "-D", str(draft), *postgres_tuning.INITDB)
    _run(draft, "postgres", "--single", "-D", str(draft), "postgres", say=f"CREATE DATABASE {DATABASE}\n")
    if data.exists():
        data.rmdir()
    draft.rename(data)


def _start(data: Path, *, durable: bool) -> None:
    sockets = socket_folder(data)
    if sockets != data:
        sockets.mkdir(mode=0o700, exist_ok=True)
        postgres_account.give(sockets)
    (data / "heshi.conf").write_text(postgres_tuning.configuration(sockets=sockets, durable=durable))
    _forget_stranger(data)
    for attempt in range(START_ATTEMPTS):
        try:
            _run(
                data, "pg_ctl", "start", "-w", "-t", "300", "-D", str(data), "-l", str(_log(data)),
                "-o", f"-c config_file={data / 'heshi.conf'}",
            )  # fmt: skip
        except DatabaseDown:
            # After SIGKILL of the server its children need a moment to notice and let go of the memory.
            if attempt + 1 == START_ATTEMPTS:
                raise
            time.sleep(0.25 * 2**attempt)
        else:
            return


def _forget_stranger(data: Path) -> None:
    """Remove the locks of a killed server whose number now belongs to another program or to nobody's zombie.

    PostgreSQL would take that number for a running server. A server that does live on this folder
    is still noticed: it holds the shared memory named after the folder's inode.
    """
    lines = _pid_file(data)
    if lines and _is_alive(int(lines[0])) and not _is_server(int(lines[0])):
        (data / "postmaster.pid").unlink(missing_ok=True)
        for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (socket_folder(data) / name).unlink(missing_ok=True)


def _pid_file(data: Path) -> list[str]:
    with suppress(FileNotFoundError):
        lines = (data / "postmaster.pid").read_text().splitlines()
        return lines if lines and lines[0].strip().isdigit() else []
    return []


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_server(pid: int) -> bool:
    """Return whether this process id is a live PostgreSQL; a zombie has an empty command line."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return Path(os.fsdecode(command[0])).name == "postgres"


def _run(data: Path, program: str, *arguments: str, say: str = "") -> str:
    """Run one of PostgreSQL's programs as the owner of the data; raise `DatabaseDown` when it fails."""
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as told:
        told.write(say)
        told.seek(0)
        # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
        ended = subprocess.run(
            [str(postgres_account.programs() / program), *arguments],
            check=False, stdin=told, stdout=said, stderr=subprocess.STDOUT, cwd="/",
            env={**os.environ, "LC_ALL": "C", "TZ": "Asia/Shanghai"},
            **postgres_account.identity(data),
        )  # fmt: skip
        said.seek(0)
        output = said.read()
    if ended.returncode:
        raise DatabaseDown(why(data, output), log=_log(data))
    return output


def _log(data: Path) -> Path:
    return data / "server.log"


def _tail(log: Path) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    except OSError:
        return ""


def why(data: Path, said: str) -> str | None:
    """Return the sentence for the usual accidents, None for the unusual; reads the server's last words, too."""
    folder = str(data.parent).replace("{", "{{").replace("}", "}}")
    accidents = {
        "No space left": f"磁盘满了，数据库不能工作；请清理 {folder} 所在的磁盘后再试。",
        "Disk quota": f"磁盘配额用完了，数据库不能工作；请清理 {folder} 后再试。",
        "Read-only file system": f"文件夹 {folder} 是只读的，请换一个可写的位置后再试。",
        "ermission denied": f"没有权限写文件夹 {folder}，请改权限，或换回原来的用户运行。",
        "has wrong ownership": f"文件夹 {folder} 属于另一个用户，请换回那个用户运行。",
    }
    last_words = said + _tail(_log(data))
    return next((sentence for mark, sentence in accidents.items() if mark in last_words), None)
