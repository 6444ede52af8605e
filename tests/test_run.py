"""`./run`: two commands for whoever has just fetched the folder, and one sentence for each accident."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from heshi.cli import browser, demo, install, programs

ROOT = Path(__file__).resolve().parents[1]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def run(*arguments: str, folder: Path = ROOT, **environ: str) -> tuple[int, list[str]]:
    """Run `./run` and return its exit code and what it said on stderr."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "HESHI_"))
    }
    ended = subprocess.run(
        ["./run", *arguments], cwd=folder, env={**clean, **environ}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    return ended.returncode, ended.stderr.strip().splitlines()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a folder with what the installation needs and nothing installed."""
    for name in ("run", "heshi/__init__.py", "heshi/common/__init__.py", "heshi/common/refusals.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("heshi/cli", "requirements", "frontend/src"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("package.json", "package-lock.json", "build.js", ".npmrc"):
        shutil.copy(ROOT / "frontend" / name, tmp_path / "frontend" / name)
    return tmp_path


def test_a_busy_port_is_told_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        code, said = run("demo", "--port", str(port))

    assert code == 1
    assert said == [f"端口 {port} 已被占用，请换一个端口，例如：--port {port + 1}。"]


@pytest.mark.parametrize("words", [["--port", "abc"], ["--port", "0"], ["--port", "70000"], ["--nonsense"]])
def test_arguments_that_make_no_sense_are_told_in_one_sentence(words: list[str]) -> None:
    code, said = run("demo", *words)

    assert code == 1
    assert said == [demo.ArgumentsWrong.sentence]


def test_without_a_command_the_commands_are_listed() -> None:
    code, said = run()

    assert code == 2
    assert {line.split()[1] for line in said if line.strip().startswith("./run")} == {
        "demo", "test", "check", "heshi", "bench", "stop",
    }  # fmt: skip


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(copy: Path) -> None:
    # Nobody, not even root, may make files there.
    (copy / "var").symlink_to("/sys")

    code, said = run("demo", folder=copy)

    assert code == 1
    assert said == [
        f"不能写 {copy}/var/install.lock：文件夹是只读的或不属于当前用户，请换一个可写的位置后再运行。"
    ]


def test_a_machine_without_network_is_told_in_one_sentence(copy: Path) -> None:
    nowhere = "http://127.0.0.1:9/simple"

    code, said = run("demo", folder=copy, PIP_INDEX_URL=nowhere, PIP_CONFIG_FILE="/dev/null", HOME=str(copy))

    assert code == 1
    assert said[-1] == "连不上软件源，请检查网络（或 pip、npm 的代理与镜像设置）后再运行一次。"
    assert not (copy / "var" / "stamps").exists()


def test_a_full_disk_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(install.CannotInstall, match="磁盘满了"):
        install.refuse_failure(
            programs.Ended(2, "error: failed to write: No space left on device (os error 28)")
        )
    assert install.sentence_for(OSError(errno.ENOSPC, "full", "x")).startswith("磁盘满了")

    monkeypatch.setattr(install, "PYTHON", Path("/nowhere"))
    monkeypatch.setattr(install, "NEEDED_MEGABYTES", 10**9)
    with pytest.raises(install.CannotInstall, match="磁盘只剩"):
        install.refuse_small_disk()


def test_what_is_installed_already_costs_nothing() -> None:
    run("stop", "--help")

    began = time.monotonic()
    code, said = run("heshi", "version")

    assert (code, said) == (0, [])
    assert time.monotonic() - began < 10  # on a busy machine; two seconds on a quiet one


def test_a_stamp_is_good_for_exactly_one_state(tmp_path: Path) -> None:
    lock, result = tmp_path / "lock", tmp_path / "result"
    lock.write_text("a")
    missing = install.fingerprint([lock], result)
    result.write_text("made")
    made = install.fingerprint([lock], result)
    lock.write_text("b")

    assert len({missing, made, install.fingerprint([lock], result)}) == 3


def test_uv_looks_where_pip_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = "global.index-url='https://mirror.example/simple'\nglobal.find-links='/opt/wheels'\n"
    monkeypatch.setattr(programs, "run", lambda _command: programs.Ended(0, settings))
    monkeypatch.delenv("UV_INDEX", raising=False)

    assert programs.uv_environment() == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_FIND_LINKS": "/opt/wheels",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    monkeypatch.setenv("UV_INDEX", "https://other.example/simple")
    assert programs.uv_environment() == {}


def test_locks_hold_hashes_and_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "index-url " not in text.replace("--no-emit-index-url ", "")
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_missing_browser_parts_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(browser, "find", lambda: None)
    monkeypatch.setattr(browser, "has_chinese_font", lambda: False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    browser.make_ready()

    assert "apt-get install chromium fonts-noto-cjk" in capsys.readouterr().err


def test_every_sentence_is_chinese() -> None:
    for refusal in (install.CannotInstall, demo.ArgumentsWrong):
        assert CHINESE.search(refusal.sentence)
