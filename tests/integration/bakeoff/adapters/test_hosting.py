from __future__ import annotations

from typing import Any

import pytest

from bakeoff.adapters.endpoints import SageMakerHosting
from bakeoff.domain.cleanup.release import release
from bakeoff.domain.errors import AccessDenied, ServiceError, ServiceUnavailable
from local_aws.core.instance import Instance
from tests.integration.bakeoff.adapters.conftest import Stubbed

SERVICE = "sagemaker"
NAME = "bakeoff-1a2b3c4d-0123456789-none"
CALLS: dict[str, Any] = {
    "describe_endpoint": lambda hosting: hosting.endpoint_status(NAME),
    "delete_endpoint": lambda hosting: hosting.delete_endpoint(NAME),
    "delete_endpoint_config": lambda hosting: hosting.delete_endpoint_config(NAME),
    "delete_model": lambda hosting: hosting.delete_model(NAME),
}
# As SageMaker words it for each.
ABSENT = {
    "describe_endpoint": f'Could not find endpoint "arn:aws:sagemaker:us-east-1:1:endpoint/{NAME}".',
    "delete_endpoint": f'Could not find endpoint "arn:aws:sagemaker:us-east-1:1:endpoint/{NAME}".',
    "delete_endpoint_config": f'Could not find endpoint configuration "{NAME}".',
    "delete_model": f'Could not find model "arn:aws:sagemaker:us-east-1:1:model/{NAME}".',
}


def test_nothing_there_is_no_error(instance: Instance) -> None:
    hosting = SageMakerHosting(instance.client("sagemaker"))

    assert hosting.endpoint_status(NAME) is None
    hosting.delete_endpoint(NAME)
    hosting.delete_endpoint_config(NAME)
    hosting.delete_model(NAME)
    assert release(hosting, NAME) is True


@pytest.mark.parametrize("operation", CALLS)
def test_what_sagemaker_could_not_find_is_gone(stubbed: Stubbed, operation: str) -> None:
    stubbed.stubber.add_client_error(operation, "ValidationException", ABSENT[operation])

    assert CALLS[operation](SageMakerHosting(stubbed.client)) is None


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("AccessDeniedException", "Could not find a policy", AccessDenied),
        ("ThrottlingException", "Rate exceeded", ServiceUnavailable),
        ("ValidationException", "Cannot update in-progress endpoint", ServiceError),
    ],
)
def test_every_other_refusal_is_told(
    stubbed: Stubbed, operation: str, code: str, message: str, kind: type[ServiceError]
) -> None:
    stubbed.stubber.add_client_error(operation, code, message)

    with pytest.raises(ServiceError, match=rf"{NAME} failed: {message} \({code}\)$") as caught:
        CALLS[operation](SageMakerHosting(stubbed.client))

    assert type(caught.value) is kind


def test_each_deletion_asks_for_its_own_kind_of_thing(stubbed: Stubbed) -> None:
    stubbed.stubber.add_response("delete_endpoint", {}, {"EndpointName": NAME})
    stubbed.stubber.add_response("delete_endpoint_config", {}, {"EndpointConfigName": NAME})
    stubbed.stubber.add_response("delete_model", {}, {"ModelName": NAME})
    hosting = SageMakerHosting(stubbed.client)

    hosting.delete_endpoint(NAME)
    hosting.delete_endpoint_config(NAME)
    hosting.delete_model(NAME)
