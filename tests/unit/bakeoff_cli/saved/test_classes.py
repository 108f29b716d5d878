"""Saved runs of a classification are verified like all others."""

from __future__ import annotations

import json
from array import array
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.scoring.predictions import Predictions
from bakeoff.domain.statistics.classification.answers import Answers
from bakeoff.domain.statistics.classification.contributions import contributions
from bakeoff.domain.verdict.comparison import judge
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff_cli.saved.altered.classes import changed_probability
from bakeoff_cli.saved.verification import verify_folder
from tests.unit.bakeoff.domain.statistics.classification.answered import labels
from tests.unit.bakeoff.domain.verdict.class_runs import NAMES, a_classification, candidate
from tests.unit.bakeoff.domain.verdict.results import RUN
from tests.unit.bakeoff_cli.saved_runs import edit


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


def test_a_class_that_was_changed_in_the_table_is_told_by_its_name(saved: Path) -> None:
    columns = [
        {"name": "answer", "role": "label", "kind": "category"},
        {"name": "row", "role": "feature", "kind": "number"},
    ]
    edit(saved / "plan.json", lambda plan: plan.update(table={"columns": columns}))
    edit(
        saved / "comparison.json", lambda document: document["dataset"].update(columns=columns, unlabelled=0)
    )
    numbers = [
        line.split(",")[0] for line in (saved / "datasets/csv/test/part-00000").read_text().splitlines()
    ]
    path = saved / "datasets" / "table" / "test" / "part-00000"
    path.parent.mkdir(parents=True)
    rows = [json.dumps([NAMES[int(label)], str(row)]) for row, label in enumerate(numbers)]
    path.write_text("".join(f"{row}\n" for row in rows))
    assert verify_folder(saved, lambda _: None).identical

    other = NAMES[int(numbers[3]) - 1]
    rows[3] = json.dumps([other, "3"])
    path.write_text("".join(f"{row}\n" for row in rows))

    told = (
        f"row 3 of the first has the label {other!r}, and of the second the label {NAMES[int(numbers[3])]!r}."
    )
    assert str(verify_folder(saved, lambda _: None).changed).endswith(told)


def test_the_file_of_a_changed_row_is_named_when_its_result_has_other_metrics(saved: Path) -> None:
    comparison = json.loads((saved / "comparison.json").read_text())
    measured = {item["name"]: item["metrics"] for item in comparison["candidates"]}
    path = saved / "results" / "labels.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"metrics": measured["labels"]}))
    predictions = saved / "predictions" / "labels.csv"
    changed = predictions.read_text().replace(",no,no,", ",no,yes,", 1)
    assert changed != predictions.read_text()
    predictions.write_text(changed)

    found = verify_folder(saved, lambda _: None)

    assert found.changed == (
        f"{predictions} was changed after the run: it does not give the metrics in results/labels.json."
    )
    assert found.as_json()["changed"] == found.changed


@example(1, 2, 0.3, 0)
@example(1, 2, 0.3, 1)
@given(st.integers(0, 79), st.integers(2, 4), st.floats(0.001, 0.999), st.integers(0, 5))
def test_a_changed_row_is_told_or_none_but_never_another_one(
    position: int, classes: int, changed: float, seed: int
) -> None:
    actual = labels(80, classes, seed)
    own = candidate("own", actual, 1.0, classes=classes, seed=seed)
    assert own.probabilities is not None
    before = {
        name: value.value
        for name in ("log_loss", "brier", "accuracy")
        if (
            value := contributions(
                name, Answers(actual, own.probabilities.argmax(axis=1), own.probabilities, classes)
            )
        )
    }
    now = own.probabilities.copy()
    former = float(now[position, actual[position]])
    now[position] *= (1 - changed) / (1 - former)
    now[position, actual[position]] = changed
    answered = now.argmax(axis=1)
    found = Predictions([*range(80)], actual.tolist(), answered.tolist(), None, array("d", now.ravel()))

    row = changed_probability(found, classes, before)

    if abs(former - changed) > 1e-3:
        assert row is None or row.position == position
    if row and row.position == position:
        assert row.now == changed and row.before == pytest.approx(former, abs=1e-6)
    # Of two classes Brier's score leaves one row, but for those that are like it.
    if (position, classes) == (1, 2) and changed == 0.3:
        assert row is not None
