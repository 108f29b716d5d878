"""AWS SDK integrations (`arn:aws:states:::aws-sdk:service:action`).

Patched in moto 5.2.5: unknown services and actions were accepted; errors were named after botocore's service,
causes broke on responses without a request id; times stayed Python datetimes; names were those of boto3,
not PascalCase.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.model import OperationModel
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback as callback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)

from local_aws.core.patching import replace
from local_aws.services.stepfunctions.interpreter import failures
from local_aws.services.stepfunctions.tasks.clients import call, client_as
from local_aws.services.stepfunctions.tasks.requests import operation
from local_aws.services.stepfunctions.tasks.results import to_result
from local_aws.services.stepfunctions.tasks.service_errors import modelled_name, sdk_cause
from local_aws.services.stepfunctions.tasks.service_tasks import (
    check_arguments,
    refuse_unknown_resource,
    request_of,
)

# Name in a Resource -> (botocore's name, the Java SDK's name, which errors and causes bear).
SERVICES = {
    "cloudformation": ("cloudformation", "CloudFormation"),
    "cloudwatch": ("cloudwatch", "CloudWatch"),
    "cloudwatchlogs": ("logs", "CloudWatchLogs"),
    "dynamodb": ("dynamodb", "DynamoDb"),
    "eventbridge": ("events", "EventBridge"),
    "iam": ("iam", "Iam"),
    "lambda": ("lambda", "Lambda"),
    "s3": ("s3", "S3"),
    "sagemaker": ("sagemaker", "SageMaker"),
    "secretsmanager": ("secretsmanager", "SecretsManager"),
    "sfn": ("stepfunctions", "Sfn"),
    "sns": ("sns", "Sns"),
    "sqs": ("sqs", "Sqs"),
    "ssm": ("ssm", "Ssm"),
    "sts": ("sts", "Sts"),
}


def _operation(task: Any) -> OperationModel | None:
    service = SERVICES.get(task.resource.api_name)
    return operation(service[0], task.resource.api_action) if service else None


def _validate(self: Any) -> None:
    model = _operation(self)
    if model is None or self.resource.api_action[:1].isupper():
        refuse_unknown_resource(self)
    check_arguments(self, model.input_shape, stringify=True)


def _call(
    self: Any, env: Any, resource_runtime_part: Any, normalised_parameters: Any, state_credentials: Any
) -> None:
    model = _operation(self)
    assert model is not None, "the definition was refused otherwise"
    request = request_of(self, env, normalised_parameters, model.input_shape, stringify=True)
    client = client_as(state_credentials.role_arn, SERVICES[self.resource.api_name][0])
    env.stack.append(to_result(call(client, model.name, request), model.output_shape))


def _from_error(self: Any, env: Any, ex: Exception) -> Any:
    service = SERVICES[self.resource.api_name][1]
    model = _operation(self)
    if isinstance(ex, ClientError) and model is not None:
        name = modelled_name(ex, model) or f"{service}Exception"
        return failures.task_failure(self, env, f"{service}.{name}", sdk_cause(ex, service))
    if isinstance(ex, ParamValidationError):
        # Names and types are right (they were checked), so it is a length or a range: the service's to
        # refuse.
        return failures.task_failure(self, env, f"{service}.{service}Exception", str(ex))
    if isinstance(ex, BotoCoreError):
        return failures.task_failure(self, env, f"{service}.SdkClientException", str(ex))
    return callback.StateTaskServiceCallback._from_error(self, env=env, ex=ex)


def apply() -> None:
    replace(
        StateTaskServiceAwsSdk,
        _validate_service_integration_is_supported=_validate,
        _eval_service_task=_call,
        _from_error=_from_error,
    )
