"""`bakeoff verify` of a run with folds: its merged files follow from those of the folds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.verdict.fold_runs import FOLDS, PREFIX, SIZE
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.saved_runs import edit, saved_run_in_folds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return saved_run_in_folds(tmp_path / "run")


def test_a_run_with_folds_is_identical(invoke: Invoke, folder: Path) -> None:
    result = invoke("verify", str(folder))

    assert (result.exit_code, result.stdout[:10]) == (0, "Identical:")


def test_an_altered_row_of_a_fold_is_named(invoke: Invoke, folder: Path) -> None:
    _alter(folder / "predictions" / "knn" / "fold-1.csv", line=5, predicted="7.25")
    result = invoke("verify", str(folder))

    assert result.exit_code == 1
    named = f"line 5 is not line {SIZE + 5} of knn.csv."
    assert "predictions/knn/fold-1.csv was changed after the run: " + named in _on_one_line(result.stdout)


def test_an_altered_row_of_the_merged_predictions_is_named(invoke: Invoke, folder: Path) -> None:
    _alter(folder / "predictions" / "knn.csv", line=SIZE + 5, predicted="7.25")
    result = invoke("verify", str(folder))

    assert result.exit_code == 1
    words = f"predictions/knn.csv was changed after the run: line {SIZE + 5} is not line 5 of knn/fold-1.csv."
    assert words in _on_one_line(result.stdout)


def test_a_row_that_a_fold_lacks_is_named(invoke: Invoke, folder: Path) -> None:
    path = folder / "predictions" / "xgboost" / "fold-4.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    told = _on_one_line(invoke("verify", str(folder)).stdout)

    assert "fold-4.csv was changed after the run: the end is not line 331 of xgboost.csv." in told


def test_what_is_no_prediction_of_a_fold_is_named(invoke: Invoke, folder: Path) -> None:
    _alter(folder / "predictions" / "knn" / "fold-2.csv", line=4, predicted="many")
    told = _on_one_line(invoke("verify", str(folder)).stdout)

    assert "predictions/knn/fold-2.csv was changed after the run: it does not hold a row" in told


def test_a_merged_result_that_its_folds_do_not_give_is_named(invoke: Invoke, folder: Path) -> None:
    edit(folder / "results" / "knn" / "fold-3.json", lambda document: document.update(training_seconds=99))
    told = _on_one_line(invoke("verify", str(folder)).stdout)

    assert "results/knn.json is not what the results of its folds are together: training_seconds:" in told


def test_without_a_fold_s_file_the_folder_is_no_complete_copy(invoke: Invoke, folder: Path) -> None:
    (folder / "predictions" / "knn" / "fold-0.csv").unlink()
    result = invoke("verify", str(folder))

    assert result.exit_code != 0 and "fold-0.csv" in _on_one_line(result.stderr)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"candidate": "xgboost"}, 'candidate: recorded "xgboost", recomputed "knn"'),
        ({"rows": {"train": 1, "validation": SIZE}}, "rows.train: recorded 1, recomputed"),
    ],
)
def test_a_final_model_of_another_candidate_or_other_rows_is_named(
    invoke: Invoke, folder: Path, changes: dict[str, Any], told: str
) -> None:
    rows = json.loads((folder / "datasets" / "summary.json").read_text())["rows"]
    final = {"candidate": "knn", "rows": {name: rows[name] for name in ("train", "validation")}}
    document = folder / "final.json"

    document.write_text(json.dumps(final))
    assert invoke("verify", str(folder)).exit_code == 0

    document.write_text(json.dumps(final | changes))
    result = invoke("verify", str(folder))
    assert result.exit_code == 1
    assert f"final.json is not of this comparison: {told}" in _on_one_line(result.stdout)


Change = Callable[[Any], object]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda document: document["rows"].update(train=1), "train.rows: recorded 1, recomputed 264"),
        (lambda document: document["label"]["train"].update(max=99), "train.label.max: recorded 99,"),
        (lambda document: document["label"]["validation"].update(mean=9.5), "validation.label.mean: "),
        (lambda document: document["folds"][1]["label"].update(max=99), "label.max: recorded "),
        (lambda document: document["folds"][2]["label"].update(stddev=0.5), "label.stddev: recorded "),
        (lambda document: document["folds"][3].update(rows=65), "rows: recorded "),
        (lambda document: document["folds"].pop(), "folds: recorded 4, recomputed 5"),
        (lambda document: document.update(feature_dim=9), "feature_dim: recorded 9, recomputed 8"),
        (lambda document: document.update(run_id="run-9"), 'run_id: recorded "run-9", recomputed "run-1"'),
    ],
)
def test_a_summary_that_neither_plan_nor_rows_give_is_named(
    invoke: Invoke, folder: Path, change: Change, told: str
) -> None:
    edit(folder / "datasets" / "summary.json", lambda document: document.update(run_id="run-1"))
    assert invoke("verify", str(folder)).exit_code == 0

    edit(folder / "datasets" / "summary.json", change)
    result = invoke("verify", str(folder))

    assert result.exit_code == 1
    words = _on_one_line(result.stdout)
    assert words.startswith(f"Not identical: {folder}/datasets/summary.json ") and told in words


def test_a_summary_whose_parts_agree_with_each_other_is_held_to_the_rows(
    invoke: Invoke, folder: Path
) -> None:
    def change(document: Any) -> None:
        document["folds"][1]["label"]["max"] = document["label"]["train"]["max"] = 99

    edit(folder / "datasets" / "summary.json", change)

    told = "datasets/summary.json was changed after the run: folds[1].label.max: recorded 99, recomputed 15."
    assert told in _on_one_line(invoke("verify", str(folder)).stdout)


def test_rows_of_a_fold_that_were_changed_are_named_and_not_the_summary(invoke: Invoke, folder: Path) -> None:
    path = folder / "datasets" / "csv" / "fold-2-part-00000"
    _, *others = path.read_text().splitlines(keepends=True)
    path.write_text("".join(["77,2,0\n", *others]))

    told = _on_one_line(invoke("verify", str(folder)).stdout)

    assert "The rows in " in told and "csv/fold-2-* were changed after the run: folds[2].label.mean" in told


def test_a_unit_that_plan_and_summary_do_not_make_is_named(invoke: Invoke, folder: Path) -> None:
    def change(items: Any) -> None:
        items[3]["hyperparameters"]["rows"] = "1"

    edit(folder / "units.json", change)
    result = invoke("verify", str(folder))

    assert result.exit_code == 1
    told = (
        "units.json does not follow from plan.json and datasets/summary.json: units[3].hyperparameters.rows"
    )
    assert told in _on_one_line(result.stdout)


def test_units_that_are_no_list_are_damaged(invoke: Invoke, folder: Path) -> None:
    (folder / "units.json").write_text("{}")

    assert "units.json is damaged: it holds no JSON array" in _on_one_line(
        invoke("verify", str(folder)).stderr
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda names: names.pop(), "train-1.json was changed after the run: manifest[3]: recorded nothing"),
        (lambda names: names.append(names[1]), "train-1.json was changed after the run: manifest[4]: "),
        (
            lambda names: names.append("fold-9-part-0"),
            "lists fold-9-part-0, and the folder has no such object",
        ),
        (lambda names: names[0].update(prefix="s3://x/"), "manifest[0].prefix: recorded"),
    ],
)
def test_a_manifest_of_other_objects_is_named(
    invoke: Invoke, folder: Path, change: Change, told: str
) -> None:
    edit(folder / "datasets" / "manifests" / "csv" / "train-1.json", change)
    result = invoke("verify", str(folder))

    assert result.exit_code == 1
    assert "datasets/manifests/csv/train-1.json" in _on_one_line(result.stdout)
    assert told in _on_one_line(result.stdout)


@pytest.mark.parametrize(
    ("file", "change", "told"),
    [
        (
            "datasets/summary.json",
            lambda document: document["folds"][2].pop("rows"),
            "datasets/summary.json is damaged: folds[2] has no rows.",
        ),
        (
            "datasets/summary.json",
            lambda document: document.update(folds=[1, 2, 3, 4, 5]),
            "datasets/summary.json is damaged: folds[0] is a whole number, and not an object.",
        ),
        (
            "plan.json",
            lambda document: document["candidates"][1].pop("name"),
            "plan.json is damaged: candidates[1] has no name.",
        ),
        (
            "results/knn/fold-3.json",
            lambda document: document.pop("training_seconds"),
            "results/knn/fold-3.json is damaged: it has no training_seconds.",
        ),
        (
            "results/knn.json",
            lambda document: document.update(latency_ms=12),
            "results/knn.json is damaged: latency_ms is a whole number, and not an object.",
        ),
    ],
)
def test_a_document_without_its_shape_is_named_and_not_its_neighbour(
    invoke: Invoke, folder: Path, file: str, change: Change, told: str
) -> None:
    edit(folder / file, change)
    result = invoke("verify", str(folder))

    assert result.exit_code == 2 and "KeyError" not in result.stderr
    assert told in _on_one_line(result.stderr)


def test_a_reason_of_a_release_that_did_not_say_in_each_fold_is_identical(
    invoke: Invoke, tmp_path: Path
) -> None:
    def tune(store: InMemoryRunStore) -> None:
        trials: Any = [
            {"name": f"job-{n}", "status": "Completed", "values": {}, "objective": n} for n in (1, 2)
        ]
        tuning = {"objective": {"metric": "it", "goal": "minimize"}, "trials": trials, "best": "job-1"}
        for fold in range(FOLDS):
            key = f"{PREFIX}results/knn/fold-{fold}.json"
            store.write_json(key, {**store.read_json(key), "tuning": tuning})

    folder = saved_run_in_folds(tmp_path / "tuned", tune)
    path = folder / "comparison.json"
    assert " in each fold" in path.read_text()
    path.write_text(path.read_text().replace(" in each fold", ""))

    assert invoke("verify", str(folder)).exit_code == 0
    path.write_text(path.read_text().replace("the best of 2", "the best of 3"))
    assert invoke("verify", str(folder)).exit_code == 1


def test_the_answer_as_json_names_the_fold(invoke: Invoke, folder: Path) -> None:
    _alter(folder / "predictions" / "knn" / "fold-0.csv", line=2, predicted="7.25")
    answer = json.loads(invoke("verify", str(folder), "--json").stdout)

    assert (answer["identical"], answer["difference"]) == (False, None)
    assert "fold-0.csv was changed" in answer["changed"]


def _alter(path: Path, line: int, predicted: str) -> None:
    lines = path.read_text().splitlines()
    cells = lines[line - 1].split(",")
    lines[line - 1] = ",".join([*cells[:2], predicted, *cells[3:]])
    path.write_text("".join(f"{each}\n" for each in lines))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
