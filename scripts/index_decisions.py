"""Write docs/adr/README.md, the index of the decisions, from their first lines.

    python -m scripts.index_decisions

A test compares the index with the decisions, so it cannot go stale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DECISIONS = Path(__file__).resolve().parent.parent / "docs" / "adr"
INDEX = DECISIONS / "README.md"
_FIRST_LINES = re.compile(
    r"# (?P<number>\d+)\. (?P<title>[^\n]+)\n\n"
    r"Date: (?P<date>\d{4}-\d\d-\d\d)\. Status: (?P<status>[^\n]+)\.\n"
)
_INTRODUCTION = """# Decisions

What a newcomer would question, and why it is so. A decision is not rewritten when another takes its
place: its status says which. Written by `make decisions`.

| decision | date | status |
|---|---|---|
"""


@dataclass(frozen=True)
class Decision:
    file: str
    number: int
    title: str
    date: str
    status: str


def decisions() -> Iterator[Decision]:
    """In the order of their numbers. Raises ValueError for a file whose first lines do not say all of it."""
    for path in sorted(DECISIONS.glob("[0-9]*.md")):
        found = _FIRST_LINES.match(path.read_text("utf-8"))
        if found is None:
            raise ValueError(f"{path.name} does not begin with `# N. Title` and `Date: ... Status: ...`")
        yield Decision(path.name, int(found["number"]), found["title"], found["date"], found["status"])


def index() -> str:
    rows = [
        f"| [{each.number}. {each.title}]({each.file}) | {each.date} | {each.status} |\n"
        for each in decisions()
    ]
    return _INTRODUCTION + "".join(rows)


if __name__ == "__main__":
    INDEX.write_text(index(), "utf-8")
