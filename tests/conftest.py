"""The ground every test stands on: a throwaway PostgreSQL, one database for each worker, and a browser."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from heshi.cli import browser as browsers
from heshi.common import embedded, start

pytest_plugins = ["tests.cast", "tests.files"]

DATABASE_OF_PROCESS = re.compile(r"^test_heshi_(\d+)_\w+$")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MS = 10_000


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start the throwaway server and name this run's database after its process, so that runs never meet."""
    start.ensure_database()
    if start.uses_embedded():
        _drop_leftovers()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_heshi_{os.getpid()}_{worker}"
    yield
    if start.uses_embedded():
        embedded.stop(settings.HESHI_POSTGRES)


def _drop_leftovers() -> None:
    """Drop the databases of test runs that were killed."""
    with psycopg.connect(embedded.database_url(settings.HESHI_POSTGRES), autocommit=True) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            found = DATABASE_OF_PROCESS.match(name)
            if found and not Path(f"/proc/{found[1]}").exists():
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@pytest.fixture(scope="module")
def server_folder() -> Iterator[Path]:
    """Give a folder for a server that runs as another account; pytest keeps closing its own to others."""
    with tempfile.TemporaryDirectory(prefix="heshi-test-") as name:
        yield Path(name)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium; without one the test is skipped, and with CI=true it fails."""
    executable = browsers.find()
    if executable is None:
        _no_browser("没有 Chromium，请先安装：apt-get install chromium fonts-noto-cjk")
    # Playwright runs a loop in this thread, and Django would take every query for an asynchronous one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window of a Chinese desk browser; uncaught script errors fail the test."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(PATIENCE_MS)
    window = context.new_page()
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    yield window
    context.close()
    assert errors == []


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A fresh window the size of a telephone; uncaught script errors fail the test."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 390, "height": 844}, has_touch=True,
        is_mobile=True, device_scale_factor=2,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE_MS)
    window = context.new_page()
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    yield window
    context.close()
    assert errors == []


def _no_browser(reason: str) -> NoReturn:
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(reason)
    pytest.skip(reason)
