from __future__ import annotations

import pytest

from bakeoff.adapters.stacks import status_of
from bakeoff.domain.errors import AccessDenied, ServiceError, ServiceUnavailable
from local_aws.core.instance import Instance
from tests.integration.bakeoff.adapters.conftest import Stubbed

SERVICE = "cloudformation"
STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/bakeoff/1a2b3c4d"


def test_a_stack_is_described_by_its_id_also_once_it_is_gone(instance: Instance) -> None:
    client = instance.client("cloudformation")
    template = "{Resources: {Queue: {Type: AWS::SQS::Queue}}}"
    stack_id = client.create_stack(StackName="adapters-stacks", TemplateBody=template)["StackId"]
    client.get_waiter("stack_create_complete").wait(StackName=stack_id, WaiterConfig={"Delay": 1})

    assert status_of(stack_id, client) == "CREATE_COMPLETE"

    client.delete_stack(StackName=stack_id)
    client.get_waiter("stack_delete_complete").wait(StackName=stack_id, WaiterConfig={"Delay": 1})
    assert status_of(stack_id, client) == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("AccessDenied", AccessDenied), ("Throttling", ServiceUnavailable), ("ValidationError", ServiceError)],
)
def test_a_stack_that_cannot_be_described_is_told(
    stubbed: Stubbed, code: str, kind: type[ServiceError]
) -> None:
    stubbed.stubber.add_client_error("describe_stacks", code, "no", expected_params={"StackName": STACK})

    with pytest.raises(ServiceError, match=rf"^Describing stack {STACK} failed: no \({code}\)$") as told:
        status_of(STACK, stubbed.client)

    assert type(told.value) is kind
