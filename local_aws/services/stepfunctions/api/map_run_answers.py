"""The child executions of a Map Run in the answers of the API, where moto 5.2.5 knows none.

Sources: DescribeExecution, ListExecutions, DescribeMapRun and RedriveExecution in the API reference.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.parser.api import ResourceNotFound
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

from local_aws.core.patching import replace, wrap
from local_aws.services.stepfunctions.api.answers import ending_of, page
from local_aws.services.stepfunctions.api.map_run import MapRun, map_runs

_COUNTED = {
    "ABORTED": "aborted",
    "FAILED": "failed",
    "RUNNING": "running",
    "SUCCEEDED": "succeeded",
    "TIMED_OUT": "timedOut",
}


def _describe_execution(original: Any, self: Any, execution_arn: str) -> Any:
    # Only a child's state machine has a label behind its name: `machine/label`. Runs may be thousands.
    runs = list(map_runs(self).values()) if "/" in execution_arn else []
    for child in (child for run in runs for child in list(run.children.values())):
        if child.exec_arn == execution_arn:
            return child
    return original(self, execution_arn)


def _list_executions(original: Any, self: Any) -> Any:
    arn, status = self._get_param("mapRunArn"), self._get_param("statusFilter")
    if not arn:
        return original(self)
    children = [
        child
        for child in _found(self.stepfunction_backend, arn).children.values()
        if child.status == (status or child.status)
    ]
    newest_first = sorted(children, key=lambda child: child.start_date, reverse=True)
    return ActionResult(page("executions", [_listed(child) for child in newest_first], self))


def _listed(child: Any) -> dict[str, Any]:
    return {
        "executionArn": child.exec_arn,
        "stateMachineArn": child.state_machine_arn,
        "mapRunArn": child.map_run_arn,
        "name": child.name,
        "status": child.status,
        "startDate": child.start_date,
        **ending_of(child),
    }


def _describe_map_run(self: Any, map_run_arn: str) -> dict[str, Any]:
    run = _found(self, map_run_arn)
    counts = _counts(run)
    more = {"itemCounts": counts, "executionCounts": counts, "redriveCount": run.redrives}
    return {**run.record.describe(), **more}


def _counts(run: MapRun) -> dict[str, int]:
    known = Counter(child.status for child in list(run.children.values()))
    counts = {name: known[status] for status, name in _COUNTED.items()}
    return {**counts, "pending": run.size - sum(counts.values()), "resultsWritten": 0, "total": run.size}


def _found(backend: Any, arn: str) -> MapRun:
    if arn not in map_runs(backend):
        raise ResourceNotFound()
    return map_runs(backend)[arn]


def apply() -> None:
    wrap(StepFunctionsParserBackend, "describe_execution", _describe_execution)
    replace(StepFunctionsParserBackend, describe_map_run=_describe_map_run)
    wrap(StepFunctionResponse, "list_executions", _list_executions)
