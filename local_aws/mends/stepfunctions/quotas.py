"""States.DataLimitExceeded at AWS's limit: 262,144 bytes of UTF-8.

moto 5.2.5 counted the bytes of ASCII-escaped JSON with spaces (a Greek text counted three times its size),
and let the Arguments of a Task be of any size.
"""

from __future__ import annotations

import json
from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_lambda
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask

from local_aws.mends.stepfunctions import failures
from local_aws.mends.stepfunctions.patching import replace, wrap

MAX_BYTES = 262_144


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


def apply() -> None:
    for module in (state, state_task_lambda, state_task_service):
        replace(module, is_within_size_quota=within_quota)
    wrap(StateTask, "_eval_parameters", _limited_parameters)
