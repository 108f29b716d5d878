"""Text from elsewhere (causes, names, server replies) made safe to print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

# A token of the line: a word, or a command in backquotes with the punctuation beside it.
_WHOLE = re.compile(r"(?:[^ `]++|`[^`\n]++`|`)*+")

_SHOWN_NAMES, _NAME_CHARACTERS = 6, 24


def one_line(text: str) -> str:
    """`text` with every run of white space as one blank, and without control characters."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())


def harmless(text: str) -> str:
    """`text` without what steers a terminal; its lines stay lines."""
    return "\n".join("".join(filter(str.isprintable, line)) for line in text.split("\n"))


def shortened(text: str, characters: int) -> str:
    """`text`, or its beginning with "..." if it is longer than that many characters."""
    return text if len(text) <= characters else f"{text[: characters - 3].rstrip()}..."


def counted(count: int, what: str) -> str:
    """As in "1 row" and "2,000 rows"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """The names, or of many the first ones and the last one; long ones are shortened."""
    shown = [shortened(name, _NAME_CHARACTERS) for name in names]
    if len(shown) > _SHOWN_NAMES:
        shown = [*shown[: _SHOWN_NAMES - 1], f"... {shown[-1]}"]
    return ", ".join(shown)


def name_one_of(names: Sequence[str]) -> str:
    """What to do where one of them is meant, and nobody can tell which."""
    return f"name {'one of ' if len(names) > 1 else ''}{', '.join(names)}"


def wrapped(text: str, width: int) -> str:
    """`text` with its lines broken between words to be at most `width` cells wide.

    What is to be copied stays whole: a word that is longer (an address), a command in backquotes, and an
    indented line.
    """
    return "\n".join(part for line in text.split("\n") for part in _parts(line, width))


def _parts(line: str, width: int) -> Iterator[str]:
    if line.startswith("  "):
        yield line
        return
    part = ""
    for number, word in enumerate(_words(line)):
        longer = f"{part} {word}" if number else word
        if part.strip() and cell_len(longer) > width:
            yield part
            longer = word
        part = longer
    yield part


def _words(line: str) -> Iterator[str]:
    """What must not be broken; joined with blanks they are the line again."""
    start = 0
    while start <= len(line):
        found = _WHOLE.match(line, start)
        assert found
        yield found[0]
        start = found.end() + 1
