"""Where a deployed Bakeoff stack keeps its bucket and its workflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from cli.aws import Aws
from cli.errors import StackNotFound

DEFAULT_STACK = "bakeoff"
INPUT_PREFIX = "Inputs/"


@dataclass(frozen=True)
class Stack:
    name: str
    bucket: str
    state_machine_arn: str

    @classmethod
    def from_outputs(cls, name: str, outputs: Mapping[str, str], status: str = "") -> Self:
        """Raises StackNotFound when the outputs are not those of a Bakeoff stack."""
        try:
            return cls(name, outputs["BucketName"], outputs["StateMachineArn"])
        except KeyError as err:
            state = f" (its status is {status})" if status else ""
            raise StackNotFound(
                f"The stack {name!r} has no output {err.args[0]}{state}: "
                "it is no Bakeoff stack, or its deployment has not finished."
            ) from err

    def execution_arn(self, run_id: str) -> str:
        return f"{self.state_machine_arn.replace(':stateMachine:', ':execution:')}:{run_id}"


def find_stack(aws: Aws, name: str) -> Stack:
    """Look the stack up in CloudFormation. Raises StackNotFound."""
    from botocore.exceptions import ClientError

    try:
        found = aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as err:
        if "does not exist" not in err.response["Error"].get("Message", ""):
            raise
        region = aws.cloudformation.meta.region_name
        raise StackNotFound(
            f"There is no stack named {name!r} in {region}: deploy it with `sam deploy`, "
            "or name another one with --stack-name."
        ) from err
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
    return Stack.from_outputs(name, outputs, found["StackStatus"])
