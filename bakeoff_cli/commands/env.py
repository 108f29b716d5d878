"""`bakeoff env`: a deployed stack's functions' variables, for `sam local invoke --env-vars`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bakeoff_cli import options
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
    variables = _variables(aws, stack_name)
    if not variables:
        raise StackNotFound(f"The stack {stack_name!r} has no functions: it is no Bakeoff stack.")
    url = str(aws.cloudformation.meta.endpoint_url)
    local = url if urlsplit(url).hostname in _LOOPBACK else None
    if local:
        variables = {name: {**each, "AWS_ENDPOINT_URL": local} for name, each in variables.items()}
    # JSON in any case, made to be redirected into a file.
    print(json.dumps(variables, indent=2), flush=True)
    output.note(USE)
    if local:
        output.note(ON_THIS_MACHINE)


def _variables(aws: Aws, stack_name: str) -> dict[str, dict[str, str]]:
    """The variables of each function, by its logical name."""
    found = dict[str, dict[str, str]]()
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    for resource in (each for page in pages for each in page["StackResourceSummaries"]):
        if resource["ResourceType"] == "AWS::Lambda::Function":
            function = aws.functions.get_function_configuration(FunctionName=resource["PhysicalResourceId"])
            variables = function.get("Environment", {}).get("Variables", {})
            found[resource["LogicalResourceId"]] = variables
    return found
