from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.comparisons import comparison
from tests.unit.cli.conftest import Invoke
from tests.unit.cli.fakes import Account, arn_of
from tests.unit.cli.histories import Recorder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text("1,2\n3,4\n")
    return path


def test_an_upload_prints_the_run_that_it_starts(invoke: Invoke, account: Account, file: Path) -> None:
    result = invoke("upload", file)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "data.csv: CSV without a header, 1 feature; predicted is column 1.",
        "No Target is set, so the label is column 1, the first one of data.csv.",
        "data.csv started the run run-1",
    ]
    assert result.stderr == "Uploading data.csv ...\nFollow it: bakeoff watch run-1\n"
    assert account.s3.objects["Inputs/data.csv"] == file.read_bytes()


def test_several_uploads_as_json_are_one_document(invoke: Invoke, account: Account, file: Path) -> None:
    other = file.with_name("other.csv")
    other.write_text("5,6\n")
    result = invoke("upload", file, other, "--json")
    reading = {"format": "csv", "features": 1, "label": "column 1"}
    said = ["No Target is set, so the label is column 1, the first one of data.csv."]
    assert json.loads(result.stdout) == {
        "runs": [
            {
                "file": str(path),
                "key": f"Inputs/{path.name}",
                "run_id": run_id,
                "execution_arn": arn_of(run_id),
                "reading": {**reading, "notes": notes},
            }
            for path, run_id, notes in ((file, "run-1", said), (other, "run-2", []))
        ],
        "skipped": [],
    }


def test_one_bad_file_keeps_all_from_being_uploaded(invoke: Invoke, account: Account, file: Path) -> None:
    assert invoke("upload", file, "missing.csv").exit_code == 2
    assert not account.s3.objects


def test_an_upload_that_starts_no_run_is_an_error(invoke: Invoke, account: Account, file: Path) -> None:
    account.starts_runs = False
    result = invoke("upload", file)
    assert result.exit_code == 2
    assert "bakeoff: Inputs/data.csv is uploaded, but" in result.stderr


def test_watching_ends_with_leaderboard_and_verdict(invoke: Invoke, account: Account) -> None:
    account.add_run()
    result = invoke("watch")
    assert result.exit_code == 0
    assert "| xgboost " in result.stdout
    assert "linear-learner did not finish: The quota is 0. Ask for more.\n" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("Winner: xgboost")
    assert "xgboost: Train model\n" in result.stderr


def test_watching_quietly_prints_results_only(invoke: Invoke, account: Account) -> None:
    account.add_run()
    result = invoke("watch", "run-1", "--quiet")
    assert result.stderr == ""
    assert "Winner: xgboost" in result.stdout


@pytest.mark.parametrize("options", [(), ("--quiet",), ("--json",)])
def test_without_a_terminal_there_are_no_control_characters(
    invoke: Invoke, account: Account, options: tuple[str, ...]
) -> None:
    account.add_run()
    result = invoke("watch", *options)
    assert all(character == "\n" or character.isprintable() for character in result.output)


def test_a_watched_run_as_json_is_one_document(invoke: Invoke, account: Account) -> None:
    account.add_run()
    document = json.loads(invoke("watch", "run-1", "--json").stdout)
    assert (document["run_id"], document["status"], document["cause"]) == ("run-1", "SUCCEEDED", None)
    assert document["comparison"] == comparison("run-1")


def test_watching_a_superseded_run_goes_on_with_the_run_that_has_its_data(
    invoke: Invoke, account: Account
) -> None:
    account.add_run("carrier")
    account.add_superseded("waiting", by="carrier")

    result = invoke("watch", "waiting")

    assert result.exit_code == 0
    assert "Its data are in the run carrier.\nFollowing the run carrier.\n" in result.stderr
    assert "Winner: xgboost" in result.stdout


def test_a_superseded_run_as_json_is_the_document_of_the_run_that_has_its_data(
    invoke: Invoke, account: Account
) -> None:
    account.add_run("carrier")
    account.add_superseded("waiting", by="carrier")
    document = json.loads(invoke("watch", "waiting", "--json").stdout)
    assert (document["run_id"], document["superseded"]) == ("carrier", "waiting")
    assert document["comparison"] == comparison("carrier")
    assert json.loads(invoke("watch", "carrier", "--json").stdout)["superseded"] is None


@pytest.mark.parametrize("options", [(), ("--quiet",), ("--json",)])
def test_a_failed_run_is_exit_code_1_with_its_cause_on_one_line(
    invoke: Invoke, account: Account, options: tuple[str, ...]
) -> None:
    recorder = Recorder()
    recorder.add("ExecutionFailed", recorder.enter("Task", "Plan run", recorder.start()))
    cause = json.dumps({"errorMessage": "There is no algorithm 'x'.", "errorType": "InvalidAlgorithms"})
    account.add_run(statuses=["FAILED"], error="InvalidAlgorithms", cause=cause, events=recorder.events)
    del account.s3.objects["runs/run-1/comparison.json"]
    result = invoke("watch", *options)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "bakeoff: the run run-1 has failed: There is no algorithm 'x'."
    if "--json" in options:
        document = json.loads(result.stdout)
        assert (document["status"], document["comparison"]) == ("FAILED", None)
        assert document["cause"] == "There is no algorithm 'x'."


def test_a_failed_run_that_was_judged_still_has_its_leaderboard(invoke: Invoke, account: Account) -> None:
    account.add_run(statuses=["TIMED_OUT"])
    result = invoke("watch")
    assert result.exit_code == 1
    assert "| xgboost " in result.stdout
    assert "run-1 has timed out: It took longer than the workflow allows." in result.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("watch", "nope"), "bakeoff: The stack 'bakeoff' has no run 'nope'"),
        (("watch",), "bakeoff: The stack 'bakeoff' has no run yet"),
        (("watch", "--stack-name", "other"), "bakeoff: There is no stack named 'other' in us-east-1"),
    ],
)
def test_what_is_not_there_is_one_line(
    invoke: Invoke, account: Account, arguments: tuple[str, ...], complaint: str
) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(complaint) and result.stderr.count("\n") == 1
