from __future__ import annotations

from scripts.describe_assumptions import NAME, PAGE, table
from scripts.marked import embed


def test_the_page_shows_the_program_s_own_list() -> None:
    page = PAGE.read_text("utf-8")
    assert embed(page, NAME, table()) == page, "run python -m scripts.describe_assumptions"
    assert table() in page
