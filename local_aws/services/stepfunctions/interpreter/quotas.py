"""States.DataLimitExceeded at AWS's limit: 262,144 bytes of UTF-8; an end at 25,000 events.

Patched in moto 5.2.5:
- It counted the bytes of ASCII-escaped JSON with spaces (a Greek text counted three times its size).
- The Arguments of a Task and variables could be of any size, and the history of any length.
Source: "Step Functions service quotas".
"""

from __future__ import annotations

import json
from typing import Any

from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_lambda
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField

from local_aws.core.patching import replace, wrap
from local_aws.services.stepfunctions.interpreter import failures

MAX_BYTES = 262_144
MAX_EVENTS = 25_000


def compact_json(value: Any) -> str:
    """JSON as the service stores and counts it: no spaces, no escapes for letters."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)


def within_quota(value: Any) -> bool:
    return len(compact_json(value).encode()) <= MAX_BYTES


def _limited_parameters(original: Any, self: Any, env: Any) -> Any:
    parameters = original(self, env)
    if within_quota(parameters):
        return parameters
    cause = f"The arguments of the state/task '{self.name}' exceed the maximum number of bytes service limit."
    raise FailureEventException(failures.task_failure(self, env, failures.DATA_LIMIT_EXCEEDED, cause))


def _limited_assign(self: Any, env: Any) -> None:
    assigned: dict[str, Any] = {}
    for binding in self.declaration_bindings:
        binding.eval(env=env)
        assigned.update(env.stack.pop())
    if not within_quota(assigned):
        cause = "The variables that the state assigns exceed the maximum number of bytes service limit."
        raise failures.state_failure(env, failures.DATA_LIMIT_EXCEEDED, cause)
    for name, value in assigned.items():
        env.variable_store.set(variable_identifier=name, variable_value=value)


def _limited_history(original: Any, self: Any, env: Any) -> None:
    # The last event tells of the end.
    if len(env.event_manager._history_event_list) >= MAX_EVENTS - 1:
        cause = f"The execution reached the maximum number of history events ({MAX_EVENTS})."
        raise failures.state_failure(env, failures.RUNTIME, cause)
    original(self, env)


def apply() -> None:
    for module in (state, state_task_lambda, state_task_service):
        replace(module, is_within_size_quota=within_quota)
    wrap(StateTask, "_eval_parameters", _limited_parameters)
    replace(AssignDecl, _eval_body=_limited_assign)
    wrap(CommonStateField, "_eval_body", _limited_history)
