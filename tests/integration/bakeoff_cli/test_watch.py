"""`bakeoff upload` and `bakeoff watch` through real clients, against real executions."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bakeoff_cli.stack.aws import Aws
from bakeoff_cli.stack.stack import Stack
from tests.integration.bakeoff_cli.conftest import STACK, Invoke
from tests.unit.bakeoff_cli.comparisons import comparison

StartFunction = Callable[[str, str], AbstractContextManager[None]]


def test_an_upload_finds_the_run_of_its_own_version(
    invoke: Invoke, stack: Stack, start_function: StartFunction, tmp_path: Path
) -> None:
    (tmp_path / "good.csv").write_text("1,2\n3,4\n")
    for run_id in ("first-version", "second-version"):
        with start_function("Inputs/good.csv", run_id):
            result = invoke("upload", "good.csv", "--stack-name", STACK, "--json")
        assert result.exit_code == 0, result.output
        (run,) = json.loads(result.stdout)["runs"]
        assert (run["run_id"], run["execution_arn"]) == (run_id, stack.execution_arn(run_id))


def test_a_run_is_watched_state_by_state_to_its_leaderboard(invoke: Invoke, aws: Aws, stack: Stack) -> None:
    # Given a run that has been judged
    aws.s3.put_object(
        Bucket=stack.bucket, Key="runs/judged/comparison.json", Body=json.dumps(comparison("judged")).encode()
    )
    plan = {"target": {"name": "price", "position": 1}, "features": ["area"], "notes": ["An assumption."]}
    aws.s3.put_object(Bucket=stack.bucket, Key="runs/judged/plan.json", Body=json.dumps(plan).encode())
    aws.stepfunctions.start_execution(
        stateMachineArn=stack.state_machine_arn, name="judged", input=_input("good")
    )
    # When it is watched without its name, then it is the newest
    result = invoke("watch", "--stack-name", STACK)
    assert result.exit_code == 0, result.output
    # Then every state was told, each candidate's under the candidate's name
    told = [line.partition(" s  ")[2] for line in result.stderr.splitlines()]
    for line in (
        "Plan run",
        "Compare candidates",
        "xgboost: Take candidate",
        "knn: Check endpoint",
        "xgboost: done",
        "Comparison complete",
        "The run has succeeded.",
    ):
        assert line in told
    assert "xgboost: Check endpoint" not in told
    assert any(line.startswith("knn: Check endpoint failed: ") for line in told)
    # And what the run has read, and the verdict before its evidence
    for line in ("Predicting price (the first column) from 1 feature: area.", "An assumption."):
        assert result.stderr.splitlines().count(line) == 1
    assert result.stdout.splitlines()[1].startswith("Winner: xgboost")


def test_a_run_that_somebody_stopped_reads_as_stopped(invoke: Invoke, aws: Aws, stack: Stack) -> None:
    started = aws.stepfunctions.start_execution(
        stateMachineArn=stack.state_machine_arn, name="stopped", input=_input("slow")
    )
    aws.stepfunctions.stop_execution(executionArn=started["executionArn"], cause="Too dear.")
    result = invoke("watch", "stopped", "--stack-name", STACK, "--json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert (document["status"], document["outcome"]) == ("ABORTED", "stopped")
    assert "bakeoff: the run stopped was stopped: Too dear.\n" in result.stderr
    assert "The run was stopped.\n" in result.stderr
    # The workflow asks for an endpoint that is not there, if it got so far.
    others = [line for line in result.stderr.splitlines() if "Check endpoint failed: " not in line]
    assert not any("failed" in line for line in others)


def test_a_failed_run_is_exit_code_1_with_the_sentence_of_its_cause(
    invoke: Invoke, aws: Aws, stack: Stack
) -> None:
    aws.stepfunctions.start_execution(
        stateMachineArn=stack.state_machine_arn, name="failing", input=_input("bad")
    )
    result = invoke("watch", "failing", "--stack-name", STACK, "--json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert (document["status"], document["comparison"]) == ("FAILED", None)
    assert document["cause"] == "Every candidate failed; see their results."
    assert "bakeoff: the run failing has failed: Every candidate failed; see" in result.stderr


def test_the_report_of_the_newest_finished_run_is_saved(
    invoke: Invoke, aws: Aws, stack: Stack, tmp_path: Path
) -> None:
    # Given a run whose report is not there
    aws.stepfunctions.start_execution(
        stateMachineArn=stack.state_machine_arn, name="reported", input=_input("good")
    )
    invoke("watch", "reported", "--stack-name", STACK, "--quiet")
    result = invoke("report", "--stack-name", STACK)
    assert result.exit_code == 2
    assert result.stderr.startswith("bakeoff: The report of the run reported is gone")
    # When it has one after all
    page = "<!doctype html><title>résumé</title>".encode()
    aws.s3.put_object(Bucket=stack.bucket, Key="runs/reported/report.html", Body=page)
    # Then its bytes are saved
    result = invoke("report", "--stack-name", STACK, "--no-open")
    assert (result.exit_code, result.stdout) == (0, "The report is report-reported.html\n")
    assert (tmp_path / "report-reported.html").read_bytes() == page


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("watch", "nope", "--stack-name", STACK), f"bakeoff: The stack '{STACK}' has no run 'nope'"),
        (
            ("watch", "not a name", "--stack-name", STACK),
            f"bakeoff: The stack '{STACK}' has no run 'not a name'",
        ),
        (("report", "nope", "--stack-name", STACK), f"bakeoff: The stack '{STACK}' has no run 'nope'"),
        (("watch", "--stack-name", "nope"), "bakeoff: There is no stack named 'nope' in us-east-1"),
    ],
)
def test_what_is_not_there_is_one_line(
    invoke: Invoke, stack: Stack, arguments: tuple[str, ...], complaint: str
) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith(complaint) and result.stderr.count("\n") == 1


def test_an_endpoint_that_does_not_answer_is_one_line(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    result = invoke("watch")
    assert result.exit_code == 2
    assert result.stderr.startswith("bakeoff: AWS cannot be reached: ") and result.stderr.count("\n") == 1


def _input(name: str) -> str:
    return json.dumps({"trigger": {"key": f"Inputs/{name}.csv"}})
