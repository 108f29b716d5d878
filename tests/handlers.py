"""Handlers loaded as Lambda loads them: by the template's Handler strings, in the environment it declares."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tests.template import FUNCTIONS, PROJECT, TEMPLATE, variables_of

# What cannot be told from the template alone.
ATTRIBUTES = {
    "Ref:AWS::StackName": "bakeoff",
    "Ref:DataBucket": "data-bucket",
    "Fn::GetAtt:ResourcePrefix.Value": "bakeoff-1a2b3c4d",
}


@dataclass
class Context:
    """What Lambda hands to a handler beside the event."""

    function_name: str = "function"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id: str = "request-1"
    log_stream_name: str = "stream-1"

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


@dataclass
class Loaded:
    """A handler's module, and its function as the template names it."""

    module: ModuleType
    handle: Callable[[Any, Any], Any]

    def __call__(self, event: Any) -> Any:
        return self.handle(event, Context())


def load(function: str, without: str = "") -> Loaded:
    """Import a function's handler anew; `without` is a variable to leave out of its environment."""
    module, _, name = FUNCTIONS[function]["Handler"].rpartition(".")
    with _environment(environment_of(function), without), _unloaded(module):
        loaded = importlib.import_module(module)
    return Loaded(loaded, getattr(loaded, name))


@contextmanager
def _unloaded(module: str) -> Iterator[None]:
    before = sys.modules.pop(module, None)
    try:
        yield
    finally:
        sys.modules.pop(module, None)
        if before is not None:
            sys.modules[module] = before


def environment_of(function: str) -> dict[str, str]:
    regions = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    return regions | {name: resolved(value) for name, value in variables_of(function).items()}


@contextmanager
def _environment(variables: dict[str, str], without: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    os.environ.pop(without, None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def resolved(value: Any) -> str:
    """A plausible value of what the template says."""
    if not isinstance(value, dict):
        # Layers are unpacked into /opt, which is where the script's folder stands in for here.
        layer = TEMPLATE["Resources"]["SparkJob"]["Properties"]["ContentUri"]
        return str(PROJECT / layer) if value == "/opt" else str(value)
    [(function, argument)] = value.items()
    if function == "Fn::If":
        # By default, no condition of what a function is told holds.
        return resolved(argument[2])
    if function == "Fn::Join":
        return str(argument[0]).join(resolved(argument[1]).split(","))
    if function == "Ref" and argument in TEMPLATE["Parameters"]:
        return str(TEMPLATE["Parameters"][argument]["Default"])
    return ATTRIBUTES.get(f"{function}:{argument}", "arn:aws:service:us-east-1:123456789012:name")
