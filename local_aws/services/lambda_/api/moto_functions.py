"""What moto's Lambda backend knows about a function, in the runtime's terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from moto.awslambda.exceptions import LambdaClientError, UnknownFunctionException
from moto.awslambda.utils import get_backend

from local_aws.services.lambda_.configuration import Archive, Configuration, environment_variables
from local_aws.services.lambda_.invocation.event_queue import EventSettings, Target

_ARN = re.compile(r"arn:aws:lambda:([\w-]+):(\d+):function:[\w-]+(?::[\w$-]+)?")


def is_supported(function: Any) -> bool:
    return function.package_type == "Zip" and str(function.run_time).startswith("python")


def configuration_of(function: Any) -> Configuration:
    """What moto knows about a function, as the runtime needs it.

    Raises InvalidRuntimeException when the function is not a Python function in a .zip archive.
    """
    if not is_supported(function):
        raise LambdaClientError(
            "InvalidRuntimeException",
            f"{function.function_name} uses {function.run_time or 'an image'}, but the embedded AWS runs "
            "Python functions in .zip archives only.",
        )
    logging_config = getattr(function, "LoggingConfig", None) or {}
    log_format = logging_config.get("LogFormat", "Text")
    return Configuration(
        function_name=function.function_name,
        function_arn=function.function_arn,
        version=str(function.version),
        handler=function.handler,
        runtime=function.run_time,
        role_arn=function.role,
        region=function.region,
        account_id=function.account_id,
        memory_mb=int(function.memory_size),
        timeout_seconds=float(function.timeout),
        variables=environment_variables(function.environment_vars),
        code=Archive(function.code_sha_256, function.code_bytes),
        layers=tuple(_layers(function)),
        log_group=logging_config.get("LogGroup") or f"/aws/lambda/{function.function_name}",
        log_format=log_format,
        log_level=logging_config.get("ApplicationLogLevel", "INFO") if log_format == "JSON" else None,
        is_traced=function.tracing_config.get("Mode") == "Active",
    )


def named_in(text: str) -> Iterator[Any]:
    """The functions whose ARNs stand in `text`, each once, in the version that the ARN names."""
    places = {found[0]: (found[2], found[1]) for found in _ARN.finditer(text)}
    for arn, (account, region) in places.items():
        try:
            yield get_backend(account, region).get_function(arn)
        except UnknownFunctionException:
            continue


def _layers(function: Any) -> list[Archive]:
    return [Archive(layer.code_sha_256, layer.code_bytes) for layer in function.attached_layers]


def event_target(function: Any) -> Target:
    """The function as the queue of asynchronous events sees it."""
    arn, backend = function.function_arn, get_backend(function.account_id, function.region)

    def current() -> Any:
        try:
            return backend.get_function(arn)
        except UnknownFunctionException:
            return None

    return Target(
        configuration=lambda: configuration_of(found) if (found := current()) else None,
        settings=lambda: _event_settings(current() or function),
    )


def _event_settings(function: Any) -> EventSettings:
    config = function.event_invoke_config[-1].config if function.event_invoke_config else {}
    destinations = config.get("DestinationConfig") or {}
    return EventSettings(
        retries=int(config.get("MaximumRetryAttempts", 2)),
        max_age_seconds=float(config.get("MaximumEventAgeInSeconds", 21_600)),
        on_success=(destinations.get("OnSuccess") or {}).get("Destination"),
        on_failure=(destinations.get("OnFailure") or {}).get("Destination"),
        dead_letter=(getattr(function, "DeadLetterConfig", None) or {}).get("TargetArn"),
    )
