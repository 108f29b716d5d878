"""Two tables as people have them, each a data set of its own in one stack, from upload to verdict."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bakeoff_cli.saved.verification import verify_folder
from tests.e2e.predicting import predicted, rows_of_the_test
from tests.e2e.stack import Stack, StackRun
from tests.tables import real_table

SETTINGS = {
    "cars": b"target: Miles_per_Gallon\nimportance: true\n",
    # Its dates are written with slashes, and there is one for each row.
    "seattle-weather": b"target: temp_max\nignore: [date]\n",
}
LABELS = {"cars": "Miles_per_Gallon", "seattle-weather": "temp_max"}


class Run(StackRun):
    def page(self) -> str:
        """The words of the report."""
        text = re.sub(r"<[^>]+>", " ", self.stack.read(f"{self.prefix}report.html"))
        return re.sub(r"\s+", " ", html.unescape(text))


@pytest.fixture(scope="module")
def runs(stack: Stack) -> Iterator[dict[str, Run]]:
    """Both at once; the settings lie there before the data do, and the run of either may be the one."""
    stack.clear_inputs()
    for name, settings in SETTINGS.items():
        stack.upload(f"Inputs/{name}/bakeoff.yaml", settings)
    ids = {name: stack.upload(f"Inputs/{name}/data.csv", real_table(name)) for name in SETTINGS}
    yield {name: Run(stack, stack.wait_for_comparison(run)) for name, run in ids.items()}
    stack.clear_inputs()


def test_both_succeed_and_leave_nothing(runs: dict[str, Run], stack: Stack) -> None:
    for run in runs.values():
        assert run.described["status"] == "SUCCEEDED", run.described.get("cause")
    assert stack.leftovers() == []


def test_neither_plan_holds_the_other_s_uploads_or_settings(runs: dict[str, Run]) -> None:
    for name, run in runs.items():
        plan = run.json("plan.json")
        assert plan["data_set"] == f"Inputs/{name}/"
        assert [item["key"] for item in plan["inputs"]] == [f"Inputs/{name}/data.csv"]
        assert plan["settings_file"]["key"] == f"Inputs/{name}/bakeoff.yaml"
        assert plan["target"]["name"] == LABELS[name]


def test_every_row_is_in_one_split_or_told_as_unlabelled(runs: dict[str, Run]) -> None:
    for name, unlabelled in (("cars", 8), ("seattle-weather", 0)):
        summary = runs[name].json("datasets/summary.json")
        rows = len(list(csv.DictReader(io.StringIO(real_table(name).decode()))))
        assert (summary["unlabelled"], summary["rejected"]["total"]) == (unlabelled, 0)
        assert sum(summary["rows"].values()) + unlabelled == rows


def test_what_was_learnt_is_better_than_the_mean(runs: dict[str, Run]) -> None:
    for run in runs.values():
        comparison = run.json("comparison.json")
        for candidate in comparison["candidates"]:
            assert candidate["error"] is None
            assert candidate["metrics"]["rmse"] < comparison["baseline"]["metrics"]["rmse"]


def test_reports_say_what_each_column_became(runs: dict[str, Run]) -> None:
    cars, weather = (runs[name].page() for name in SETTINGS)

    assert "label: Miles_per_Gallon; 5 numbers, 2 categories, 1 date" in cars
    assert "3 levels: USA, Japan, Europe" in cars
    assert "Rows without a label 8 rows, left out" in cars
    assert "label: temp_max; 3 numbers, 1 category; ignored: date" in weather


def test_importance_is_of_the_columns_that_were_uploaded(runs: dict[str, Run]) -> None:
    cars, weather = (runs[name].json("comparison.json") for name in SETTINGS)
    features = {"Acceleration", "Cylinders", "Displacement", "Horsepower", "Weight_in_lbs"}

    for candidate in cars["candidates"]:
        found = {column["column"] for column in candidate["importance"]["columns"]}
        assert found == features | {"Name", "Origin", "Year"}
    assert all("importance" not in candidate for candidate in weather["candidates"])


def test_a_saved_folder_verifies(runs: dict[str, Run], tmp_path: Path) -> None:
    for name, run in runs.items():
        assert verify_folder(run.save(tmp_path / name), print).identical


def test_new_rows_are_predicted_as_the_run_predicted_its_own(runs: dict[str, Run], tmp_path: Path) -> None:
    """A run of the stack, whose model another embedded AWS serves; a saved run needs none but that."""
    cars, weather = runs["cars"], runs["seattle-weather"]
    saved = weather.save(tmp_path / "saved")
    for run, place in ((cars, cars.described["name"]), (weather, str(saved))):
        candidate = run.json("comparison.json")["verdict"]["best"]
        rows = predicted(run, place, candidate, rows_of_the_test(run), tmp_path)
        judged = list(csv.DictReader(io.StringIO(run.stack.read(f"{run.prefix}predictions/{candidate}.csv"))))
        assert len(judged) > 50
        for each in judged:
            answer = float(rows[int(each["row"])]["prediction"])
            assert answer == pytest.approx(float(each["predicted"]), rel=1e-6)
