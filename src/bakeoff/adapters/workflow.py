"""Starting runs in Step Functions.

Apart from what is known of them, because a cold start of the function that an upload waits for imports it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bakeoff.adapters.clients import code_of, make_client, translated

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class Workflow:
    """The state machine whose executions are the runs."""

    def __init__(self, state_machine_arn: str, client: SFNClient | None = None) -> None:
        self._arn = state_machine_arn
        self._states: SFNClient = client or make_client("stepfunctions")

    def start(self, run_id: str, execution_input: Mapping[str, Any]) -> bool:
        """Start a run; False when a run of that name exists already, which a repeated event brings about.

        While that run goes on, Step Functions takes the same input again as the same start: True.
        """
        with translated(f"Starting run {run_id}"):
            try:
                self._states.start_execution(
                    stateMachineArn=self._arn, name=run_id, input=json.dumps(execution_input)
                )
            except ClientError as err:
                if code_of(err) == "ExecutionAlreadyExists":
                    return False
                raise
        return True
