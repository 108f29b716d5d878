"""A candidate is an execution of its own: what ends it ends nobody else, and the run says what is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.template import states_of
from tests.workflow.conftest import Workflow
from tests.workflow.fault_matrix.matrix import stop, time_out
from tests.workflow.fault_matrix.outcomes import (
    assert_nothing_is_left,
    assert_results_are,
    cause_of,
    comparison_of,
    leaks,
)
from tests.workflow.simulation.scripted import CANDIDATES, Fault, ScriptedAws, Work

LOST = CANDIDATES[1]
OTHERS = [name for name in CANDIDATES if name != LOST]


def assert_only_one_is_lost(aws: ScriptedAws, run: dict[str, Any], expected: dict[str, Any]) -> None:
    compared = comparison_of(aws, run["name"])
    assert [compared[name]["status"] for name in OTHERS] == ["completed"] * len(OTHERS)
    assert compared[LOST]["status"] == "failed"
    assert compared[LOST]["error"].startswith("Neither a result nor a failure was recorded")
    assert (run["status"], run["error"]) == ("FAILED", "ResourcesRemain")
    assert cause_of(run).rstrip(".").endswith(f"-{LOST}")
    # The janitor hears of the run's end, as of any that went wrong.
    assert_nothing_is_left(aws, run)
    assert leaks(aws) == set()
    assert_results_are(aws, run["name"], expected)


@pytest.mark.parametrize("end", [stop, time_out])
@pytest.mark.parametrize("operation", ["create_training_job", "create_endpoint", "describe_endpoint"])
def test_a_candidate_whose_execution_is_ended_from_outside_is_lost_alone(
    workflow: Workflow,
    aws: ScriptedAws,
    expected: dict[str, Any],
    end: Callable[[Any], None],
    operation: str,
) -> None:
    def meet(work: Work) -> Any:
        try:
            return work()
        finally:
            [child] = [each for each in workflow.children(arns[0]) if not each.ended.is_set()]
            end(child)

    aws.faults = [Fault(operation, meet, (LOST,), times=1)]
    arns: list[str] = []
    arns.append(workflow.start(MaxConcurrency="1"))

    run = workflow.wait(arns[0])

    assert_only_one_is_lost(aws, run, expected)


def test_an_error_that_no_catch_sees_loses_one_candidate(
    workflow: Workflow, aws: ScriptedAws, expected: dict[str, Any]
) -> None:
    # Given a state that cannot be evaluated for one candidate, after its endpoint was made
    def change(machine: dict[str, Any]) -> None:
        seconds = f"{{% $candidate.name = '{LOST}' ? 'never' : 1 %}}"
        dict(states_of(machine))["Wait for release"]["Seconds"] = seconds

    run = workflow.run(change=change)

    compared = comparison_of(aws, run["name"])
    # It had its result by then.
    assert {each["status"] for each in compared.values()} == {"completed"}
    assert (run["status"], run["error"]) == ("FAILED", "ResourcesRemain")
    assert_nothing_is_left(aws, run)


def test_candidates_know_the_run_and_nothing_of_its_other_executions(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    run = workflow.run()

    arn = run["executionArn"]
    children = workflow.children(arn)
    assert [child.input_data["candidate"]["name"] for child in children] == list(CANDIDATES)
    assert {child.input_data["run_id"] for child in children} == {run["name"]}
    assert {child.exec_arn.split(":")[6].split("/")[1] for child in children} == {"candidates"}
    # Turns are counted by a listing of the state machine's executions, which candidates are not in.
    machine = arn.replace(":execution:", ":stateMachine:").rsplit(":", 1)[0]
    listed = workflow.instance.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    assert {child.exec_arn for child in children}.isdisjoint(each["executionArn"] for each in listed)
