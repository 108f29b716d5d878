"""Saved runs of a classification are verified like all others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.verdict.comparison import judge
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff_cli.saved.verification import verify_folder
from tests.unit.bakeoff.domain.statistics.classification.answered import labels
from tests.unit.bakeoff.domain.verdict.class_runs import a_classification, candidate
from tests.unit.bakeoff.domain.verdict.results import RUN


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A run of three candidates, of which one names classes only."""
    actual = labels(200, 3, 0)
    field = {
        "good": candidate("good", actual, 3),
        "fair": candidate("fair", actual, 1, seed=1),
        "labels": candidate("labels", actual, 2, seed=2, labels_only=True),
    }
    store = a_classification(field, actual)
    judge(WritableRunFiles(store, RUN), VerdictOptions(task="classification", metric="log_loss"))
    for key in store.stored_keys():
        path = tmp_path / key.removeprefix(f"runs/{RUN}/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(store.text(key))
    return tmp_path


def test_an_untouched_folder_is_identical(saved: Path) -> None:
    assert json.loads((saved / "comparison.json").read_text())["verdict"]["outcome"] == "winner"
    assert verify_folder(saved, lambda _: None).identical


def test_a_changed_probability_is_found(saved: Path) -> None:
    path = saved / "predictions" / "good.csv"
    heading, first, *rest = path.read_text().splitlines()
    row, actual, predicted, *probabilities, cluster = first.split(",")
    # In their order from the least, so that the answer stays what it was.
    places = sorted(range(3), key=lambda place: float(probabilities[place]))
    for place, changed in zip(places, ("0.05", "0.15", "0.8"), strict=True):
        probabilities[place] = changed
    path.write_text("\n".join([heading, ",".join([row, actual, predicted, *probabilities, cluster]), *rest]))

    found = verify_folder(saved, lambda _: None)

    assert not found.identical
    assert "candidates[0].metrics.log_loss" in str(found)


def test_another_label_is_found(saved: Path) -> None:
    path = saved / "predictions" / "fair.csv"
    text = path.read_text()
    path.write_text(text.replace("\n1,yes,", "\n1,no,"))
    assert path.read_text() != text

    found = verify_folder(saved, lambda _: None)

    assert found.changed is not None
    assert "fair.csv was changed after the run: it holds row 1 with the label 0 where row 1" in found.changed
