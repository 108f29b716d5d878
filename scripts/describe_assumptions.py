"""Write what `bakeoff smoke` looks for into docs/first-deployment.md, between its markers.

    python -m scripts.describe_assumptions

The list is the program's own (bakeoff_cli/smoke/assumptions.py); a test compares the page with it.
"""

from __future__ import annotations

from pathlib import Path

from bakeoff_cli.smoke.assumptions import ASSUMPTIONS
from scripts.marked import embed

PAGE = Path(__file__).resolve().parent.parent / "docs" / "first-deployment.md"
NAME = "assumptions"


def table() -> str:
    """The assumptions as a Markdown table, none of them settled."""
    rows = [("assumption", "seen in AWS"), ("---", "---"), *((each.says, "not yet") for each in ASSUMPTIONS)]
    return "".join(f"| {says} | {seen} |\n" for says, seen in rows)


def main() -> None:
    PAGE.write_text(embed(PAGE.read_text("utf-8"), NAME, table()), "utf-8")


if __name__ == "__main__":
    main()
