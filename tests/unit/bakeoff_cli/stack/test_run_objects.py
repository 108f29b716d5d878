from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bakeoff_cli.errors import LeftInconsistent
from bakeoff_cli.stack.run_objects import RunObjects
from tests.unit.bakeoff_cli.comparisons import comparison
from tests.unit.bakeoff_cli.fakes import BUCKET, Account, client_error


def _run(account: Account, run_id: str = "run-1") -> RunObjects:
    return RunObjects(account.aws.s3, BUCKET, run_id)


def test_a_name_under_which_no_run_can_keep_files_has_left_nothing() -> None:
    run = _run(Account(), "../run-1")
    assert (run.document("plan.json"), run.comparison(), run.report()) == (None, None, None)


def test_a_run_that_was_not_judged_has_neither_comparison_nor_report() -> None:
    assert _run(Account()).comparison() is None
    assert _run(Account()).report() is None


def test_a_refused_comparison_is_not_taken_for_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account()

    def refuse(**arguments: Any) -> Any:
        raise client_error("AccessDenied", "No.", "GetObject")

    monkeypatch.setattr(account.s3, "get_object", refuse)
    with pytest.raises(ClientError):
        _run(account).comparison()


def test_a_comparison_of_a_later_schema_is_not_guessed_at() -> None:
    account = Account()
    later = json.dumps(comparison(schema_version=2)).encode()
    account.s3.objects["runs/run-1/comparison.json"] = later
    with pytest.raises(LeftInconsistent, match="schema_version"):
        _run(account).comparison()


def test_a_run_is_saved_in_the_layout_of_the_bucket(tmp_path: Path) -> None:
    account = Account()
    account.add_run("run-1")
    account.add_run("run-10")
    account.s3.objects["runs/run-1/folder/"] = b""
    folder = _run(account).save(tmp_path)
    saved = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert saved == {
        "run-1/comparison.json",
        "run-1/models/xgboost/model.tar.gz",
        "run-1/report.html",
    }
    assert (folder / "models" / "xgboost" / "model.tar.gz").read_bytes() == b"model"


def test_a_run_with_folds_is_saved_without_what_its_units_were_trained_on(tmp_path: Path) -> None:
    account = Account()
    kept = ["csv/fold-0-part-0", "csv/train/part-0", "csv/fold-0/test/part-0", "table/fold-0/part-0"]
    left_out = ["csv/fold-0/train/part-0", "csv/fold-11/validation/part-0", "csv/final/train/part-0"]
    for name in [*kept, *left_out]:
        account.s3.objects[f"runs/run-1/datasets/{name}"] = b"1"

    folder = _run(account).save(tmp_path) / "datasets"

    saved = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert saved == set(kept)


@pytest.mark.parametrize("key", ["runs/run-1/../../stolen", "runs/run-1//etc/stolen"])
def test_no_object_is_saved_outside_the_folder_of_the_run(tmp_path: Path, key: str) -> None:
    account = Account()
    account.s3.objects[key] = b"x"
    with pytest.raises(LeftInconsistent, match="outside the run's folder"):
        _run(account).save(tmp_path)
    assert not list(tmp_path.rglob("stolen"))
