"""Find a Chromium, a Chinese font and a spreadsheet program for the tests; as root, install what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = {"chromium": "chromium", "font": "fonts-noto-cjk", "office": "libreoffice-calc-nogui"}
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")


def find() -> str | None:
    """Return the path of a Chromium that starts, None when there is none.

    `HESHI_CHROMIUM` names one; Ubuntu's `chromium-browser` may be an empty shell, so each is tried.
    """
    named = os.environ.get("HESHI_CHROMIUM")
    for name in [named] if named else NAMES:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    return None


def has_chinese_font() -> bool:
    """Return whether some Noto CJK, WenQuanYi or Source Han font is installed."""
    marks = ("cjk", "wqy", "sourcehan", "droidsansfallback")
    fonts = (file.name.lower() for folder in FONT_FOLDERS for file in folder.rglob("*.[ot]t[fc]"))
    return any(mark in font.replace("-", "").replace(" ", "") for font in fonts for mark in marks)


def missing() -> list[str]:
    """Return the packages that would have to be installed."""
    there = {"chromium": find(), "font": has_chinese_font(), "office": shutil.which("soffice")}
    return [package for part, package in PACKAGES.items() if not there[part]]


def make_ready() -> None:
    """Install what is missing when we may; otherwise say what to install and go on."""
    packages = missing()
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"正在安装 {' '.join(packages)}（测试用）……", file=sys.stderr)
        _apt(["update"])
        _apt(["install", "-y", "--no-install-recommends", *packages])
        packages = missing()
    if packages:
        print(
            f"测试缺少 {' '.join(packages)}，请先安装：apt-get install {' '.join(packages)}",
            file=sys.stderr,
        )


def _apt(arguments: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    ended = subprocess.run(
        ["apt-get", "-q", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        print(ended.stdout[-1000:] + ended.stderr[-1000:], file=sys.stderr)


def _starts(path: str) -> bool:
    try:
        tried = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
