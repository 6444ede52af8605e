"""A playbook's text to its draft; `heshi.common.yamltext` reads, `layers` lays it over its fragments."""

from __future__ import annotations

from heshi.common import yamltext
from heshi.common.yamltext import Draft, Miswritten


class PlaybookRefused(Miswritten):
    """The file is not a playbook that can run."""

    code = "playbook_refused"
    sentence = "预案有误，未载入："
    thing = "预案"


def read(file: str, text: str) -> Draft:
    """Return the draft of one file; raises PlaybookRefused when it is not YAML, or says a key twice."""
    return yamltext.read(file, text, PlaybookRefused)
