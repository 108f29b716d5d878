from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from bakeoff.domain.errors import BakeoffError, DataError, RequestError
from tests.unit.bakeoff_cli.comparisons import comparison, final_model, in_folds
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import BUCKET, Account, arn_of
from tests.unit.bakeoff_cli.histories import Recorder
from tests.unit.bakeoff_cli.receipts import receipt

PLAN = {
    "target": {"name": "price", "position": 1, "source": "the first column"},
    "features": ["area", "age"],
    "feature_dim": 2,
    "notes": [],
    "ignored": [{"key": "Inputs/.DS_Store", "why": "a file of the system"}],
}


def subclasses(error: type[BakeoffError]) -> set[type[BakeoffError]]:
    return {error}.union(*map(subclasses, error.__subclasses__()))


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
        "beside": [],
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
    lines = result.stdout.splitlines()
    assert lines[:3] == ["", "Winner: xgboost predicts better than knn.", ""]
    assert [line for line in lines if line.startswith(("xgboost", "linear-learner"))] == [
        "xgboost predicts best: its RMSE is lower than that of knn.",
        "xgboost leads knn by 0.100 in RMSE (95% interval 0.0200 to 0.180), p = 0.0120.",
        "linear-learner did not finish: The quota is 0. Ask for more.",
    ]
    assert lines.index("xgboost predicts best: its RMSE is lower than that of knn.") > 9
    assert "| xgboost " in result.stdout
    assert "xgboost: Train model\n" in result.stderr


def test_a_candidate_that_did_not_finish_is_named_at_the_end(invoke: Invoke, account: Account) -> None:
    account.add_run()
    told = invoke("watch", "--json").stderr.splitlines()
    assert "bakeoff: not every candidate finished: linear-learner did not." in told[-6:]


def test_watching_ends_with_what_to_do_next(invoke: Invoke, account: Account) -> None:
    account.add_run(output={"report_uri": f"s3://{BUCKET}/runs/run-1/report.html"})
    result = invoke("watch")
    assert result.stdout.splitlines()[-1] == f"Report: s3://{BUCKET}/runs/run-1/report.html"
    assert result.stderr.splitlines()[-5:] == [
        "Save and open the report:",
        "  bakeoff report run-1",
        "Recompute its verdict:",
        f"  aws s3 sync s3://{BUCKET}/runs/run-1/ runs/run-1/",
        "  bakeoff verify runs/run-1",
    ]


def _judged_in_folds(account: Account, final: dict[str, Any] | None) -> None:
    account.add_run(output={"report_uri": f"s3://{BUCKET}/runs/run-1/report.html"})
    account.s3.objects["runs/run-1/comparison.json"] = json.dumps(in_folds()).encode()
    if final:
        account.s3.objects["runs/run-1/final.json"] = json.dumps(final).encode()


def test_watching_a_run_with_folds_ends_with_its_final_model(invoke: Invoke, account: Account) -> None:
    _judged_in_folds(account, final_model())
    result = invoke("watch")
    url = f"s3://{BUCKET}/runs/run-1/models/xgboost/final/job/output/model.tar.gz"
    assert result.stdout.splitlines()[-1] == f"Final model: {url}"
    assert result.stderr.splitlines()[-2:] == ["Take the final model:", f"  aws s3 cp {url} ."]

    document = json.loads(invoke("watch", "--json").stdout)
    assert document["final_model"] == final_model() and document["comparison"] == in_folds()


def test_a_run_with_folds_without_a_final_model_has_no_address_of_it(
    invoke: Invoke, account: Account
) -> None:
    failed = final_model(model_data_url=None, status="failed", error="Train final model: out of memory.")
    _judged_in_folds(account, failed)
    result = invoke("watch")
    assert result.exit_code == 0
    assert (
        "There is no final model of xgboost: Train final model: out of memory. The verdict" in result.stdout
    )
    assert "Final model: " not in result.stdout and "Take the final model" not in result.stderr

    _judged_in_folds(account, None)
    del account.s3.objects["runs/run-1/final.json"]
    assert json.loads(invoke("watch", "--json").stdout)["final_model"] is None


def test_a_result_that_has_expired_is_said_to_be_gone(invoke: Invoke, account: Account) -> None:
    account.add_run(output={"report_uri": f"s3://{BUCKET}/runs/run-1/report.html"})
    del account.s3.objects["runs/run-1/comparison.json"]
    result = invoke("watch")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-1] == (
        "The result of the run run-1 is gone: it was deleted, or is older than the stack's RunRetentionDays."
    )


def test_what_to_do_next_works_for_a_stack_of_another_name_and_as_the_command_was_started(
    invoke: Invoke, account: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", [".venv/bin/bakeoff"])
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(account.cloudformation, "stack_name", "other")
    account.add_run(statuses=["FAILED"], error="NoInputData", cause="Start again with `bakeoff run`.")
    lines = invoke("watch", "--stack-name", "other").stderr.splitlines()
    assert lines[-2:] == [
        "bakeoff: the run run-1 has failed: Start again with `.venv/bin/bakeoff run`.",
        "Mend that, then `.venv/bin/bakeoff upload FILE --stack-name other` again, "
        "or start again with `.venv/bin/bakeoff run --stack-name other`.",
    ]


def test_what_was_read_is_told_once_and_stands_in_the_document(invoke: Invoke, account: Account) -> None:
    account.add_run(statuses=["RUNNING", "RUNNING", "SUCCEEDED"])
    settings = {"metric": {"value": "mae", "source": "Inputs/bakeoff.yaml"}}
    account.s3.objects["runs/run-1/plan.json"] = json.dumps({**PLAN, "settings": settings}).encode()
    result = invoke("watch", "--json")
    assert result.stderr.count("Predicting price (the first column) from 2 features: area, age.\n") == 1
    assert "Ignored Inputs/.DS_Store: a file of the system\n" in result.stderr
    assert "Inputs/bakeoff.yaml says metric: mae.\n" in result.stderr
    told = {name: PLAN[name] for name in PLAN if name != "feature_dim"}
    assert json.loads(result.stdout)["reading"] == {**told, "settings": settings}
    assert "run-1, predicting price: 2924 rows" in invoke("watch", "--quiet").stdout


@pytest.mark.parametrize(("position", "place"), [(1, "the first column"), (3, "column 3")])
def test_a_label_without_a_name_is_told_by_its_place(
    invoke: Invoke, account: Account, position: int, place: str
) -> None:
    account.add_run()
    unnamed = PLAN | {"features": None, "target": {"name": None, "position": position, "source": "Target"}}
    account.s3.objects["runs/run-1/plan.json"] = json.dumps(unnamed).encode()
    assert f"run-1, predicting {place}: 2924 rows" in invoke("watch", "--quiet").stdout


def test_of_a_run_without_a_plan_or_with_an_old_one_nothing_is_said(invoke: Invoke, account: Account) -> None:
    account.add_run()
    assert json.loads(invoke("watch", "--json").stdout)["reading"] is None
    account.s3.objects["runs/run-1/plan.json"] = b'{"schema_version": 1}'
    result = invoke("watch", "--json")
    assert json.loads(result.stdout)["reading"] is None and "Predicting" not in result.stderr


@pytest.mark.parametrize("in_aws", [True, False])
def test_only_in_aws_there_is_a_console_and_a_usual_time(
    invoke: Invoke, account: Account, in_aws: bool
) -> None:
    if in_aws:
        account.stepfunctions.meta.endpoint_url = "https://states.us-east-1.amazonaws.com"
    account.add_run()
    told = invoke("watch").stderr
    link = f"https://console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/{arn_of('run-1')}"
    assert (f"In the console: {link}\n" in told) is in_aws
    assert ("With small data a run usually takes 15 to 30 min, with folds longer.\n" in told) is in_aws
    assert ("xgboost: Train model (usually 3 to 6 min)\n" in told) is in_aws


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("options", [(), ("--quiet",), ("--json",)])
def test_whoever_stops_watching_hears_that_the_run_goes_on(
    invoke: Invoke, account: Account, number: signal.Signals, exit_code: int, options: tuple[str, ...]
) -> None:
    account.add_run(statuses=["RUNNING"])
    account.stepfunctions.before_describing = lambda: os.kill(os.getpid(), number)
    result = invoke("watch", "run-1", *options)
    assert result.exit_code == exit_code
    assert result.stderr.splitlines()[-5:] == [
        "bakeoff: no longer watched; the run run-1 goes on in AWS.",
        "Watch it again:",
        "  bakeoff watch run-1",
        "Stop it:",
        f"  aws stepfunctions stop-execution --region us-east-1 --execution-arn {arn_of('run-1')}",
    ]


@pytest.mark.parametrize(
    ("status", "error", "sentence", "step"),
    [
        (
            "ABORTED",
            None,
            "the run run-1 was stopped: No reason was given.",
            "Start again with `bakeoff run`.",
        ),
        (
            "TIMED_OUT",
            None,
            "the run run-1 has timed out: It took longer than the workflow allows.",
            "If the data need longer, raise the stack's RunTimeoutSeconds; "
            "then start again with `bakeoff run`.",
        ),
        (
            "FAILED",
            "States.Timeout",
            "the run run-1 has timed out: It took longer than the workflow allows.",
            "If the data need longer, raise the stack's RunTimeoutSeconds; "
            "then start again with `bakeoff run`.",
        ),
        (
            "FAILED",
            "AccessDenied",
            "the run run-1 has failed: AccessDenied",
            "Start again with `bakeoff run`.",
        ),
    ],
)
def test_a_run_that_ended_early_says_how_and_what_to_do_next(
    invoke: Invoke, account: Account, status: str, error: str | None, sentence: str, step: str
) -> None:
    account.add_run(statuses=[status], error=error)
    del account.s3.objects["runs/run-1/comparison.json"]
    result = invoke("watch")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-2:] == [f"bakeoff: {sentence}", step]


MENDABLE = sorted({error.__name__ for error in subclasses(RequestError) | subclasses(DataError)})


@pytest.mark.parametrize("error", MENDABLE)
def test_every_cause_that_a_person_can_mend_says_how_to_go_on(
    invoke: Invoke, account: Account, error: str
) -> None:
    account.add_run(statuses=["FAILED"], error=error, cause="Line 3 of a.csv holds 'x': remove it.")
    lines = invoke("watch").stderr.splitlines()
    assert "bakeoff: the run run-1 has failed: Line 3 of a.csv holds 'x': remove it." in lines[-3:-1]
    assert lines[-1] == "Mend that, then `bakeoff upload FILE` again, or start again with `bakeoff run`."


def test_watching_quietly_prints_results_only(invoke: Invoke, account: Account) -> None:
    account.add_run()
    result = invoke("watch", "run-1", "--quiet")
    assert result.stderr == "bakeoff: not every candidate finished: linear-learner did not.\n"
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
    assert "bakeoff: the run run-1 has failed: There is no algorithm 'x'." in result.stderr.splitlines()
    assert ("Mend that" in result.stderr) is ("--quiet" not in options)
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


def test_what_folds_would_bring_to_a_tie_is_told_with_what_this_run_may_cost(
    invoke: Invoke, account: Account
) -> None:
    account.add_run("run-1")
    tie = comparison("run-1")
    tie["verdict"] |= {"outcome": "tie", "tied_with_best": ["knn"], "rows_needed": 2400}
    account.s3.objects["runs/run-1/comparison.json"] = json.dumps(tie).encode()
    plan = {"target": {"name": "rings", "position": 1, "source": "the first column"}}
    cost = {"amount": "2.361450", "currency": "USD", "region": "us-east-1", "unknown": []}
    account.s3.objects["runs/run-1/plan.json"] = json.dumps({**plan, "cost": cost}).encode()

    told = " ".join(invoke("watch", "run-1").stdout.split())

    assert "instead of 626 for about ten times the cost (at most $2.37 for this run, by its plan)." in told


def test_what_the_run_cost_is_told_and_stands_in_the_document(invoke: Invoke, account: Account) -> None:
    account.add_run("run-1")
    account.s3.objects["runs/run-1/receipt.json"] = json.dumps(receipt("run-1")).encode()
    told = "The run run-1 cost $0.01 to $0.02, by list prices of us-east-1, 2026-08-11 to 2026-08-11."
    assert told in invoke("watch", "run-1").stdout.splitlines()
    account.add_run("run-2")
    assert "receipt" not in json.loads(invoke("watch", "run-2", "--json").stdout)
    assert json.loads(invoke("watch", "run-1", "--json").stdout)["receipt"] == receipt("run-1")
