"""`bakeoff predict` on a saved run and on a stack's, with a model that adds up a row's numbers."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from bakeoff_cli.errors import BadInput
from bakeoff_cli.saved.model import SavedModel, saved_model
from tests.fakes import FakeEndpoint
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account, client_error
from tests.unit.bakeoff_cli.saved_runs import RUN_ID, edit

READING = {"names": ["y", "a", "b"], "columns": [0, 1, 2], "width": 3, "delimiter": ",", "format": "csv"}
ASKED = {
    "accept": "application/json",
    "prediction_path": "predictions[].score",
    "request_content_type": "text/csv",
}


def planned(plan: dict[str, Any]) -> None:
    plan["inputs"][0].update(READING)
    plan.update(bucket="a-bucket", feature_dim=2)
    for candidate in plan["candidates"]:
        candidate.update(ASKED)


@pytest.fixture
def asked(run: Path) -> Path:
    """The saved run, whose plan says how rows are read."""
    edit(run / "plan.json", planned)
    return run


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[SavedModel]:
    """The models that were served, each by one that adds up."""
    models: list[SavedModel] = []

    @contextmanager
    def serving(model: SavedModel, output: object) -> Iterator[FakeEndpoint]:
        models.append(model)
        yield FakeEndpoint.of_model(sum)

    monkeypatch.setattr("bakeoff_cli.process.serving.serving", serving)
    return models


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "new.csv"
    file.write_text("b,a\n2,1\n4,3\n")
    return file


def test_the_recommended_candidate_of_a_saved_run_answers(
    invoke: Invoke, asked: Path, rows: Path, served: list[SavedModel]
) -> None:
    result = invoke("predict", rows, "--run", asked)

    recommended = json.loads((asked / "comparison.json").read_text())["verdict"]["recommended"]
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"2 rows predicted by {recommended} of the run {RUN_ID}: new-predictions.csv\n"
    assert Path("new-predictions.csv").read_text() == "row,prediction\n1,3.0\n2,7.0\n"
    assert [model.candidate["name"] for model in served] == [recommended]


def test_a_named_candidate_answers_to_a_named_file_as_json_tells(
    invoke: Invoke, asked: Path, rows: Path, served: list[SavedModel]
) -> None:
    rows.write_text("# by hand\ny,b,a\n0,2,1\n")
    result = invoke(
        "predict", rows, "--run", asked, "--candidate", "knn", "--output", "there/p.csv", "--json"
    )

    assert json.loads(result.stdout) == {
        "predictions": "there/p.csv",
        "rows": 1,
        "run_id": RUN_ID,
        "candidate": "knn",
        "endpoint": None,
        "notes": [f"{rows}: line 1 is a comment and no row."],
    }
    assert Path("there/p.csv").read_text() == "row,prediction\n1,3.0\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--candidate", "forest"],
            "has no candidate 'forest': name one of broken, xgboost, knn, linear-learner.",
        ),
        (["--candidate", "broken"], "The candidate broken did not finish in the run"),
        (["--output", "."], "is a folder: name a file for the predictions."),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(
    invoke: Invoke, asked: Path, rows: Path, served: list[SavedModel], arguments: list[str], sentence: str
) -> None:
    result = invoke("predict", rows, "--run", asked, *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr and result.stderr.count("\n") == 1
    assert not served


def test_nothing_is_written_when_a_row_cannot_be_read(
    invoke: Invoke, asked: Path, rows: Path, served: list[SavedModel]
) -> None:
    rows.write_text("a,b\n1,2\n3,many\n")
    result = invoke("predict", rows, "--run", asked)

    assert result.exit_code == 2
    assert result.stderr == (
        f"bakeoff: {rows}, line 3: Column b holds 'many', which is no number. So nothing was predicted: mend "
        "the cell or remove the row.\n"
    )
    assert not Path("new-predictions.csv").exists() and not served


def test_a_folder_that_is_no_run_is_one_sentence(invoke: Invoke, tmp_path: Path, rows: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "is no saved run: it holds no plan.json." in invoke("predict", rows, "--run", "empty/").stderr


def test_a_live_endpoint_is_asked_in_the_place_of_the_saved_model(
    invoke: Invoke, asked: Path, rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests: list[dict[str, Any]] = []

    def invoke_endpoint(**request: Any) -> dict[str, Any]:
        requests.append(request)
        return {"Body": io.BytesIO(b'{"predictions": [{"score": 5}, {"score": 6}]}')}

    runtime = SimpleNamespace(sagemaker_runtime=SimpleNamespace(invoke_endpoint=invoke_endpoint))
    monkeypatch.setattr("bakeoff_cli.stack.aws.configured_aws", lambda profile, region: runtime)
    result = invoke("predict", rows, "--run", asked, "--endpoint", "live")

    assert result.exit_code == 0, result.stderr
    assert requests == [
        {
            "EndpointName": "live",
            "ContentType": "text/csv",
            "Accept": "application/json",
            "Body": b"1,2\n3,4",
        }
    ]
    assert Path("new-predictions.csv").read_text() == "row,prediction\n1,5.0\n2,6.0\n"


def test_an_endpoint_that_refuses_the_rows_is_one_sentence(
    invoke: Invoke, asked: Path, rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def invoke_endpoint(**request: Any) -> dict[str, Any]:
        raise client_error("ModelError", "wrong width", "InvokeEndpoint")

    runtime = SimpleNamespace(sagemaker_runtime=SimpleNamespace(invoke_endpoint=invoke_endpoint))
    monkeypatch.setattr("bakeoff_cli.stack.aws.configured_aws", lambda profile, region: runtime)
    result = invoke("predict", rows, "--run", asked, "--endpoint", "live")

    assert result.exit_code == 2
    assert result.stderr.startswith("bakeoff: The endpoint live answered with an error")
    assert not Path("new-predictions.csv").exists()


def test_a_run_of_a_stack_is_copied_for_as_long_as_it_is_needed(
    invoke: Invoke, account: Account, asked: Path, rows: Path, served: list[SavedModel]
) -> None:
    account.add_run(RUN_ID, statuses=["SUCCEEDED"])
    for path in asked.rglob("*"):
        if path.is_file():
            account.s3.objects[f"runs/{RUN_ID}/{path.relative_to(asked).as_posix()}"] = path.read_bytes()

    result = invoke("predict", rows)

    assert result.exit_code == 0, result.stderr
    assert Path("new-predictions.csv").read_text() == "row,prediction\n1,3.0\n2,7.0\n"
    assert not served[0].folder.exists()


@pytest.mark.parametrize("endpoint", [(), ("--endpoint", "live")])
def test_a_run_without_a_verdict_has_no_model_to_ask(
    invoke: Invoke, account: Account, rows: Path, served: list[SavedModel], endpoint: tuple[str, ...]
) -> None:
    account.add_run("refused", statuses=["FAILED"])
    del account.s3.objects["runs/refused/comparison.json"]

    result = invoke("predict", rows, *endpoint)

    assert result.exit_code == 2 and not served
    assert result.stderr == (
        "bakeoff: The run refused has no verdict, and so no model to ask: name another one by --run.\n"
    )


def test_models_that_aws_trained_are_not_served_here(
    invoke: Invoke, account: Account, rows: Path, served: list[SavedModel]
) -> None:
    account.add_run("run-1", statuses=["SUCCEEDED"])
    account.stepfunctions.meta.endpoint_url = "https://states.eu-west-1.amazonaws.com"

    result = invoke("predict", rows)

    assert result.exit_code == 2 and not served
    assert "name a live endpoint that serves one of them with --endpoint" in result.stderr


def archive(run: Path, candidate: str, job: str) -> Path:
    path = run / "models" / candidate / job / "output" / "model.tar.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"model")
    return path


def test_the_model_is_that_of_the_last_attempt(asked: Path) -> None:
    archive(asked, "knn", "bakeoff-1234567890-knn-0-9-0")
    last = archive(asked, "knn", "bakeoff-1234567890-knn-0-10-0")
    assert saved_model(asked, "knn").archive == last


def test_the_model_of_a_tuned_candidate_is_that_of_its_best_job(asked: Path) -> None:
    best = archive(asked, "knn", "bakeoff-1-003")
    archive(asked, "knn", "bakeoff-1-004")
    edit(asked / "results" / "knn.json", lambda result: result.update(tuning={"best": "bakeoff-1-003"}))
    assert saved_model(asked, "knn").archive == best


def test_a_folder_without_the_model_says_so(asked: Path) -> None:
    model = saved_model(asked, "knn")
    with pytest.raises(BadInput, match="holds no model of knn: take a complete copy of the run"):
        _ = model.archive


def with_folds(run: Path, final: dict[str, Any]) -> Path:
    edit(run / "plan.json", lambda plan: plan.update(split={"folds": 3}))
    (run / "final.json").write_text(json.dumps(final))
    return run


def test_with_folds_the_final_model_answers_and_no_other(asked: Path) -> None:
    recommended = json.loads((asked / "comparison.json").read_text())["verdict"]["recommended"]
    edit(asked / "plan.json", lambda plan: plan.update(run_id=asked.name))
    path = archive(asked, recommended, "final/job")
    url = f"s3://a-bucket/runs/{asked.name}/{path.relative_to(asked).as_posix()}"
    with_folds(asked, {"candidate": recommended, "error": None, "model_data_url": url})

    assert saved_model(asked, None).archive == path
    with pytest.raises(BadInput, match=f"has one model of all rows, that of {recommended}"):
        saved_model(asked, "linear-learner")


def test_a_final_model_that_was_not_trained_is_told_with_its_reason(asked: Path) -> None:
    with_folds(asked, {"candidate": "knn", "error": "Out of memory.", "model_data_url": None})
    with pytest.raises(BadInput, match="was not trained: Out of memory"):
        saved_model(asked, None)


@pytest.mark.parametrize("file", ["comparison.json", "results/knn.json"])
def test_a_damaged_file_of_the_run_is_one_sentence(asked: Path, file: str) -> None:
    (asked / file).write_text("[]")
    with pytest.raises(BadInput, match="damaged"):
        saved_model(asked, "knn")


def test_packed_parquet_is_one_sentence(invoke: Invoke, asked: Path, tmp_path: Path) -> None:
    (tmp_path / "new.parquet.gz").write_bytes(gzip.compress(b"PAR1\x15\x04PAR1"))
    result = invoke("predict", "new.parquet.gz", "--run", asked)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "bakeoff: new.parquet.gz is Parquet that is packed with gzip: unpack it, as Parquet packs its own "
        "columns.\n"
    )


def test_parquet_without_the_model_s_columns_is_one_sentence(
    invoke: Invoke, asked: Path, tmp_path: Path
) -> None:
    pl.DataFrame({"a": [1], "c": [2]}).write_parquet(tmp_path / "new.parquet")
    result = invoke("predict", "new.parquet", "--run", asked)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "new.parquet lacks the column 'b'" in result.stderr
