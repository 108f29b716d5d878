"""`bakeoff env`: a deployed stack's functions' variables, for `sam local invoke --env-vars`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bakeoff_cli.commands import options
from bakeoff_cli.errors import StackNotFound
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference

if TYPE_CHECKING:
    from bakeoff_cli.stack.aws import Aws

USE = (
    "Save it as env.json; after `sam build`, a function runs with: "
    "sam local invoke StartRunFunction -e events/start-run.json --env-vars env.json"
)
ON_THIS_MACHINE = (
    "This AWS listens on 127.0.0.1, which inside of a container is the container itself: invoke with "
    "--docker-network host (Linux), or put host.docker.internal into AWS_ENDPOINT_URL. sam hands on only "
    "variables that the template declares: add AWS_ENDPOINT_URL to Globals in .aws-sam/build/template.yaml."
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def env(
    stack_name: options.StackName = DEFAULT_STACK,
    profile: options.Profile = None,
    region: options.Region = None,
    quiet: options.Quiet = False,
) -> None:
    """Print the variables of a deployed stack's functions, as `sam local invoke --env-vars` takes them.

    One JSON document: by each function's logical name, what it finds in its environment.
    """
    from bakeoff_cli.session import connect

    output = Output(quiet=quiet)
    aws = connect(StackReference(stack_name, profile, region), output).aws
    variables = {name: _variables(aws, function) for name, function in _functions(aws, stack_name)}
    if not variables:
        raise StackNotFound(f"The stack {stack_name!r} has no functions: it is no Bakeoff stack.")
    local = _endpoint_on_this_machine(aws)
    if local:
        variables = {name: {**each, "AWS_ENDPOINT_URL": local} for name, each in variables.items()}
    # JSON in any case, made to be redirected into a file.
    print(json.dumps(variables, indent=2), flush=True)
    output.note(USE)
    if local:
        output.note(ON_THIS_MACHINE)


def _functions(aws: Aws, stack_name: str) -> Iterator[tuple[str, str]]:
    """The logical and the real name of each function."""
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    for page in pages:
        for resource in page["StackResourceSummaries"]:
            if resource["ResourceType"] == "AWS::Lambda::Function":
                yield resource["LogicalResourceId"], resource["PhysicalResourceId"]


def _variables(aws: Aws, function: str) -> dict[str, str]:
    configured = aws.functions.get_function_configuration(FunctionName=function)
    variables: dict[str, str] = configured.get("Environment", {}).get("Variables", {})
    return variables


def _endpoint_on_this_machine(aws: Aws) -> str | None:
    """The address of an embedded AWS; None for any other."""
    url = str(aws.cloudformation.meta.endpoint_url)
    return url if urlsplit(url).hostname in _LOOPBACK else None
