"""Rules for every service task: refused when the definition is created, or failed clearly when it runs.

Patched in moto 5.2.5:
- An integration pattern that the service does not have (`sns:publish.sync`) was accepted.
- Unknown arguments were dropped in silence, missing ones went unnoticed; AWS refuses both.
- A call that outlived its state (stopped, timed out) still wrote its success into the history.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NoReturn

from botocore.model import StructureShape
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_lambda
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (
    StateTaskService,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda

from local_aws.core.patching import wrap
from local_aws.services.stepfunctions.interpreter import failures
from local_aws.services.stepfunctions.interpreter.quotas import compact_json
from local_aws.services.stepfunctions.interpreter.waiting import Abandoned
from local_aws.services.stepfunctions.tasks.requests import DYNAMIC, Request, operation, unsupported
from local_aws.services.stepfunctions.tasks.templates import outline

# Optimized integrations whose arguments are those of the service's own operation, with Step Functions' JSON
# in some.
_CHECKED_SERVICES = {"lambda", "sns"}


def refuse_unknown_resource(task: Any) -> NoReturn:
    """Refuse a Resource that AWS does not have, in AWS's words."""
    raise ValueError(
        f"The resource provided {task.resource.resource_arn} is not recognized. "
        "The value is not a valid resource ARN, or the resource is not available in this region."
    )


def check_arguments(
    task: Any,
    shape: StructureShape | None,
    *,
    stringify: bool = False,
    supported: Collection[str] | None = None,
) -> None:
    """Refuse Arguments that can never be a request of the operation, as far as the definition tells."""
    arguments = outline(task.parargs)
    if arguments is DYNAMIC:
        return
    problems = Request(arguments, shape, stringify=stringify, supported=supported).problems
    if problems:
        raise ValueError(f"{'; '.join(problems)} at /States/{task.name}/Arguments")


def request_of(
    task: Any,
    env: Any,
    arguments: Any,
    shape: StructureShape | None,
    *,
    stringify: bool = False,
    supported: Collection[str] | None = None,
) -> Any:
    """The parameters for boto3; States.Runtime when AWS could not start the task with these arguments."""
    request = Request(arguments, shape, stringify=stringify, supported=supported)
    if request.problems:
        raise unusable_arguments(task, env, arguments, request.problems)
    return request.parameters


def unusable_arguments(task: Any, env: Any, arguments: Any, problems: list[str]) -> FailureEventException:
    text = compact_json(arguments)
    cause = f"The Arguments '{text}' could not be used to start the Task: [{', '.join(problems)}]"
    return FailureEventException(failures.task_failure(task, env, failures.RUNTIME, cause))


def _check_pattern(original: Any, self: Any, state_props: Any) -> None:
    original(self, state_props)
    patterns: set[str] = getattr(self, "_supported_integration_patterns", set())
    if self.resource.condition is not None and self.resource.condition not in patterns:
        refuse_unknown_resource(self)
    service = self.resource.service_name
    model = operation(service, self.resource.api_action) if service in _CHECKED_SERVICES else None
    if model is not None:
        _check_names(self, outline(self.parargs), model.input_shape)


def _check_names(task: Any, arguments: Any, shape: Any) -> None:
    if arguments is DYNAMIC:
        return
    problems = _name_problems(task, arguments)
    problems += [
        f'The field "{name}" is required but was missing'
        for name in shape.required_members
        if name not in arguments
    ]
    if problems:
        raise ValueError(f"{'; '.join(problems)} at /States/{task.name}/Arguments")


def _name_problems(task: Any, arguments: Any) -> list[str]:
    supported = task._get_supported_parameters()
    return unsupported(arguments, supported) if supported else []


def _strict_parameters(original: Any, self: Any, env: Any) -> Any:
    if isinstance(self, StateTaskLambda) or self.parargs is None:
        return original(self, env)
    self.parargs.eval(env=env)
    parameters = env.stack.pop()
    problems = _name_problems(self, parameters)
    if problems:
        raise unusable_arguments(self, env, parameters, problems)
    return parameters


def _unless_abandoned(original: Any, self: Any, env: Any, *args: Any, **kwargs: Any) -> None:
    if not env.is_running():
        raise Abandoned(self.name)
    original(self, env, *args, **kwargs)


def apply() -> None:
    wrap(StateTask, "_eval_parameters", _strict_parameters)
    wrap(StateTaskService, "from_state_props", _check_pattern)
    wrap(StateTaskService, "_after_eval_execution", _unless_abandoned)
    state_task_service_lambda._SUPPORTED_API_PARAM_BINDINGS["invoke"].add("InvocationType")
