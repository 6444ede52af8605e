"""Secrets of a desk are made once and kept for their owner alone."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from heshi.settings import secrets
from heshi.settings.env import SettingRefused


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"

    assert secrets.secret_key(folder) == secrets.secret_key(folder)
    assert len(base64.b64decode(secrets.encryption_keys(folder)[0])) == 32
    assert [file.stat().st_mode & 0o777 for file in folder.iterdir()] == [0o600, 0o600]


def test_two_first_runs_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(secrets.lookup_key, [tmp_path / "secrets"] * 32))

    assert len(set(made)) == 1


def test_a_folder_that_takes_nothing_is_refused_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("in the way")

    with pytest.raises(SettingRefused, match="写不了密钥文件"):
        secrets.secret_key(tmp_path / "secrets")
