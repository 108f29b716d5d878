from __future__ import annotations

from bakeoff.domain.run.executions import execution_arn


def test_an_execution_is_named_after_its_state_machine_and_its_run() -> None:
    machine = "arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:bakeoff-stateMachine"
    execution = "arn:aws-us-gov:states:us-gov-west-1:123456789012:execution:bakeoff-stateMachine:run-1"
    assert execution_arn(machine, "run-1") == execution
