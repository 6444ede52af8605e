"""Settings refuse nonsense with one sentence and take secrets from files."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from heshi.settings import env

KEY = base64.b64encode(bytes(range(32))).decode()


def test_a_value_is_taken_from_the_environment_or_else_the_default() -> None:
    assert env.text("X", "默认", environ={"X": " 值 "}) == "值"
    assert env.text("X", "默认", environ={}) == "默认"
    assert env.text("X", "默认", environ={"X": "  "}) == "默认"


def test_a_secret_is_taken_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("秘密\n")

    assert env.text("X", environ={"X_FILE": str(secret)}) == "秘密"


def test_good_values_are_read_as_what_they_are() -> None:
    assert env.flag("X", environ={"X": "ON"}) is True
    assert env.flag("X", True, environ={"X": "0"}) is False
    assert env.whole("X", 7, environ={}) == 7
    assert env.share("X", 0.8, environ={}) == 0.8
    assert [env.share("X", 0.8, environ={"X": word}) for word in ("0", "1", ".65")] == [0.0, 1.0, 0.65]
    assert env.choice("X", ["甲", "乙"], environ={"X": "乙"}) == "乙"
    assert env.words("X", environ={"X": "a, b\nc,"}) == ["a", "b", "c"]
    assert env.encryption_keys("X", environ={"X": f"{KEY},{KEY}"}) == [KEY, KEY]


def test_a_database_address_becomes_a_django_entry() -> None:
    entry = env.database("X", "postgresql://u:p%40ss@db.internal:5433/heshi?sslmode=require")

    assert entry == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "heshi", "USER": "u", "PASSWORD": "p@ss", "HOST": "db.internal", "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("read", "environ"),
    [
        (env.text, {}),
        (env.text, {"X": "a", "X_FILE": "/b"}),
        (env.text, {"X_FILE": "/nowhere/at/all"}),
        (env.text, {"X_FILE": "/dev/null"}),
        (env.flag, {"X": "maybe"}),
        (env.whole, {"X": "12.5"}),
        (env.whole, {"X": "-1"}),
        (env.whole, {"X": "²"}),
        (lambda name, *, environ: env.share(name, 0.8, environ=environ), {"X": "80"}),
        (lambda name, *, environ: env.share(name, 0.8, environ=environ), {"X": "八成"}),
        (lambda name, *, environ: env.share(name, 0.8, environ=environ), {"X": "nan"}),
        (env.whole, {"X": "99999999999"}),
        (env.words, {"X": ","}),
        (env.encryption_keys, {"X": "too short"}),
        (env.encryption_keys, {"X": f"{KEY},{KEY[:20]}"}),
        (lambda name, environ: env.choice(name, ["甲"], environ=environ), {"X": "丙"}),
        (lambda name, environ: env.folder(name, Path(), environ=environ), {"X": __file__}),
        (lambda name, environ: env.database(name, "", environ=environ), {"X": "mysql://u@h/d"}),
        (lambda name, environ: env.database(name, "", environ=environ), {"X": "postgresql://u@h:no/d"}),
        (lambda name, environ: env.database(name, "", environ=environ), {"X": "postgresql://u@h"}),
    ],
)
def test_nonsense_is_refused_with_one_chinese_sentence(
    read: Callable[..., object], environ: dict[str, str]
) -> None:
    with pytest.raises(env.SettingRefused) as refused:
        read("X", environ=environ)

    sentence = str(refused.value)
    assert sentence.endswith("。")
    assert "X" in sentence
    assert "\n" not in sentence
