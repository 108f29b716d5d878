"""Deploys a SAM template to the embedded AWS as `sam package` and `sam deploy` would."""

from __future__ import annotations

import shlex
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local_aws.core.errors import DeployFailed
from local_aws.core.instance import Instance
from local_aws.deployment.packaging import upload_local_paths

_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
_POLL_SECONDS = 0.1
# A stack in these states has never stood; CloudFormation wants it deleted before it is created again.
_STILLBORN = ("ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS")
_NO_UPDATES = "No updates are to be performed."


def deploy(
    instance: Instance,
    template: Path,
    *,
    stack_name: str,
    parameters: Mapping[str, str] | None = None,
    built: Mapping[str, Path] | None = None,
) -> dict[str, str]:
    """Create or update a stack from a SAM template and wait for it; returns the stack's outputs by key.

    The folders and files that the template names are uploaded first, under keys made of their content; the
    rest of the template reaches CloudFormation as it stands. A parameter that is not given takes its
    default. `built` (see `local_aws.deployment.build`) stands for what functions and layers name.

    Raises DeployFailed with the first failed resource and its reason.
    """
    client = instance.client("cloudformation")
    request = {
        "StackName": stack_name,
        "TemplateBody": upload_local_paths(instance, template, built),
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()
        ],
        "Capabilities": _CAPABILITIES,
    }
    try:
        _start(client, stack_name, request)
    except ClientError as err:
        if err.response["Error"]["Message"] == _NO_UPDATES:
            return _outputs(_described(client, stack_name))
        raise DeployFailed(f"Stack {stack_name} was refused: {err.response['Error']['Message']}") from err
    stack = _settled(client, stack_name)
    if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeployFailed(f"Stack {stack_name} could not be deployed. {_first_failure(client, stack)}")
    return _outputs(stack)


def delete(instance: Instance, stack_name: str) -> None:
    """Delete a stack and wait until it is gone; one that does not exist is fine.

    Raises DeployFailed with the first resource that could not be deleted and the reason.
    """
    client = instance.client("cloudformation")
    try:
        stack_id = _described(client, stack_name)["StackId"]
    except ClientError:
        return
    client.delete_stack(StackName=stack_id)
    stack = _settled(client, stack_id)
    if stack["StackStatus"] != "DELETE_COMPLETE":
        raise DeployFailed(f"Stack {stack_name} could not be deleted. {_first_failure(client, stack)}")


def parameters_of(samconfig: Path, environment: str) -> dict[str, str]:
    """Template parameters that `sam deploy --config-env ENVIRONMENT` would pass.

    Raises DeployFailed when the file has no such environment.
    """
    environments = tomllib.loads(samconfig.read_text())
    if environment not in environments:
        raise DeployFailed(
            f"{samconfig.name} has no environment {environment}: name one of {_names(environments)}."
        )
    commands = environments[environment]
    given: Any = _overrides(commands, "deploy") or _overrides(commands, "global") or []
    pairs = shlex.split(given) if isinstance(given, str) else given
    return dict(_pair(pair) for pair in pairs)


def _start(client: Any, stack_name: str, request: dict[str, Any]) -> None:
    existing = _existing(client, stack_name)
    if existing is not None and existing["StackStatus"] in _STILLBORN:
        client.delete_stack(StackName=existing["StackId"])
        _settled(client, existing["StackId"])
        existing = None
    if existing is None:
        client.create_stack(**request)
    else:
        client.update_stack(**request)


def _existing(client: Any, stack_name: str) -> dict[str, Any] | None:
    try:
        return _described(client, stack_name)
    except ClientError as err:
        if "does not exist" in err.response["Error"]["Message"]:
            return None
        raise


def _described(client: Any, stack: str) -> dict[str, Any]:
    found: dict[str, Any] = client.describe_stacks(StackName=stack)["Stacks"][0]
    return found


def _settled(client: Any, stack: str) -> dict[str, Any]:
    """The stack once nothing is in progress any more."""
    while (found := _described(client, stack))["StackStatus"].endswith("_IN_PROGRESS"):
        time.sleep(_POLL_SECONDS)
    return found


def _outputs(stack: Mapping[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _first_failure(client: Any, stack: Mapping[str, Any]) -> str:
    events = client.describe_stack_events(StackName=stack["StackId"])["StackEvents"]
    latest: list[Mapping[str, Any]] = []
    for event in events:
        latest.append(event)
        if event.get("ResourceStatusReason") == "User Initiated":
            break
    for event in reversed(latest):
        if event["ResourceStatus"].endswith("_FAILED"):
            reason = event.get("ResourceStatusReason", "")
            return f"{event['LogicalResourceId']} ({event['ResourceType']}): {reason}"
    return str(stack.get("StackStatusReason", stack["StackStatus"]))


def _overrides(commands: Mapping[str, Any], command: str) -> Any:
    return commands.get(command, {}).get("parameters", {}).get("parameter_overrides")


def _pair(text: str) -> tuple[str, str]:
    """`Name=value`, or the long form `ParameterKey=Name,ParameterValue=value`."""
    if text.startswith("ParameterKey="):
        name, _, value = text.removeprefix("ParameterKey=").partition(",ParameterValue=")
        return name, value
    name, equals, value = text.partition("=")
    if not equals:
        raise DeployFailed(f"The parameter override {text} has no value: write it as Name=value.")
    return name, value


def _names(environments: Mapping[str, Any]) -> str:
    return ", ".join(name for name, value in environments.items() if isinstance(value, dict))
