"""`./run demo`: the demo county on this machine, from nothing to a page in a browser."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Sequence
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from heshi.common import start, supervisor
from heshi.common.refusals import Invalid, Refusal

EVERYWHERE = "0.0.0.0"  # noqa: S104 -- only when asked for, so that a telephone on the same network can come in
REPORT_PATH = "/report/"
LAST_PORT = 65535


def main(arguments: Sequence[str]) -> int:
    """Prepare the demo county and serve it; return the exit code. A refusal is one sentence."""
    try:
        asked = parse(arguments)
        if not asked.no_serve:
            supervisor.refuse_busy_port(asked.host, asked.port)
        settle(asked.host, asked.port)
        return prepare_and_serve(asked)
    except (Refusal, ImproperlyConfigured) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OperationalError as error:
        known = start.lost(error)
        if known is None:
            raise
        print(known, file=sys.stderr)
        return 1


class Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        """Raise `ArgumentsWrong` instead of printing English."""
        raise ArgumentsWrong(message=message)


class ArgumentsWrong(Invalid):
    """The words after `./run demo` make no sense."""

    code = "arguments_wrong"
    sentence = "参数不对：可以写 --port 端口（1 到 65535）、--host 地址、--method 预案代码、--no-serve，例如 ./run demo --port 8001。"


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what was asked for; raise `ArgumentsWrong`."""
    parser = Parser(prog="./run demo", description="在本机运行演示县。")
    parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址；写 0.0.0.0 可让同一网络的手机打开")
    parser.add_argument("--method", default="", help="全县只按这一种办法办：预案的代码")
    parser.add_argument("--no-serve", action="store_true", help="只准备好数据，不提供服务")
    asked = parser.parse_args(arguments)
    if not 0 < asked.port <= LAST_PORT:
        parser.error("port")
    return asked


def settle(host: str, port: int) -> None:
    """Choose settings fit for a demo, leaving alone whatever is set already."""
    near = address_for_telephones() if host == EVERYWHERE else host
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heshi.settings.dev")
    os.environ.setdefault("HESHI_DEBUG", "false")
    os.environ.setdefault("HESHI_LOG_LEVEL", "WARNING")
    os.environ.setdefault("HESHI_PUBLIC_URL", f"http://{near}:{port}")
    os.environ.setdefault("HESHI_HOSTS", ",".join(dict.fromkeys(["127.0.0.1", "localhost", "[::1]", near])))


def address_for_telephones() -> str:
    """Return this machine's address on its network; sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # An address reserved for examples: choosing a route to it tells which of ours would be used.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def prepare_and_serve(asked: argparse.Namespace) -> int:
    """Start the database, bring it up to date, load the county, serve."""
    import django  # noqa: PLC0415 -- needs the settings chosen above
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    start.ensure_database()
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("demo", method=asked.method)
    if asked.no_serve:
        print("演示县已准备好；运行 ./run demo 开始服务。数据库仍开着，./run stop 可以停下。")
        return 0
    family = supervisor.children(
        host=asked.host, port=asked.port, processes=min(4, os.cpu_count() or 1), threads=4,
        logs=settings.HESHI_VAR / "log",
    )  # fmt: skip
    data = settings.HESHI_POSTGRES if start.uses_embedded() else None
    supervisor.serve(
        family,
        host=asked.host,
        port=asked.port,
        data=data,
        when_ready=lambda: welcome(settings.HESHI_PUBLIC_URL),
    )
    print("\n已全部停下。")
    return 0


def welcome(address: str) -> None:
    """Print the addresses and the telephone page's QR code."""
    import segno  # noqa: PLC0415 -- not needed when something was refused before

    print(f"\n群众页（手机扫码）  {address}{REPORT_PATH}")
    if sys.stdout.encoding.lower().startswith("utf"):
        segno.make(address + REPORT_PATH, micro=False).terminal(compact=True)
    print(f"工作台              {address}/desk/")
    print(f"首页                {address}/")
    print("日志在 var/log/。按 Ctrl-C 全部停下（网页、后台任务、数据库）。", flush=True)
