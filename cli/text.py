"""Text from elsewhere (causes, names, server replies) made safe to print."""

from __future__ import annotations


def one_line(text: str) -> str:
    """`text` with every run of white space as one blank, and without control characters."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())


def harmless(text: str) -> str:
    """`text` without what steers a terminal; its lines stay lines."""
    return "\n".join("".join(filter(str.isprintable, line)) for line in text.split("\n"))


def shortened(text: str, characters: int) -> str:
    """`text`, or its beginning with "..." if it is longer than that many characters."""
    return text if len(text) <= characters else f"{text[: characters - 3].rstrip()}..."
