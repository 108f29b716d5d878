"""Custom resources: a function of the stack's own makes, changes and deletes them.

moto 5.2.5 invokes the function on creation only, does not wait for its answer and ignores a failure.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from local_aws.core.instance import current_instance
from local_aws.services.cloudformation.errors import ResourceFailed
from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.resources.custom_answers import Mailbox
from local_aws.services.cloudformation.text import as_text, names

_DEFAULT_TIMEOUT_SECONDS = 3600


def custom_type(name: str) -> ResourceType:
    """The resource type of AWS::CloudFormation::CustomResource or Custom::anything."""
    return ResourceType(
        name,
        _create,
        _delete,
        _update,
        required=names("ServiceToken"),
        fixed=names("ServiceToken"),
        attributes=None,
    )


def _create(request: Request) -> CreatedResource:
    return _made(_answer(request, "Create"), None)


def _update(request: Request, made: CreatedResource) -> CreatedResource:
    event = {"PhysicalResourceId": made.physical_id, "OldResourceProperties": _strings(request.previous)}
    return _made(_answer(request, "Update", **event), made.physical_id)


def _delete(request: Request, made: CreatedResource) -> None:
    _answer(request, "Delete", PhysicalResourceId=made.physical_id)


def _made(answer: Mapping[str, Any], before: str | None) -> CreatedResource:
    physical_id = answer.get("PhysicalResourceId") or before
    if not physical_id:
        raise ResourceFailed("Invalid PhysicalResourceId: the custom resource answered none.")
    return CreatedResource(str(physical_id), answer.get("Data") or {})


def _answer(request: Request, kind: str, **event: Any) -> Mapping[str, Any]:
    """Send one request to the function and wait for what it stores at the ResponseURL."""
    function = str(request.properties["ServiceToken"])
    if ":lambda:" not in function:
        raise ResourceFailed(
            f"The embedded AWS implements custom resources of Lambda functions only, not {function}."
        )
    seconds = int(request.properties.get("ServiceTimeout", _DEFAULT_TIMEOUT_SECONDS))
    with Mailbox() as mailbox:
        whole = {**_event(request, kind), **event, "ResponseURL": mailbox.url}
        current_instance().background(_invoke, request.client("lambda"), function, whole, mailbox)
        answer = mailbox.wait(seconds)
    if answer is None:
        raise ResourceFailed(
            "CloudFormation did not receive a response from your Custom Resource. "
            f"Please check your logs for requestId [{whole['RequestId']}]."
        )
    if answer.get("Status") != "SUCCESS":
        raise ResourceFailed(
            "Received response status [FAILED] from custom resource. "
            f"Message returned: {answer.get('Reason')} (RequestId: {whole['RequestId']})",
            answer.get("PhysicalResourceId"),
        )
    return answer


def _event(request: Request, kind: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ServiceToken": request.properties["ServiceToken"],
        "StackId": request.identity.stack_id,
        "RequestId": str(uuid.uuid4()),
        "LogicalResourceId": request.logical_id,
        "ResourceType": request.type_name,
        "ResourceProperties": _strings(request.properties),
    }


def _invoke(client: Any, function: str, event: Mapping[str, Any], mailbox: Mailbox) -> None:
    """Run the function. AWS would wait an hour for one that crashed; here its error is the answer."""
    try:
        response = client.invoke(FunctionName=function, Payload=json.dumps(event))
    except ClientError as err:
        mailbox.put({"Status": "FAILED", "Reason": str(err)})
        return
    if "FunctionError" in response:
        error = json.loads(response["Payload"].read())
        mailbox.put({"Status": "FAILED", "Reason": f"{error.get('errorType')}: {error.get('errorMessage')}"})


def _strings(value: Any) -> Any:
    """CloudFormation hands every scalar to a custom resource as text."""
    if isinstance(value, Mapping):
        return {key: _strings(member) for key, member in value.items()}
    return [_strings(item) for item in value] if isinstance(value, list) else as_text(value)
