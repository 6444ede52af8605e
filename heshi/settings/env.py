"""Read settings from the environment and refuse nonsense with one sentence.

Every reader accepts `NAME` or `NAME_FILE` (a path whose content is the value, for secrets that must
not show in a process list). A value that makes no sense stops the start instead of being guessed.
"""

import base64
import binascii
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NotRequired, TypedDict
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
KEY_BYTES = 32


class SettingRefused(ImproperlyConfigured):
    """A setting is missing or makes no sense; the text is one Chinese sentence saying what to write."""


def text(name: str, default: str | None = None, *, environ: Mapping[str, str] | None = None) -> str:
    """Return the value of `name`, or the content of the file named by `NAME_FILE`.

    Raises `SettingRefused` when both are given, the file cannot be read, or there is no value and no default.
    """
    env = os.environ if environ is None else environ
    direct, path = env.get(name), env.get(f"{name}_FILE")
    if direct is not None and path:
        raise SettingRefused(f"设置 {name} 与 {name}_FILE 只能写一个，请删去其中之一。")
    if path:
        return _from_file(name, path)
    if direct is not None and direct.strip():
        return direct.strip()
    if default is None:
        raise SettingRefused(f"缺少设置 {name}，请在环境变量 {name} 或 {name}_FILE 中写明后再启动。")
    return default


def _from_file(name: str, path: str) -> str:
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingRefused(f"设置 {name}_FILE 指向的文件 {path} 读不出来，请检查路径和权限。") from error
    if not value:
        raise SettingRefused(f"设置 {name}_FILE 指向的文件 {path} 是空的，请写入内容后再启动。")
    return value


def flag(name: str, default: bool | None = None, *, environ: Mapping[str, str] | None = None) -> bool:
    """Return a yes or no; raise `SettingRefused` for anything but true/false, yes/no, on/off, 1/0."""
    fallback = None if default is None else str(default)
    word = text(name, fallback, environ=environ).lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise SettingRefused(f"设置 {name} 只能写 true 或 false，现在写的是“{word}”，请改正。")


def whole(
    name: str,
    default: int | None = None,
    *,
    least: int = 0,
    most: int = 2**31 - 1,
    environ: Mapping[str, str] | None = None,
) -> int:
    """Return a whole number between `least` and `most`; raise `SettingRefused` otherwise."""
    word = text(name, None if default is None else str(default), environ=environ)
    if word.isascii() and word.lstrip("-").isdigit() and least <= int(word) <= most:
        return int(word)
    raise SettingRefused(f"设置 {name} 要写 {least} 到 {most} 之间的整数，现在写的是“{word}”，请改正。")


def share(name: str, default: float, *, environ: Mapping[str, str] | None = None) -> float:
    """Return a share between 0 and 1; raise `SettingRefused` otherwise."""
    word = text(name, str(default), environ=environ)
    try:
        value = float(word)
    except ValueError:
        value = -1.0
    if 0 <= value <= 1:
        return value
    raise SettingRefused(f"设置 {name} 要写 0 到 1 之间的小数，如 0.8，现在写的是“{word}”，请改正。")


def choice(
    name: str, options: Sequence[str], default: str | None = None, *, environ: Mapping[str, str] | None = None
) -> str:
    """Return one of `options`; raise `SettingRefused` for any other word."""
    word = text(name, default, environ=environ)
    if word in options:
        return word
    raise SettingRefused(f"设置 {name} 只能写 {'、'.join(options)} 之一，现在写的是“{word}”，请改正。")


def words(
    name: str, default: Sequence[str] | None = None, *, environ: Mapping[str, str] | None = None
) -> list[str]:
    """Return a list written with commas or line breaks; raise `SettingRefused` when it has no member."""
    raw = text(name, None if default is None else ",".join(default), environ=environ)
    found = [word.strip() for word in raw.replace("\n", ",").split(",") if word.strip()]
    if not found and default is None:
        raise SettingRefused(f"设置 {name} 至少要写一项，多项用逗号隔开。")
    return found


def folder(name: str, default: Path, *, environ: Mapping[str, str] | None = None) -> Path:
    """Return a folder as an absolute path; raise `SettingRefused` when a file stands in its place."""
    path = Path(text(name, str(default), environ=environ)).expanduser().resolve()
    if path.exists() and not path.is_dir():
        raise SettingRefused(f"设置 {name} 要写一个文件夹，而 {path} 是文件，请改正。")
    return path


def encryption_keys(
    name: str, default: Sequence[str] | None = None, *, environ: Mapping[str, str] | None = None
) -> list[str]:
    """Return base64 keys of 32 bytes, the current one first; raise `SettingRefused` for any other shape."""
    keys = words(name, default, environ=environ)
    for place, key in enumerate(keys, start=1):
        if not _is_key(key):
            raise SettingRefused(f"设置 {name} 的第 {place} 个密钥不是 32 字节的 base64，请重新生成。")
    return keys


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False


class DatabaseEntry(TypedDict):
    """How Django reaches a database."""

    ENGINE: str
    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: str
    OPTIONS: dict[str, object]
    CONN_HEALTH_CHECKS: NotRequired[bool]
    TEST: NotRequired[dict[str, object]]


def database(name: str, default: str, *, environ: Mapping[str, str] | None = None) -> DatabaseEntry:
    """Return a Django database entry for a `postgresql://` address; raise `SettingRefused` for any other."""
    address = text(name, default, environ=environ)
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise SettingRefused(f"设置 {name} 的数据库地址写得不对，请检查端口和括号。") from error
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    base = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not base:
        raise SettingRefused(f"设置 {name} 要写成 postgresql://用户:密码@主机:端口/库名，请改正。")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": base,
        "USER": options.pop("user", "") or unquote(parts.username or ""),
        "PASSWORD": options.pop("password", "") or unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or options.pop("port", "")),
        "OPTIONS": {**options},
    }
