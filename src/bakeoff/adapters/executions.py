"""What Step Functions knows of the runs that were started."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from bakeoff.adapters.clients import code_of, make_client, translated
from bakeoff.domain.intake.turns import Execution, KnownRun
from bakeoff.domain.run.executions import UNFINISHED, execution_arn

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.literals import IncludedDataType
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef

# One page: an event that is later than a hundred runs is hardly one of these.
_RECENT = 100
_UNSUCCESSFUL: Final = ("ABORTED", "FAILED", "TIMED_OUT")


class Executions:
    """What Step Functions reports of a state machine's executions, which may be some seconds old.

    Implements `domain.cleanup.janitor.Runs` and `domain.intake.turns.Executions`.
    """

    def __init__(self, state_machine_arn: str, client: SFNClient | None = None) -> None:
        self._arn = state_machine_arn
        self._states: SFNClient = client or make_client("stepfunctions")

    def running(self) -> list[Execution]:
        with translated("Listing the runs that go on"):
            pages = self._states.get_paginator("list_executions").paginate(
                stateMachineArn=self._arn, statusFilter="RUNNING", PaginationConfig={"PageSize": 1000}
            )
            return [
                Execution(item["name"], item["startDate"]) for page in pages for item in page["executions"]
            ]

    def succeeded(self) -> list[str]:
        with translated("Listing the runs that ended well"):
            page = self._states.list_executions(
                stateMachineArn=self._arn, statusFilter="SUCCEEDED", maxResults=_RECENT
            )
            # Step Functions lists the latest start first.
            return [item["name"] for item in page["executions"]]

    def unsuccessful(self) -> list[str]:
        """The names of those that ended otherwise, the latest of each status."""
        with translated("Listing the runs that did not end well"):
            pages = [
                self._states.list_executions(
                    stateMachineArn=self._arn, statusFilter=status, maxResults=_RECENT
                )
                for status in _UNSUCCESSFUL
            ]
        return [item["name"] for page in pages for item in page["executions"]]

    def known(self, run_id: str) -> KnownRun | None:
        described = self._described(run_id)
        if described is None:
            return None
        try:
            execution_input = json.loads(described["input"])
        except RecursionError:
            execution_input = None  # nested too deeply for the parser
        return KnownRun(execution_input, described["status"] not in {*UNFINISHED, "SUCCEEDED"})

    def is_running(self, run_id: str) -> bool:
        # Without its data, so that whoever asks needs no key.
        described = self._described(run_id, "METADATA_ONLY")
        return described is not None and described["status"] in UNFINISHED

    def _described(
        self, run_id: str, included: IncludedDataType = "ALL_DATA"
    ) -> DescribeExecutionOutputTypeDef | None:
        arn = execution_arn(self._arn, run_id)
        with translated(f"Describing run {run_id}"):
            try:
                return self._states.describe_execution(executionArn=arn, includedData=included)
            except ClientError as err:
                if code_of(err) == "ExecutionDoesNotExist":
                    return None
                raise
