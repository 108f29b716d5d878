from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from tests.fakes import InMemoryRunStore
from tests.template import FUNCTIONS, PROJECT, TEMPLATE, module_of, variables_of

# Powertools' tracer needs it, and its import makes a UDP socket: here, before sockets are blocked.
importlib.import_module("aws_xray_sdk.core")

# What cannot be told from the template alone.
ATTRIBUTES = {"Ref:DataBucket": "data-bucket", "Fn::GetAtt:ResourcePrefix.Value": "bakeoff-1a2b3c4d"}


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


Load = Callable[..., Loaded]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Import a function's handler as Lambda does: by its Handler string, in the environment it declares.

    `without` is a variable to leave out.
    """

    def load_function(function: str, without: str = "") -> Loaded:
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        for name, value in variables_of(function).items():
            monkeypatch.setenv(name, resolved(value))
        monkeypatch.delenv(without, raising=False)
        module, _, name = FUNCTIONS[function]["Handler"].rpartition(".")
        monkeypatch.delitem(sys.modules, module, raising=False)
        loaded = importlib.import_module(module)
        return Loaded(loaded, getattr(loaded, name))

    return load_function


def resolved(value: Any) -> str:
    """A plausible value of what the template says."""
    if not isinstance(value, dict):
        # Layers are unpacked into /opt, which is where the script's folder stands in for here.
        layer = TEMPLATE["Resources"]["SparkJob"]["Properties"]["ContentUri"]
        return str(PROJECT / layer) if value == "/opt" else str(value)
    [(function, argument)] = value.items()
    if function == "Fn::Join":
        return str(argument[0]).join(resolved(argument[1]).split(","))
    if function == "Ref" and argument in TEMPLATE["Parameters"]:
        return str(TEMPLATE["Parameters"][argument]["Default"])
    return ATTRIBUTES.get(f"{function}:{argument}", "arn:aws:service:us-east-1:123456789012:name")


@pytest.fixture
def store() -> InMemoryRunStore:
    return InMemoryRunStore()


@pytest.fixture
def event_of() -> Callable[[str], dict[str, Any]]:
    """The event in events/ that `sam local invoke` would send to a function."""

    def read(function: str) -> dict[str, Any]:
        path = PROJECT / "events" / f"{module_of(function).replace('_', '-')}.json"
        event: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return event

    return read
