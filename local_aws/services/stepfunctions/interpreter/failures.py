"""How a state fails: States.* names survive, and wildcards catch what they catch in AWS.

Patched in moto 5.2.5:
- An error named `States.*` inside a Map iteration, a Parallel branch or a Fail state became States.Runtime,
  because `CustomErrorName` refuses such names.
- `States.ALL` caught States.Runtime and States.DataLimitExceeded; AWS never lets it.
- `States.TaskFailed` caught only errors of services; AWS lets it catch every name but States.Timeout.
Source: "Handling errors in Step Functions workflows", section "Error names".
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import (
    EvaluationFailedEventDetails,
    ExecutionFailedEventDetails,
    HistoryEventType,
    TaskFailedEventDetails,
)
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import iteration_worker
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branches_decl
from moto.stepfunctions.parser.asl.component.state.fail import state_fail
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from local_aws.core.patching import replace

RUNTIME = "States.Runtime"
TASK_FAILED = "States.TaskFailed"
QUERY_EVALUATION_ERROR = "States.QueryEvaluationError"
DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded"
NO_CHOICE_MATCHED = "States.NoChoiceMatched"

_NOT_IN_ALL = {RUNTIME, DATA_LIMIT_EXCEEDED}
_NOT_IN_TASK_FAILED = _NOT_IN_ALL | {"States.Timeout", "States.HeartbeatTimeout"}


def error_named(error_name: str | None) -> Any:
    """moto's object for an error name, whether AWS or the workflow coined it."""
    if error_name is None or not error_name.startswith("States."):
        return CustomErrorName(error_name)
    try:
        return StatesErrorName.from_name(error_name)
    except ValueError:
        # A name that moto's grammar does not list (States.Foo of a Fail state) has to survive all the same.
        coined = CustomErrorName(None)
        coined.error_name = error_name
        return coined


def task_failure(task: Any, env: Any, error: str, cause: str) -> Any:
    """The event of a failed service task: `error` and `cause` are what Catch and the history show."""
    details = TaskFailedEventDetails(
        error=error,
        cause=cause,
        resource=task._get_sfn_resource(),
        resourceType=task._get_sfn_resource_type(),
    )
    return FailureEvent(
        env=env,
        error_name=error_named(error),
        event_type=HistoryEventType.TaskFailed,
        event_details=EventDetails(taskFailedEventDetails=details),
    )


def query_failure(env: Any, cause: str) -> FailureEventException:
    details = EvaluationFailedEventDetails(error=QUERY_EVALUATION_ERROR, cause=cause)
    return _failure(
        env, QUERY_EVALUATION_ERROR, HistoryEventType.EvaluationFailed, evaluationFailedEventDetails=details
    )


def state_failure(env: Any, error: str, cause: str) -> FailureEventException:
    """A state that fails without having called a service."""
    details = ExecutionFailedEventDetails(error=error, cause=cause)
    return _failure(env, error, HistoryEventType.ExecutionFailed, executionFailedEventDetails=details)


def _failure(env: Any, error: str, event_type: Any, **details: Any) -> FailureEventException:
    event_details = EventDetails(**details)
    return FailureEventException(FailureEvent(env, error_named(error), event_type, event_details))


def _matches(self: Any, env: Any) -> None:
    failed = env.stack.pop()
    name = failed.error_name if failed is not None else None
    listed = {listed.error_name for listed in self.error_names}
    env.stack.append(
        name != RUNTIME
        and (
            name in listed
            or ("States.ALL" in listed and name not in _NOT_IN_ALL)
            or (TASK_FAILED in listed and name not in _NOT_IN_TASK_FAILED)
        )
    )


def apply() -> None:
    replace(ErrorEqualsDecl, _eval_body=_matches)
    for module in (iteration_worker, branches_decl, state_fail):
        replace(module, CustomErrorName=error_named)
