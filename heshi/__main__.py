"""`python -m heshi COMMAND`: the command line."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from heshi.common.refusals import Refusal

OVERVIEW = (["help"], ["--help"], ["-h"])
WITHOUT_DATABASE = frozenset({"help", "--help", "-h", "version", "--version", "stop"})


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code; a refusal is one sentence on stderr."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heshi.settings.dev")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- reads the settings

    from heshi.cli import chinese  # noqa: PLC0415 -- reads the settings
    from heshi.common import start  # noqa: PLC0415 -- reads the settings

    try:
        chinese.speak()
        if len(arguments) == 1 or arguments[1:] in OVERVIEW:
            print(chinese.overview())
            return 0
        chinese.check_known(arguments[1])
        if arguments[1] not in WITHOUT_DATABASE:
            start.ensure_database()
        execute_from_command_line(arguments)
    except (Refusal, ImproperlyConfigured) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except OperationalError as error:
        known = start.lost(error)
        if known is None:
            raise
        print(known, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("已按您的要求停下。", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader (head, less) has left; nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(["heshi", *sys.argv[1:]]))
