"""A page as a browser reads it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "br"})


class Page(HTMLParser):
    """Tags in order, each with its attributes; the text in `pieces`, that of plots in `drawn`. `unclosed`
    and `mismatched` end empty when all tags match.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[dict[str, str]] = []
        self.unclosed: list[str] = []
        self.mismatched: list[str] = []
        self.pieces: list[str] = []
        self.drawn: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)
        if tag not in _VOID:
            self.unclosed.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.unclosed and self.unclosed[-1] == tag:
            self.unclosed.pop()
        else:
            self.mismatched.append(tag)

    def handle_data(self, data: str) -> None:
        if "svg" in self.unclosed:
            self.drawn.append(data)
        elif self.unclosed[-1:] != ["style"]:
            self.pieces.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every such tag."""
        return [found for name, found in zip(self.tags, self.attributes, strict=True) if name == tag]

    @property
    def images(self) -> list[str]:
        """The text alternative of every plot."""
        return [found["aria-label"] for found in self.all("svg")]

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def words(self) -> str:
        """The text with one space between words and elements."""
        return " ".join(" ".join(self.pieces).split())

    def _note(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append({name: value or "" for name, value in attrs})


def uneven_tables(html: str) -> list[str]:
    """The tables that have a row of other than as many columns as their first row; there must be tables."""
    tables = re.findall("<table.*?</table>", html, re.DOTALL)
    assert tables
    return [table for table in tables if len(set(map(_width, table.split("<tr")[1:]))) != 1]


def _width(row: str) -> int:
    spans = [re.search('colspan="([0-9]+)"', cell) for cell in re.findall("<t[hd][^>]*>", row)]
    return sum(int(span[1]) if span else 1 for span in spans)
