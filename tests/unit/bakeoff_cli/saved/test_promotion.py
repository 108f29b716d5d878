"""What a saved run decided about production is verified with the rest of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bakeoff_cli.saved.verification import verify_folder
from tests.unit.bakeoff.domain.promotion.runs import CHAMPION
from tests.unit.bakeoff_cli.saved_runs import edit


@pytest.fixture
def saved(promoting: Path) -> Path:
    return promoting


def test_an_untouched_decision_is_identical(saved: Path) -> None:
    assert json.loads((saved / "promotion.json").read_text())["decision"] == "promote"
    assert verify_folder(saved, lambda _: None).identical


@pytest.mark.parametrize(
    ("field", "value"), [("decision", "keep"), ("candidate", "linear"), ("reason", "Because I say so.")]
)
def test_a_decision_that_does_not_follow_is_found(saved: Path, field: str, value: str) -> None:
    edit(saved / "promotion.json", lambda document: document.update({field: value}))

    found = verify_folder(saved, lambda _: None)

    assert found.difference is not None
    assert (found.difference.path, found.difference.recorded) == (f"promotion.{field}", value)


def test_a_changed_p_value_is_found(saved: Path) -> None:
    edit(saved / "promotion.json", lambda document: document["comparisons"][1].update(p_value=0.001))

    difference = verify_folder(saved, lambda _: None).difference

    assert difference is not None and difference.path == "promotion.comparisons[1].p_value"


def test_an_improved_champion_is_found(saved: Path) -> None:
    path = saved / "predictions" / f"{CHAMPION}.csv"
    heading, *rows = path.read_text().splitlines()
    pairs = [row.split(",") for row in rows]
    exact = [f"{row},{actual},{actual}" for row, actual, _ in pairs]
    path.write_text("\n".join([heading, *exact, ""]))

    difference = verify_folder(saved, lambda _: None).difference

    assert difference is not None and difference.path.startswith("promotion.")


def test_another_label_of_the_champion_is_told_by_its_file(saved: Path) -> None:
    path = saved / "predictions" / f"{CHAMPION}.csv"
    path.write_text(path.read_text().replace("0,5,", "0,6,", 1))

    changed = verify_folder(saved, lambda _: None).changed

    assert changed is not None
    assert f"{CHAMPION}.csv was changed after the run: it holds row 0 with the label 6 where" in changed


def test_a_champion_that_saw_todays_rows_is_found(saved: Path) -> None:
    edit(saved / "champion.json", lambda record: record["learnt_from"]["split"].update(validation_below=900))

    difference = verify_folder(saved, lambda _: None).difference

    assert difference is not None
    assert (difference.path, difference.recomputed) == ("promotion.decision", "incomparable")
