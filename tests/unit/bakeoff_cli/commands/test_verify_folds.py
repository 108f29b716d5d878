"""`bakeoff verify` of a run with folds: its merged files follow from those of the folds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.bakeoff.domain.verdict.fold_runs import SIZE
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
