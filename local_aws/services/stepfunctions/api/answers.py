"""Answers of the Step Functions API that moto 5.2.5 leaves incomplete.

- DescribeExecution and ListExecutions: no stopDate for TIMED_OUT, no redriveCount, no inputDetails.
- StopExecution dropped error and cause.
- `includedData` had no effect, and what is encrypted was readable under any key.
- GetExecutionHistory ignored maxResults, nextToken and reverseOrder.
- The errors of the interpreter (InvalidDefinition ...) reached the caller without their code.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import InvalidToken
from moto.stepfunctions.parser import api
from moto.stepfunctions.responses import StepFunctionResponse

from local_aws.core.patching import replace, wrap
from local_aws.services.stepfunctions import encryption
from local_aws.services.stepfunctions.api import redrive_rules

_ENDED = {"SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT"}
_MAX_RESULTS = 1000
_DEFAULT_RESULTS = 100
_DATA = ("input", "output", "outputDetails", "error", "cause")


def _describe_execution(original: Any, self: Any) -> Any:
    answer = original(self).result
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    run = {"mapRunArn": execution.map_run_arn} if execution.map_run_arn else {}
    more = {**ending_of(execution), **redrive_rules.status_of(execution), **run}
    if _is_metadata_only(self):
        return ActionResult({key: each for key, each in {**answer, **more}.items() if key not in _DATA})
    encryption.require_key(execution.encryption)
    return ActionResult({**answer, **more, "inputDetails": {"included": True}})


def _describe_state_machine(original: Any, self: Any, arn: str) -> Any:
    answer = original(self, arn).result
    if _is_metadata_only(self):
        return ActionResult({**answer, "definition": "{}"})
    encryption.require_key(answer["encryptionConfiguration"])
    return ActionResult(answer)


def _is_metadata_only(response: Any) -> bool:
    return bool(response._get_param("includedData") == encryption.METADATA_ONLY)


def _list_executions(original: Any, self: Any) -> Any:
    answer = original(self).result
    for item in answer["executions"]:
        item.update(ending_of(self.stepfunction_backend.describe_execution(item["executionArn"])))
    return ActionResult(answer)


def ending_of(execution: Any) -> dict[str, Any]:
    """When an execution ended, if it has, and how often it was redriven."""
    stop = {"stopDate": execution.stop_date} if execution.status in _ENDED else {}
    return {**redrive_rules.count_of(execution), **stop}


def _stop_execution(self: Any) -> Any:
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    error, cause = self._get_param("error"), self._get_param("cause")
    if error or cause:
        # Without them there is nothing to encrypt.
        encryption.require_role(execution.encryption, execution.role_arn, execution.state_machine_arn)
    execution.stop(datetime.now(UTC), error, cause)
    return ActionResult({"stopDate": execution.stop_date})


def _get_execution_history(original: Any, self: Any) -> Any:
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    encryption.require_key(execution.encryption)
    events = list(original(self).result["events"])
    if self._get_param("reverseOrder"):
        events.reverse()
    return ActionResult(page("events", events, self))


def page(field: str, listed: list[Any], response: Any) -> dict[str, Any]:
    """The part of a list that a request asks for by maxResults and nextToken."""
    start = _position(response._get_param("nextToken"))
    end = start + min(response._get_int_param("maxResults") or _DEFAULT_RESULTS, _MAX_RESULTS)
    more = {"nextToken": str(end)} if end < len(listed) else {}
    return {field: listed[start:end], **more}


def _position(token: str | None) -> int:
    if token is None:
        return 0
    if not token.isdecimal():
        raise InvalidToken(token)
    return int(token)


def _name_errors() -> None:
    for error in vars(api).values():
        code = vars(error).get("code") if isinstance(error, type) and issubclass(error, AWSError) else None
        if isinstance(code, str):
            error.TYPE = code


def apply() -> None:
    _name_errors()
    wrap(StepFunctionResponse, "describe_execution", _describe_execution)
    wrap(StepFunctionResponse, "list_executions", _list_executions)
    wrap(StepFunctionResponse, "_describe_state_machine", _describe_state_machine)
    wrap(StepFunctionResponse, "get_execution_history", _get_execution_history)
    replace(StepFunctionResponse, stop_execution=_stop_execution)
