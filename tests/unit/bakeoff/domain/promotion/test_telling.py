from __future__ import annotations

import re
from pathlib import Path

import pytest

from bakeoff.domain.errors import PromotionError
from bakeoff.domain.promotion.telling import cure_of

PAGE = (Path(__file__).parents[5] / "docs" / "production.md").read_text("utf-8")
ERRORS = sorted(error.__name__ for error in PromotionError.__subclasses__())


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_of_a_promotion_has_a_cure_of_its_own_and_is_told_of(error: str) -> None:
    assert cure_of(error) != cure_of("Unknown")
    assert re.search(rf"^\| `{error}` \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("error", [*ERRORS, None])
def test_the_cure_of_a_rollback_names_no_run_to_promote_again(error: str | None) -> None:
    assert "promote the run again" not in cure_of(error, "rollback")


def test_any_other_has_one_too() -> None:
    assert cure_of(None) == cure_of("States.TaskFailed") == "Remove the cause, and promote the run again."
