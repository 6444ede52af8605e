"""Secrets a desk makes for itself on the first run, kept in `var/secrets/` and readable by the owner only."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from heshi.settings.env import SettingRefused


def secret_key(folder: Path) -> str:
    """Return the signing key of this desk, made on the first call."""
    return _kept(folder / "secret_key", lambda: secrets.token_urlsafe(50))


def encryption_keys(folder: Path) -> list[str]:
    """Return this desk's field-encryption keys, the current one first, made on the first call."""
    return _kept(folder / "keys", _new_key).split()


def lookup_key(folder: Path) -> str:
    """Return the key of the fingerprints by which sealed values are compared; it never rotates."""
    return _kept(folder / "lookup_key", _new_key)


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Return what the file says; write it first when absent. Two processes at once agree on one value."""
    try:
        if not path.exists():
            _write_once(path, make())
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingRefused(
            f"写不了密钥文件 {path}，请检查文件夹权限和磁盘空间（{error.strerror}）。"
        ) from error


def _write_once(path: Path, value: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    draft.write_text(value + "\n", encoding="utf-8")
    draft.chmod(0o600)
    try:
        # A link refuses to replace what another process wrote a moment earlier.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
