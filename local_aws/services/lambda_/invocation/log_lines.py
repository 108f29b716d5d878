"""The lines that Lambda itself writes around a function's own, in both of its log formats.

Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
"""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from local_aws.services.lambda_.configuration import Configuration


@dataclass(frozen=True)
class Usage:
    """What one invocation took: seconds, bytes, and the seconds of the init phase on a cold start."""

    seconds: float
    memory_bytes: int
    init_seconds: float | None


def init_start(configuration: Configuration) -> str:
    version = f"python:{platform.python_version()}"
    if configuration.log_format == "JSON":
        record = {
            "initializationType": "on-demand",
            "phase": "init",
            "runtimeVersion": version,
            "functionName": configuration.function_name,
            "functionVersion": configuration.version,
        }
        return _platform("platform.initStart", record)
    return f"INIT_START Runtime Version: {version}"


def before(configuration: Configuration, request_id: str) -> str:
    if configuration.log_format == "JSON":
        return _platform("platform.start", {"requestId": request_id, "version": configuration.version})
    return f"START RequestId: {request_id} Version: {configuration.version}"


def after(
    configuration: Configuration, request_id: str, usage: Usage, status: str, error_type: str | None
) -> list[str]:
    if configuration.log_format == "JSON":
        return [_json_report(configuration, request_id, usage, status, error_type)]
    timeout = f"{now()} {request_id} Task timed out after {configuration.timeout_seconds:.2f} seconds"
    return [
        *([timeout] if status == "timeout" else []),
        f"END RequestId: {request_id}",
        _text_report(configuration, request_id, usage, status, error_type),
    ]


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text_report(
    configuration: Configuration, request_id: str, usage: Usage, status: str, error_type: str | None
) -> str:
    parts = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {usage.seconds * 1000:.2f} ms",
        f"Billed Duration: {_billed_ms(usage)} ms",
        f"Memory Size: {configuration.memory_mb} MB",
        f"Max Memory Used: {_megabytes(usage)} MB",
    ]
    if usage.init_seconds is not None:
        parts.append(f"Init Duration: {usage.init_seconds * 1000:.2f} ms")
    if error_type or status == "timeout":
        parts.append(f"Status: {status}")
    if error_type and status != "timeout":
        parts.append(f"Error Type: {error_type}")
    return "\t".join(parts) + "\t"


def _json_report(
    configuration: Configuration, request_id: str, usage: Usage, status: str, error_type: str | None
) -> str:
    metrics: dict[str, float] = {
        "durationMs": round(usage.seconds * 1000, 3),
        "billedDurationMs": _billed_ms(usage),
        "memorySizeMB": configuration.memory_mb,
        "maxMemoryUsedMB": _megabytes(usage),
    }
    if usage.init_seconds is not None:
        metrics["initDurationMs"] = round(usage.init_seconds * 1000, 3)
    error = {"errorType": error_type} if error_type else {}
    return _platform(
        "platform.report", {"requestId": request_id, "metrics": metrics, "status": status, **error}
    )


def _platform(kind: str, record: Mapping[str, object]) -> str:
    return json.dumps({"time": now(), "type": kind, "record": record}, separators=(",", ":"))


def _billed_ms(usage: Usage) -> int:
    # Lambda bills the init phase too, since August 2025.
    return math.ceil((usage.seconds + (usage.init_seconds or 0.0)) * 1000)


def _megabytes(usage: Usage) -> int:
    return math.ceil(usage.memory_bytes / 1024**2)
