"""What is recorded beside the comparison is held to what it follows from, as far as the folder tells."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.verdict.comparison import judge
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff_cli.saved.verification import verify_folder
from tests.unit.bakeoff.domain.promotion.runs import CHAMPION
from tests.unit.bakeoff.domain.statistics.classification.answered import labels
from tests.unit.bakeoff.domain.verdict.class_runs import a_classification, candidate
from tests.unit.bakeoff.domain.verdict.results import ACTUAL, RUN
from tests.unit.bakeoff_cli.saved_runs import edit, in_folder, saved_run_in_folds, saved_run_of_groups

Change = Callable[[Any], object]
COLUMNS = [
    {"column": "size", "increase": 0.5, "ci_low": 0.25, "ci_high": 0.75},
    {"column": "age", "increase": 0.25, "ci_low": None, "ci_high": None},
    {"column": "door", "increase": -0.125, "ci_low": -0.375, "ci_high": 0.125},
]
TUNING: Any = {
    "objective": {"metric": "validation:rmse", "goal": "minimize"},
    "trials": [
        {"name": "job-1", "status": "Completed", "values": {}, "objective": 1.5, "seconds": 1},
        {"name": "job-2", "status": "Completed", "values": {}, "objective": 1.25, "seconds": 1},
        {"name": "job-3", "status": "Stopped", "values": {}, "objective": 0.5, "seconds": 1},
    ],
    "best": "job-2",
}


def told(folder: Path) -> str:
    return str(verify_folder(folder, lambda _: None))


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved_run_of_groups(tmp_path_factory.mktemp("groups"))


@pytest.fixture
def grouped(judged: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(judged, tmp_path / "run"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda document: document["metrics"].update(rmse=0.5), "metrics.rmse: recorded 0.5, recomputed "),
        (
            lambda document: document.update(scored_rows=7),
            f"scored_rows: recorded 7, recomputed {len(ACTUAL)}",
        ),
        (lambda document: document.update(algorithm="mlp"), 'algorithm: recorded "mlp", recomputed "knn"'),
    ],
)
def test_a_result_of_the_champion_that_its_predictions_do_not_give_is_named(
    promoting: Path, change: Change, words: str
) -> None:
    assert told(promoting).startswith("Identical: ")
    edit(promoting / "results" / f"{CHAMPION}.json", change)

    found = told(promoting)

    assert f"results/{CHAMPION}.json was changed after the run: {words}" in found
    assert found.endswith(f" from predictions/{CHAMPION}.csv.")


def test_a_metric_of_one_fold_that_is_changed_wherever_it_stands_is_named(tmp_path: Path) -> None:
    folder = saved_run_in_folds(tmp_path / "run")
    edit(folder / "results" / "knn" / "fold-2.json", lambda document: document["metrics"].update(mae=0.25))
    edit(folder / "results" / "knn.json", lambda document: document["folds"][2]["metrics"].update(mae=0.25))

    assert "results/knn/fold-2.json was changed after the run: metrics.mae: recorded 0.25" in told(folder)


def _everywhere(folder: Path, change: Change) -> None:
    """In the result of xgboost, and where the comparison has it."""
    comparison = json.loads((folder / "comparison.json").read_text())
    places = [each["name"] for each in comparison["candidates"]]
    edit(folder / "results" / "xgboost.json", change)
    edit(
        folder / "comparison.json",
        lambda document: change(document["candidates"][places.index("xgboost")]),
    )


def _with_importance(**changes: Any) -> Change:
    def change(result: Any) -> None:
        columns = [{**COLUMNS[0], **changes}, *COLUMNS[1:]]
        result["importance"] = {
            "metric": "rmse", "confidence": 0.95, "rows": 100, "repeats": 5, "columns": columns
        }  # fmt: skip

    return change


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"increase": 0.9}, "the increase of 'size', 0.9, is not in the middle of its interval from 0.25"),
        ({"increase": 0.6}, "the increase of 'size', 0.6, is not in the middle of its interval from 0.25"),
        ({"ci_high": 0.8}, "the increase of 'size', 0.5, is not in the middle of its interval from 0.25"),
        ({"ci_low": 0.75, "ci_high": 0.25}, "not in the middle of its interval from 0.75 to 0.25"),
        ({"ci_low": None}, "the increase of 'size', 0.5, is not in the middle of its interval from None"),
        (
            {"increase": 0.125, "ci_low": 0.0, "ci_high": 0.25},
            "the columns of its importance do not stand in the order of their increases",
        ),
    ],
)
def test_an_importance_that_is_changed_wherever_it_stands_contradicts_itself(
    grouped: Path, changes: dict[str, Any], words: str
) -> None:
    _everywhere(grouped, _with_importance())
    assert told(grouped).startswith("Identical: ")
    _everywhere(grouped, _with_importance(**changes))

    found = told(grouped)
    assert "results/xgboost.json was changed after the run: " in found and words in found


def test_no_importance_is_of_more_rows_than_were_scored(grouped: Path) -> None:
    _everywhere(grouped, _with_importance())
    _everywhere(grouped, lambda result: result["importance"].update(rows=121))

    assert "its importance is of 121 rows, and it was scored on 120" in told(grouped)


def test_the_best_trial_has_the_best_objective_of_those_that_completed(grouped: Path) -> None:
    _everywhere(grouped, lambda result: result.update(tuning=TUNING))
    edit(
        grouped / "comparison.json",
        lambda document: document["verdict"].update(
            reason=f"{document['verdict']['reason']} Tuned on the validation rows: xgboost (the best of 3 "
            "training jobs)."
        ),
    )
    assert told(grouped).startswith("Identical: ")
    _everywhere(grouped, lambda result: result.update(tuning={**TUNING, "best": "job-1"}))

    assert "its best trial 'job-1' has the objective 1.5, and another one 1.25" in told(grouped)


def test_groups_that_an_earlier_release_called_distinct_rows_are_identical(grouped: Path) -> None:
    path = grouped / "comparison.json"
    today = path.read_text()
    assert "120 test rows in 60 groups" in today
    path.write_text(today.replace("120 test rows in 60 groups", "120 test rows, 60 distinct"))
    assert told(grouped).startswith("Identical: ")

    path.write_text(today.replace("120 test rows in 60 groups", "120 test rows, 61 distinct"))
    assert told(grouped).startswith("Not identical: verdict.reason: ")


def _first_line(path: Path, before: str, after: str) -> None:
    first, *others = path.read_text().splitlines(keepends=True)
    assert before in first
    path.write_text("".join([first.replace(before, after, 1), *others]))


@pytest.mark.parametrize("data", ["table", "dense"])
def test_a_label_that_is_not_that_of_the_other_data_sets_is_named(grouped: Path, data: str) -> None:
    path = grouped / "datasets" / data / "test" / "part-00000"
    label = path.read_text().partition(",")[0].strip('["')
    _first_line(path, label, "77.5")

    found = told(grouped)

    assert f"The rows in {path.parent}* or those in " in found and f"datasets/{data}/test" in found
    assert f"row 0 of the first has the label 77.5, and of the second the label {float(label):g}." in found


def test_a_row_that_one_of_the_data_sets_lacks_is_named(grouped: Path) -> None:
    path = grouped / "datasets" / "dense" / "test" / "part-00000"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))

    assert "row 119 of the first has no place, and of the second the label " in told(grouped)


def test_a_group_that_was_changed_contradicts_the_predictions(grouped: Path) -> None:
    path = grouped / "datasets" / "table" / "test" / "part-00000"
    path.write_text(path.read_text().replace('"house 3"', '"house 4"'))

    found = told(grouped)

    assert (
        "predictions/xgboost.csv or the test split was changed after the run: the first says that row 8"
        in found
    )


@pytest.mark.parametrize("data", ["table", "csv", "dense"])
def test_a_cell_that_was_changed_is_not_what_the_encoding_makes(grouped: Path, data: str) -> None:
    path = grouped / "datasets" / data / "test" / "part-00000"
    lines = path.read_text().splitlines(keepends=True)
    lines[7] = lines[7].replace('"2"', '"3"') if data == "table" else lines[7].replace(",2", ",3")
    path.write_text("".join(lines))

    found = told(grouped)

    assert (
        f"{grouped}/datasets/encoding.json, the rows in {grouped}/datasets/table/test* or those in " in found
    )
    assert found.endswith(" were changed after the run: of row 7 the first does not make what the last say.")


@pytest.mark.parametrize("change", [{"kind": "boolean"}, {"name": "house"}, {"missing": 3}])
def test_an_encoding_that_makes_other_features_is_named(grouped: Path, change: dict[str, Any]) -> None:
    edit(grouped / "datasets" / "encoding.json", lambda document: document["columns"][0].update(change))

    assert "of row 0 the first does not make what the last say." in told(grouped)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"train_rows": 561}, "train_rows: recorded 561, recomputed 560"),
        ({"missing": ["", "-"]}, 'missing[1]: recorded "-", recomputed nothing'),
        ({"label": "size"}, 'label: recorded "size", recomputed "price"'),
        ({"run_id": "another"}, 'run_id: recorded "another", recomputed '),
    ],
)
def test_an_encoding_of_other_rows_is_named(grouped: Path, changes: dict[str, Any], words: str) -> None:
    edit(grouped / "datasets" / "encoding.json", lambda document: document.update(changes))

    assert f"encoding.json does not follow from plan.json and datasets/summary.json: {words}" in told(grouped)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("folds", 5, "settings.folds: recorded 5, recomputed 0"),
        ("positive", "yes", 'settings.positive: recorded "yes", recomputed null'),
        (
            "algorithms",
            ["xgboost", "mlp"],
            'settings.algorithms[1]: recorded "mlp", recomputed "linear-learner"',
        ),
    ],
)
def test_settings_by_which_the_run_did_not_go_are_named(
    grouped: Path, name: str, value: Any, words: str
) -> None:
    said = {"value": value, "source": "a test"}
    edit(grouped / "plan.json", lambda document: document["settings"].update({name: said}))

    assert f"plan.json was changed after the run: {words}." in told(grouped)


def test_a_class_that_was_said_as_a_number_is_that_class(saved_classes: Path) -> None:
    edit(saved_classes / "plan.json", _saying("positive", 1))
    edit(saved_classes / "plan.json", lambda plan: plan["task"].update(positive="1"))
    assert "settings" not in told(saved_classes)

    edit(saved_classes / "plan.json", _saying("positive", 2))
    assert 'settings.positive: recorded "2", recomputed "1"' in told(saved_classes)


def _saying(name: str, value: Any) -> Change:
    return lambda plan: plan["settings"].update({name: {"value": value, "source": "a test"}})


@pytest.fixture
def saved_classes(tmp_path: Path) -> Path:
    actual = labels(100, 2, 0)
    store = a_classification({"good": candidate("good", actual, 3, classes=2)}, actual, ["0", "1"])
    judge(WritableRunFiles(store, RUN), VerdictOptions(task="classification", metric="log_loss"))
    return in_folder(store, tmp_path / "classes")


def test_rows_that_the_plan_would_not_have_scored_are_told(grouped: Path) -> None:
    edit(grouped / "plan.json", _saying("max_scored_rows", 50))

    words = "by its max_scored_rows 50 are scored, and predictions/xgboost.csv has 120."
    assert f"plan.json was changed after the run: {words}" in told(grouped)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("code/prepare_datasets.py", ("code", "prepare_datasets.py")),
        ("scripts/sklearn/sourcedir.tar.gz", ("scripts", "sklearn")),
    ],
)
def test_code_that_is_not_what_the_plan_names_is_told(
    grouped: Path, name: str, place: tuple[str, str]
) -> None:
    path, (kind, key) = grouped / name, place
    path.parent.mkdir(parents=True)
    path.write_bytes(b"as it was")
    digest = hashlib.sha256(b"as it was").hexdigest()
    edit(grouped / "plan.json", lambda plan: plan.update({kind: {key: {"key": name, "sha256": digest}}}))
    assert told(grouped).startswith("Identical: ")

    path.write_bytes(b"as it is")
    assert f"{path} was changed after the run: plan.json has another SHA-256 of it." in told(grouped)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda record: record.update(config="bakeoff-live-9"), 'live.config: recorded "bakeoff-live-1", '),
        (
            lambda record: record.update(algorithm="mlp"),
            'champion.algorithm: recorded "knn", recomputed "mlp"',
        ),
    ],
)
def test_another_record_than_that_of_the_planned_champion_is_told(
    promoting: Path, change: Change, words: str
) -> None:
    edit(promoting / "champion.json", change)

    assert f"champion.json is not what plan.json was made of: promotion.{words}" in told(promoting)


def test_names_of_tuned_and_varied_algorithms_are_those_of_their_candidates(grouped: Path) -> None:
    said: list[Any] = ["xgboost:tuned", {"name": "linear-learner", "algorithm": "linear-learner"}]
    (grouped / "results" / "xgboost.json").rename(grouped / "results" / "xgboost-tuned.json")
    (grouped / "predictions" / "xgboost.csv").rename(grouped / "predictions" / "xgboost-tuned.csv")
    for path in ("plan.json", "comparison.json", "results/xgboost-tuned.json"):
        text = (grouped / path).read_text()
        (grouped / path).write_text(text.replace('"name": "xgboost"', '"name": "xgboost-tuned"'))
    edit(grouped / "plan.json", lambda document: document["settings"]["algorithms"].update(value=said))

    assert "settings" not in told(grouped)
