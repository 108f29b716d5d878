"""A run as Step Functions knows it: an execution of the stack's state machine, of the same name."""

from __future__ import annotations

UNFINISHED = frozenset({"RUNNING", "PENDING_REDRIVE"})
"""The statuses of an execution that goes on, or is about to."""


def execution_arn(state_machine_arn: str, run_id: str) -> str:
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{run_id}"
