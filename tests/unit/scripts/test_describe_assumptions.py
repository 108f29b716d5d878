from __future__ import annotations

from scripts.describe_assumptions import PAGE, embed, table


def test_the_page_shows_the_program_s_own_list() -> None:
    page = PAGE.read_text("utf-8")
    assert embed(page, table()) == page, "run python -m scripts.describe_assumptions"
    assert table() in page
