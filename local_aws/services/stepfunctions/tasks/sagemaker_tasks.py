"""The optimized SageMaker integrations (`arn:aws:states:::sagemaker:...`), which moto 5.2.5 does not have.

Source: "Create and manage Amazon SageMaker AI jobs with Step Functions".
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.model import OperationModel
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_factory
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback as callback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_factory
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition

from local_aws.core.patching import replace, wrap
from local_aws.services.stepfunctions.interpreter import failures
from local_aws.services.stepfunctions.json_values import epoch_milliseconds
from local_aws.services.stepfunctions.tasks import sagemaker_parameters
from local_aws.services.stepfunctions.tasks.clients import call, client_as
from local_aws.services.stepfunctions.tasks.requests import operation
from local_aws.services.stepfunctions.tasks.results import to_result
from local_aws.services.stepfunctions.tasks.sagemaker_jobs import JOBS, await_job
from local_aws.services.stepfunctions.tasks.service_errors import modelled_name, optimized_cause
from local_aws.services.stepfunctions.tasks.service_tasks import (
    check_arguments,
    refuse_unknown_resource,
    request_of,
)

# Step Functions marks what it starts with `.sync`; it is why that pattern needs sagemaker:AddTags.
MANAGED_TAG = {"Key": "MANAGED_BY_AWS", "Value": "STARTED_BY_STEP_FUNCTIONS"}


class SageMakerTask(callback.StateTaskServiceCallback):  # type: ignore[misc]
    """One Task state; concurrent iterations share it, so that it holds nothing of a run."""

    def __init__(self) -> None:
        super().__init__(supported_integration_patterns={ResourceCondition.Sync})

    @property
    def operation(self) -> OperationModel:
        model = operation("sagemaker", self.resource.api_action)
        assert model is not None, "the definition was refused otherwise"
        return model

    def _validate_service_integration_is_supported(self) -> None:
        action = self.resource.api_action
        if action not in sagemaker_parameters.actions() or (
            self._is_integration_pattern() and action not in JOBS
        ):
            refuse_unknown_resource(self)
        check_arguments(self, self.operation.input_shape, supported=sagemaker_parameters.supported(action))

    def _eval_service_task(
        self, env: Any, resource_runtime_part: Any, normalised_parameters: Any, state_credentials: Any
    ) -> None:
        supported = sagemaker_parameters.supported(self.resource.api_action)
        request = request_of(
            self, env, normalised_parameters, self.operation.input_shape, supported=supported
        )
        if self._is_integration_pattern():
            request["Tags"] = [*request.get("Tags", []), MANAGED_TAG]
        client = client_as(state_credentials.role_arn, "sagemaker")
        response = call(client, self.operation.name, request)
        env.stack.append(self._result(response))

    def _result(self, response: Any) -> Any:
        metadata = response["ResponseMetadata"]
        headers = metadata.get("HTTPHeaders", {})
        return {
            **to_result(response, self.operation.output_shape, epoch_milliseconds),
            "SdkHttpMetadata": {
                "AllHttpHeaders": {name: [value] for name, value in headers.items()},
                "HttpHeaders": headers,
                "HttpStatusCode": metadata["HTTPStatusCode"],
            },
            "SdkResponseMetadata": {"RequestId": metadata.get("RequestId")},
        }

    def _eval_integration_pattern(
        self, env: Any, resource_runtime_part: Any, normalised_parameters: Any, state_credentials: Any
    ) -> None:
        # moto's own version needs a callback token, which `.sync` alone does not have.
        env.stack.pop()
        client = client_as(state_credentials.role_arn, "sagemaker")
        env.stack.append(await_job(self, env, client, normalised_parameters))

    def _from_error(self, env: Any, ex: Exception) -> Any:
        if isinstance(ex, ClientError):
            name = modelled_name(ex, self.operation) or "AmazonSageMakerException"
            return failures.task_failure(
                self, env, f"SageMaker.{name}", optimized_cause(ex, "AmazonSageMaker")
            )
        if isinstance(ex, ParamValidationError):
            # Names and types are right (they were checked), so it is a length or a range: the service's to
            # refuse.
            return failures.task_failure(self, env, "SageMaker.AmazonSageMakerException", str(ex))
        if isinstance(ex, BotoCoreError):
            return failures.task_failure(self, env, "SageMaker.SdkClientException", str(ex))
        return super()._from_error(env=env, ex=ex)


def _task_for(original: Any, service_name: str) -> Any:
    return SageMakerTask() if service_name == "sagemaker" else original(service_name)


def apply() -> None:
    wrap(state_task_service_factory, "state_task_service_for", _task_for)
    replace(state_task_factory, state_task_service_for=state_task_service_factory.state_task_service_for)
