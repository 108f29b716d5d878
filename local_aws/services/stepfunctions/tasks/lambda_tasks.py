"""`lambda:invoke`: a function's exception is the error, its payload the cause.

Patched in moto 5.2.5: a payload without an errorType (a timeout, a crash) became the error "Exception"; every
refused call bore the service's code, also codes that the Java SDK has no class for; a lost connection was
States.Runtime.
Source: "Handling error conditions in Step Functions", sections on Lambda.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.lambda_eval_utils import (
    LambdaFunctionErrorException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback as callback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda import (
    StateTaskServiceLambda,
)

from local_aws.core.patching import replace
from local_aws.services.stepfunctions.interpreter import failures
from local_aws.services.stepfunctions.tasks.requests import operation
from local_aws.services.stepfunctions.tasks.service_errors import modelled_name, optimized_cause

UNKNOWN = "Lambda.Unknown"


def function_error(payload: str) -> tuple[str, str]:
    """The error name and the cause that a function's failed payload (JSON) stands for."""
    try:
        described = json.loads(payload)
    except ValueError:
        described = None
    if isinstance(described, dict) and described.get("errorType"):
        return str(described["errorType"]), payload
    cause = (
        "The cause could not be determined because Lambda did not return an error type. "
        f"Returned payload: {payload}"
    )
    return UNKNOWN, cause


def _from_error(self: Any, env: Any, ex: Exception) -> Any:
    if isinstance(ex, LambdaFunctionErrorException):
        return failures.task_failure(self, env, *function_error(ex.payload))
    if isinstance(ex, ClientError):
        invoke = operation("lambda", "invoke")
        assert invoke is not None
        name = modelled_name(ex, invoke) or "AWSLambdaException"
        return failures.task_failure(self, env, f"Lambda.{name}", optimized_cause(ex, "AWSLambda"))
    if isinstance(ex, BotoCoreError):
        return failures.task_failure(self, env, "Lambda.SdkClientException", str(ex))
    return callback.StateTaskServiceCallback._from_error(self, env=env, ex=ex)


def apply() -> None:
    replace(StateTaskServiceLambda, _from_error=_from_error)
