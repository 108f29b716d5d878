from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bakeoff_cli.data.choice import Chosen
from bakeoff_cli.errors import LeftInconsistent
from bakeoff_cli.stack.bucket import comparison_of, report_of, save_run, upload
from bakeoff_cli.stack.runs import UploadedObject
from tests.unit.bakeoff_cli.comparisons import comparison
from tests.unit.bakeoff_cli.fakes import BUCKET, Account, client_error


def test_an_upload_is_known_by_its_key_and_version(tmp_path: Path) -> None:
    account, sent = Account(), list[tuple[int, int | None]]()
    (tmp_path / "data.csv").write_bytes(b"1,2\n")
    for version in ("v1", "v2"):
        done = upload(
            account.aws.s3,
            BUCKET,
            Chosen(tmp_path / "data.csv", "below/data.csv"),
            lambda fresh, total: sent.append((fresh, total)),
            9,
        )
        assert done == UploadedObject("Inputs/below/data.csv", version)
    assert sent == [(4, 9), (4, 9)]


def test_a_run_that_was_not_judged_has_neither_comparison_nor_report() -> None:
    assert comparison_of(Account().aws.s3, BUCKET, "run-1") is None
    assert report_of(Account().aws.s3, BUCKET, "run-1") is None


def test_a_refused_comparison_is_not_taken_for_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account()

    def refuse(**arguments: Any) -> Any:
        raise client_error("AccessDenied", "No.", "GetObject")

    monkeypatch.setattr(account.s3, "get_object", refuse)
    with pytest.raises(ClientError):
        comparison_of(account.aws.s3, BUCKET, "run-1")


def test_a_comparison_of_a_later_schema_is_not_guessed_at() -> None:
    account = Account()
    later = json.dumps(comparison(schema_version=2)).encode()
    account.s3.objects["runs/run-1/comparison.json"] = later
    with pytest.raises(LeftInconsistent, match="schema_version"):
        comparison_of(account.aws.s3, BUCKET, "run-1")


def test_a_run_is_saved_in_the_layout_of_the_bucket(tmp_path: Path) -> None:
    account = Account()
    account.add_run("run-1")
    account.add_run("run-10")
    account.s3.objects["runs/run-1/folder/"] = b""
    folder = save_run(account.aws.s3, BUCKET, "run-1", tmp_path)
    saved = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert saved == {
        "run-1/comparison.json",
        "run-1/models/xgboost/model.tar.gz",
        "run-1/report.html",
    }
    assert (folder / "models" / "xgboost" / "model.tar.gz").read_bytes() == b"model"


@pytest.mark.parametrize("key", ["runs/run-1/../../stolen", "runs/run-1//etc/stolen"])
def test_no_object_is_saved_outside_the_folder_of_the_run(tmp_path: Path, key: str) -> None:
    account = Account()
    account.s3.objects[key] = b"x"
    with pytest.raises(LeftInconsistent, match="outside the run's folder"):
        save_run(account.aws.s3, BUCKET, "run-1", tmp_path)
    assert not list(tmp_path.rglob("stolen"))
