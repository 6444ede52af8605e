"""Words that another system kept as a web page: the text a person would read there."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Final

TAG: Final = re.compile(
    r"</?(?:p|br|div|span|b|i|u|em|strong|table|tbody|tr|td|th|li|ul|ol|a|img|font|style|h[1-6]|o:p|section|article|html|body)\b[^<>]*>",
    re.IGNORECASE,
)
ENTITY: Final = re.compile(
    r"&(?:nbsp|lt|gt|amp|quot|ldquo|rdquo|mdash|hellip|#\d{2,6}|#x[0-9a-f]{2,6});", re.IGNORECASE
)
BREAKS: Final = frozenset(
    {"p", "br", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "table"}
)
UNSEEN: Final = frozenset({"script", "style", "head", "title"})
SPACES: Final = re.compile(r"[ \t\xa0]+")
GAPS: Final = re.compile(r" ?\n[ \n]*")


class _Reader(HTMLParser):
    """Collects what is to be read, a line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts = list[str]()
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 -- the parser's own words
        """Begin a line, or something that nobody reads."""
        self._unseen += tag in UNSEEN
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        self._unseen = max(0, self._unseen - (tag in UNSEEN))
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Take words in; the line breaks of the markup itself are only spaces."""
        if not self._unseen:
            self.parts.append(data.replace("\n", " "))


def text_of(written: str) -> str:
    """Return written words without markup; words without any come back as they are, and so does a lone < or &."""
    if "<" in written and TAG.search(written):
        reader = _Reader()
        reader.feed(written)
        reader.close()
        return _tight("".join(reader.parts))
    if "&" in written and ENTITY.search(written):
        return _tight(html.unescape(written))
    return written


def _tight(text: str) -> str:
    return GAPS.sub("\n", SPACES.sub(" ", text)).strip()
