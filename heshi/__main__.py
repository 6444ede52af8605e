"""`python -m heshi COMMAND`: the command line."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from heshi.common.refusals import Refusal

WITHOUT_DATABASE = frozenset({"help", "--help", "-h", "version", "--version", "stop"})


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code; a refusal is one sentence on stderr."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heshi.settings.dev")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- reads the settings

    from heshi.common import start  # noqa: PLC0415 -- reads the settings

    try:
        if arguments[1:] and arguments[1] not in WITHOUT_DATABASE:
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
