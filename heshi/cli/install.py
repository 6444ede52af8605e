"""Bring in what Heshi is made of: `.venv` with the locked Python parts, and the bundled scripts.

Standard library only, because nothing else is there yet. Each part ends with a stamp written last, so an
interrupted run is simply run again, and a finished one costs nothing. No address is named anywhere: pip,
uv and npm fetch from wherever this machine is allowed to, and the hashes decide what is accepted.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from heshi.cli import programs
from heshi.common.refusals import Refusal

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TOOLS = VAR / "tools"
NEEDED_MEGABYTES = 1500
FRONTEND = ROOT / "frontend"
DIST = ROOT / "heshi" / "web" / "static" / "dist"


class CannotInstall(Refusal):
    """A part could not be brought in."""

    code = "cannot_install"
    sentence = "安装没有完成，原因在 var/install.log 的最后几行；处理后再运行一次同样的命令即可。"


def main(parts: Sequence[str]) -> int:
    """Install the parts named and return the exit code; a refusal is one sentence."""
    try:
        install(parts)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OSError as error:
        print(sentence_for(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n安装中断了；再运行一次同样的命令，会接着装完。", file=sys.stderr)
        return 130
    return 0


def install(parts: Sequence[str]) -> None:
    """Install every part whose stamp is missing or old."""
    wanted = [part for part in ("runtime", "dev") if part in parts]
    if is_fresh("python", python_mark(wanted)) and is_fresh("frontend", frontend_mark()):
        return
    VAR.mkdir(exist_ok=True)
    with alone():
        if not is_fresh("python", python_mark(wanted)):
            refuse_small_disk()
            install_python(wanted)
        if not is_fresh("frontend", frontend_mark()):
            install_frontend()


def sentence_for(error: OSError) -> str:
    """Return the sentence for a folder or a disk that does not take what we write."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"磁盘满了，请清理 {ROOT} 所在的磁盘后再运行一次。"
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return (
            f"不能写 {error.filename or ROOT}：文件夹是只读的或不属于当前用户，请换一个可写的位置后再运行。"
        )
    return f"文件 {error.filename} 出错（{error.strerror}），请处理后再运行一次。"


@contextmanager
def alone() -> Iterator[None]:
    """Let one installation run at a time in this folder."""
    with (VAR / "install.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("另一个窗口正在安装，等它装完……", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def refuse_small_disk() -> None:
    """Refuse before half an installation fills the disk."""
    free = shutil.disk_usage(ROOT).free // 2**20
    if not PYTHON.exists() and free < NEEDED_MEGABYTES:
        raise CannotInstall(f"磁盘只剩 {free} MB，安装需要约 {NEEDED_MEGABYTES} MB，请清理磁盘后再运行一次。")


# --- stamps ---------------------------------------------------------------------------------------


def is_fresh(part: str, mark: str) -> bool:
    """Return whether the part was installed from exactly these files."""
    stamp = VAR / "stamps" / part
    return stamp.exists() and mark in stamp.read_text().split()


def write_stamps(part: str, marks: Sequence[str]) -> None:
    """Remember what is installed; written last and in one step."""
    stamp = VAR / "stamps" / part
    stamp.parent.mkdir(exist_ok=True)
    draft = stamp.with_suffix(".new")
    draft.write_text("\n".join(marks) + "\n")
    draft.replace(stamp)


def python_mark(parts: Sequence[str]) -> str:
    """Return a fingerprint of the lock files and of the environment they were installed into."""
    return fingerprint([ROOT / "requirements" / f"{part}.txt" for part in parts], VENV / "pyvenv.cfg")


def frontend_mark() -> str:
    """Return a fingerprint of what the bundle is made from, and of whether it is there."""
    sources = [
        FRONTEND / "package-lock.json",
        FRONTEND / "build.js",
        *sorted(file for file in (FRONTEND / "src").rglob("*") if file.is_file()),
    ]
    return fingerprint(sources, DIST / "map.css")


def fingerprint(files: Sequence[Path], result: Path) -> str:
    """Return a fingerprint of the files' contents; different when the result is missing or another one."""
    total = hashlib.sha256(str(result.stat().st_ino).encode() if result.exists() else b"missing")
    for file in files:
        total.update(file.read_bytes())
    return total.hexdigest()


# --- Python ---------------------------------------------------------------------------------------


def install_python(parts: Sequence[str]) -> None:
    """Make `.venv` and install the locked parts into it with uv; with pip where uv cannot."""
    make_venv()
    locks = [argument for part in parts for argument in ("-r", f"requirements/{part}.txt")]
    begun = VAR / "python.begun"
    # An interrupted installation may have left half a package behind.
    again = begun.exists()
    begun.touch()
    print("正在安装 Python 依赖（第一次约一两分钟）……", file=sys.stderr)
    fetch_python(locks, again=again)
    # Whoever has the parts for development has those for running, too.
    write_stamps("python", [python_mark(parts[:count]) for count in range(1, len(parts) + 1)])
    begun.unlink()


def fetch_python(locks: Sequence[str], *, again: bool) -> None:
    """Install what the lock files name, every package anew when `again`."""
    uv = [str(get_uv()), "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", *locks]
    ended = programs.run([*uv, "--reinstall"] if again else uv, more=programs.uv_environment())
    if ended.failed and not ended.has_no_room:
        # A machine may reach its package source only by pip's own settings.
        ended = programs.run(pip("--python", str(PYTHON), "install", "--quiet", "--require-hashes", *locks))
    refuse_failure(ended)


def make_venv() -> None:
    """Make `.venv` without pip, which works on a Debian that lacks python3-venv; replace a broken one."""
    if PYTHON.exists() and not programs.run([str(PYTHON), "-c", "pass"]).failed:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    ended = programs.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)])
    if ended.failed and not ended.has_no_room:
        raise CannotInstall(
            "这台机器的 Python 不能建立虚拟环境，请先安装：apt-get install python3-venv python3-pip"
        )
    refuse_failure(ended)


def get_uv() -> Path:
    """Return uv, installed by pip on the first call."""
    uv = TOOLS / "bin" / "uv"
    if programs.run([str(uv), "--version"]).failed:
        lock = ["--require-hashes", "-r", "requirements/uv.txt"]
        refuse_failure(programs.run(pip("install", "--quiet", "--upgrade", "--target", str(TOOLS), *lock)))
    return uv


def pip(*arguments: str) -> list[str]:
    """Return a pip command: the machine's, or the one Python carries inside it."""
    patience = ["--disable-pip-version-check", "--retries", "2", "--timeout", "30"]
    if not programs.run([sys.executable, "-m", "pip", "--version"]).failed:
        return [sys.executable, "-m", "pip", *patience, *arguments]
    if programs.run([str(PYTHON), "-m", "ensurepip"]).failed:
        raise CannotInstall("这台机器没有 pip，请先安装：apt-get install python3-pip")
    return [str(PYTHON), "-m", "pip", *patience, *arguments]


# --- pages ----------------------------------------------------------------------------------------


def install_frontend() -> None:
    """Fetch htmx, the map and the charts as locked, and bundle them; pages work without, only less smoothly."""
    print("正在打包页面脚本……", file=sys.stderr)
    node, npm = programs.node(VENV)
    path = {"PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"}
    fetched = programs.run([*npm, "ci", "--no-audit", "--no-fund"], folder=FRONTEND, more=path)
    refuse_failure(fetched)
    refuse_failure(programs.run([node, "build.js"], folder=FRONTEND, more=path))
    write_stamps("frontend", [frontend_mark()])


def refuse_failure(ended: programs.Ended) -> None:
    """Raise `CannotInstall` with the sentence that fits; do nothing when it went well."""
    if not ended.failed:
        return
    if ended.has_no_room:
        raise CannotInstall(f"磁盘满了，请清理 {ROOT} 所在的磁盘后再运行一次。")
    if ended.has_no_network:
        raise CannotInstall("连不上软件源，请检查网络（或 pip、npm 的代理与镜像设置）后再运行一次。")
    raise CannotInstall


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
