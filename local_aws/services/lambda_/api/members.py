"""Members of a function's configuration that moto 5.2.5 drops: some always, some in updates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_ALWAYS = ("LoggingConfig", "DeadLetterConfig")
# moto's attribute, and what it holds of the member.
_IN_UPDATES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "TracingConfig": ("tracing_config", lambda given: given),
    "EphemeralStorage": ("ephemeral_storage", lambda given: given["Size"]),
    "KMSKeyArn": ("kms_key_arn", lambda given: given or None),
    "Architectures": ("architectures", lambda given: given),
}


def keep(function: Any, given: dict[str, Any]) -> None:
    for name in _ALWAYS:
        if name in given:
            setattr(function, name, given[name])


def update(function: Any, given: dict[str, Any]) -> None:
    """Take over what UpdateFunctionConfiguration or UpdateFunctionCode was given."""
    keep(function, given)
    for name, (attribute, held) in _IN_UPDATES.items():
        if name in given:
            setattr(function, attribute, held(given[name]))


def described(function: Any) -> dict[str, Any]:
    """What the configuration of a function says besides what moto says."""
    default = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{function.function_name}"}
    kept = {name: value for name in _ALWAYS if (value := getattr(function, name, None))}
    return {**kept, "LoggingConfig": {**default, **kept.get("LoggingConfig", {})}}
