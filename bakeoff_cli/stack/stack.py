"""Where a deployed Bakeoff stack keeps its bucket and its workflow."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from bakeoff.domain.run.executions import execution_arn
from bakeoff_cli.errors import RunNotFound, StackNotFound
from bakeoff_cli.program import program
from bakeoff_cli.stack.aws import Aws

DEFAULT_STACK = "bakeoff"
INPUT_PREFIX = "Inputs/"


@dataclass(frozen=True)
class StackReference:
    """Which stack a person means, and as whom; without `profile` and `region` the environment decides."""

    name: str = DEFAULT_STACK
    profile: str | None = None
    region: str | None = None

    def command(self, *words: str) -> str:
        """A command about this stack, as a person would type it."""
        options = {
            "--stack-name": None if self.name == DEFAULT_STACK else self.name,
            "--profile": self.profile,
            "--region": self.region,
        }
        given = [part for option, value in options.items() if value for part in (option, value)]
        return f"{program()} {shlex.join([*words, *given])}"


THE_STACK = StackReference()


@dataclass(frozen=True)
class ProductionNames:
    """`endpoint` is also the name of the model package group, and what the names of versions begin with."""

    endpoint: str
    state_machine_arn: str

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, str]) -> Self | None:
        endpoint, workflow = (
            outputs.get(name) for name in ("ProductionEndpoint", "PromotionStateMachineArn")
        )
        return cls(endpoint, workflow) if endpoint and workflow else None


@dataclass(frozen=True)
class Stack:
    """`parameters` are the values that it was deployed with; `production` is None with Promotion off."""

    name: str
    bucket: str
    state_machine_arn: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    production: ProductionNames | None = None

    @classmethod
    def from_outputs(
        cls,
        name: str,
        outputs: Mapping[str, str],
        status: str = "",
        parameters: Mapping[str, str] | None = None,
    ) -> Self:
        """Raises StackNotFound when the outputs are not those of a Bakeoff stack."""
        try:
            return cls(
                name,
                outputs["BucketName"],
                outputs["StateMachineArn"],
                parameters or {},
                ProductionNames.from_outputs(outputs),
            )
        except KeyError as err:
            state = f" (its status is {status})" if status else ""
            raise StackNotFound(
                f"The stack {name!r} has no output {err.args[0]}{state}: "
                "it is no Bakeoff stack, or its deployment has not finished."
            ) from err

    def execution_arn(self, run: str) -> str:
        """The ARN of a run, which is given by its name or by that ARN. Raises RunNotFound for another's."""
        executions = execution_arn(self.state_machine_arn, "")
        if not run.startswith("arn:"):
            return f"{executions}{run}"
        if not run.startswith(executions):
            raise RunNotFound(
                f"{run} is no run of the stack {self.name!r}, whose runs are {executions}...: "
                "name its stack with --stack-name, and its region with --region."
            )
        return run


def run_id_from(arn: str) -> str:
    """The name of the execution, which is the run's id."""
    return arn.rsplit(":", 1)[-1]


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
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", [])}
    return Stack.from_outputs(name, outputs, found["StackStatus"], parameters)
