from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bakeoff.domain.datasets.encoding import Encoder
from tests.mixed import fit
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.production import COLUMNS, ENDPOINT, Production


class Runtime(SimpleNamespace):
    """Answers a row with the sum of its cells, and remembers what it was asked."""

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        self.before_answering()
        rows = request["Body"].decode().splitlines()
        scores = [{"score": sum(map(float, row.split(",")))} for row in rows]
        return {"Body": io.BytesIO(json.dumps({"predictions": scores}).encode())}


@pytest.fixture
def live(production: Production) -> Production:
    """A version that serves a model of the columns a and b; its run has expired."""
    production.serve(production.version("aaa"))
    runtime = Runtime(requests=[], before_answering=lambda: None)
    production.account.runtime = runtime
    return production


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "new.csv"
    file.write_text("b,a\n2,1\n4,3\n")
    return file


def test_the_live_endpoint_answers_by_its_record_alone(invoke: Invoke, live: Production, rows: Path) -> None:
    result = invoke("predict", rows, "production")

    assert result.exit_code == 0, result.stderr
    assert result.stdout == "2 rows predicted by knn of the run run-0: new-predictions.csv\n"
    assert Path("new-predictions.csv").read_text() == "row,prediction\n1,3.0\n2,7.0\n"
    [request] = live.account.runtime.requests
    assert (request["EndpointName"], request["Body"]) == (ENDPOINT, b"1,2\n3,4")
    assert (request["ContentType"], request["Accept"]) == ("text/csv", "application/json")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["new.csv", "prod"],
            "What comes after FILE is `production` or nothing, not 'prod': a run is named ",
        ),
        (
            ["production", "new.csv"],
            "or nothing, not 'new.csv': a run is named with --run, and the file comes ",
        ),
        (["production"], "There is no file production: name the file with the new rows first, as in "),
    ],
)
def test_words_in_another_order_are_one_line(
    invoke: Invoke, live: Production, rows: Path, words: list[str], told: str
) -> None:
    result = invoke("predict", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr and result.stderr.count("\n") == 1


def test_a_file_may_be_called_production(invoke: Invoke, live: Production, rows: Path) -> None:
    rows.rename("production")
    assert invoke("predict", "production", "production").exit_code == 0


def test_a_program_is_told_which_model_answered(invoke: Invoke, live: Production, rows: Path) -> None:
    told = json.loads(invoke("predict", rows, "production", "--json").stdout)
    assert (told["run_id"], told["candidate"], told["endpoint"]) == ("run-0", "knn", ENDPOINT)


def test_rows_of_a_mixed_table_are_prepared_by_the_version_s_encoding(
    invoke: Invoke, live: Production, rows: Path
) -> None:
    rows_of_training = [{"a": "1", "colour": colour} for colour in ("red", "red", "blue") * 20]
    encoding = fit([("a", "number"), ("colour", "category")], rows_of_training, "y")
    change(
        live,
        encoding=encoding,
        view="csv",
        columns={"features": ["a", "colour"], "order": ["y", "a", "colour"]},
    )
    rows.write_text("colour,a\nred,1\nblue,2\n")

    result = invoke("predict", rows, "production")

    assert result.exit_code == 0, result.stderr
    [request] = live.account.runtime.requests
    assert request["Body"].decode().splitlines() == [
        ",".join(Encoder(encoding, "csv").row(cells))
        for cells in ({"a": "1", "colour": "red"}, {"a": "2", "colour": "blue"})
    ]


def test_classes_are_named(invoke: Invoke, live: Production, rows: Path) -> None:
    change(live, classes=["no", "yes"])
    record = json.loads(live.account.s3.objects[f"production/versions/{ENDPOINT}-aaa.json"])
    record["reply"] = {"path": "predictions[].score", "kind": "positive_probability"}
    live.put(f"production/versions/{ENDPOINT}-aaa.json", record)
    rows.write_text("a,b\n0.5,0.25\n")
    assert invoke("predict", rows, "production").exit_code == 0
    assert Path("new-predictions.csv").read_text() == "row,class,p_no,p_yes\n1,yes,0.25,0.75\n"


def change(live: Production, columns: dict[str, Any] | None = None, **data: Any) -> None:
    key = f"production/versions/{ENDPOINT}-aaa.json"
    record = json.loads(live.account.s3.objects[key])
    record["data"] |= data
    record["data"]["columns"] |= columns or {}
    live.put(key, record)


def test_rows_with_other_columns_are_refused_before_anything_is_asked(
    invoke: Invoke, live: Production, rows: Path
) -> None:
    rows.write_text("a,c\n1,2\n")
    result = invoke("predict", rows, "production")
    assert result.exit_code == 2 and "lacks the column 'b'" in result.stderr
    assert not live.account.runtime.requests


@pytest.mark.parametrize(
    ("status", "pending"), [("Updating", None), ("RollingBack", None), ("InService", f"{ENDPOINT}-new")]
)
def test_while_two_versions_may_answer_nothing_is_asked(
    invoke: Invoke, live: Production, rows: Path, status: str, pending: str | None
) -> None:
    live.serve(f"{ENDPOINT}-aaa", status, pending)
    result = invoke("predict", rows, "production")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "so that two versions may answer: ask again when" in result.stderr
    assert not live.account.runtime.requests


def test_answers_of_two_versions_are_never_written(invoke: Invoke, live: Production, rows: Path) -> None:
    other = live.version("bbb")
    live.account.runtime.before_answering = lambda: live.serve(other)
    result = invoke("predict", rows, "production")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "was changed while it was asked" in result.stderr
    assert not Path("new-predictions.csv").exists()


def test_maintenance_by_sagemaker_changes_no_version(invoke: Invoke, live: Production, rows: Path) -> None:
    live.serve(f"{ENDPOINT}-aaa", "SystemUpdating")
    assert invoke("predict", rows, "production").exit_code == 0


def test_nothing_in_production_is_one_line(invoke: Invoke, production: Production, rows: Path) -> None:
    result = invoke("predict", rows, "production")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"bakeoff: Nothing is in production: there is no endpoint {ENDPOINT}")


@pytest.mark.parametrize("status", ["Failed", "UpdateRollbackFailed"])
def test_an_endpoint_that_is_not_sound_is_one_line(
    invoke: Invoke, live: Production, rows: Path, status: str
) -> None:
    live.serve(f"{ENDPOINT}-aaa", status)
    result = invoke("predict", rows, "production")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"bakeoff: Endpoint {ENDPOINT} is in state {status}")


def test_a_configuration_that_no_promotion_made_is_not_asked(
    invoke: Invoke, live: Production, rows: Path
) -> None:
    live.serve("by-hand")
    assert "nobody knows how its rows are prepared" in invoke("predict", rows, "production").stderr


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"columns": {}},
        {"columns": [], "encoding": 3},
        {"columns": COLUMNS, "encoding": {"columns": [{}]}},
    ],
)
def test_a_damaged_record_is_one_line(invoke: Invoke, live: Production, rows: Path, data: Any) -> None:
    key = f"production/versions/{ENDPOINT}-aaa.json"
    live.put(key, {**json.loads(live.account.s3.objects[key]), "data": data})
    result = invoke("predict", rows, "production")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"The record of {ENDPOINT}-aaa is damaged" in result.stderr


@pytest.mark.parametrize("other", ["--run", "--candidate", "--endpoint"])
def test_only_one_says_whose_model_answers(invoke: Invoke, live: Production, rows: Path, other: str) -> None:
    result = invoke("predict", rows, "production", other, "knn")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"and {other} says it, too: leave out one." in result.stderr


def test_another_word_than_production_is_refused(invoke: Invoke, rows: Path) -> None:
    assert invoke("predict", rows, "staging").exit_code == 2
