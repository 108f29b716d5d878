"""What an execution environment is made from, and what an invocation carries and answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Archive:
    """A .zip archive of code: a deployment package or a layer; `sha256` names it."""

    sha256: str
    content: bytes = field(repr=False, compare=False)


@dataclass(frozen=True)
class Configuration:
    """A function as it is configured now, or as a version was published; `function_arn` names the version,
    unless that is $LATEST. Equal configurations may share warm environments.
    """

    function_name: str
    function_arn: str
    version: str
    handler: str
    runtime: str
    role_arn: str
    region: str
    account_id: str
    memory_mb: int
    timeout_seconds: float
    variables: tuple[tuple[str, str], ...]
    code: Archive
    layers: tuple[Archive, ...]
    log_group: str
    log_format: str = "Text"
    log_level: str | None = None
    is_traced: bool = False

    @property
    def qualified_arn(self) -> str:
        suffix = f":{self.version}"
        return self.function_arn.removesuffix(suffix) + suffix


@dataclass(frozen=True)
class Invocation:
    """One event on its way to a handler; `payload` is the JSON document as the caller sent it."""

    request_id: str
    payload: bytes
    trace_id: str
    client_context: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What Lambda answers: the handler's own reply, or an error document when `failed`.

    `log` holds the lines that this invocation wrote, with Lambda's own START, END and REPORT.
    """

    request_id: str
    payload: bytes
    failed: bool
    log: tuple[str, ...] = ()


def error_document(error_type: str, message: str, **more: object) -> bytes:
    """The JSON document by which Lambda reports that a handler gave no reply."""
    return json.dumps({"errorType": error_type, "errorMessage": message, **more}).encode()


def environment_variables(variables: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in variables.items()))
