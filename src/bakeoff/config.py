"""The functions' environment, read once into frozen dataclasses.

A field `bucket` is read from BAKEOFF_BUCKET. A missing or malformed value fails at the function's start,
naming it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from bakeoff.domain.errors import ConfigurationError

_PREFIX = "BAKEOFF_"
_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": lambda text: bool(("false", "true").index(text)),
    "tuple[str, ...]": lambda text: tuple(part.strip() for part in text.split(",") if part.strip()),
}


@dataclass(frozen=True)
class _Settings:
    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Raises ConfigurationError when a variable is missing or has a value of the wrong kind."""
        return cls(**{field.name: _value(field.name, str(field.type), environment) for field in fields(cls)})


@dataclass(frozen=True)
class StartSettings(_Settings):
    state_machine_arn: str


@dataclass(frozen=True)
class SweepSettings(StartSettings):
    """`orphan_minutes` is the age from which the schedule looks after what a finished run left,
    `endpoint_log_days` for how long endpoints' logs are kept; 0 leaves that alone.
    """

    stack_name: str
    resource_prefix: str
    orphan_minutes: int
    endpoint_log_days: int


@dataclass(frozen=True)
class BucketSettings(_Settings):
    bucket: str


@dataclass(frozen=True)
class TurnSettings(BucketSettings, StartSettings):
    """At most `max_concurrent_runs` go on at once, one plans when nothing was uploaded for `settle_seconds`,
    and looks come as often as every `turn_poll_seconds`, in the beginning more often.
    """

    max_concurrent_runs: int
    turn_poll_seconds: int
    settle_seconds: int


@dataclass(frozen=True)
class PlanSettings(BucketSettings):
    """Sizes in GB, times in seconds, shares of 1; `feature_count` 0 infers it from the data. Target, key,
    subnets, security groups and cost tags ("key=value") may be empty.
    """

    stack_name: str
    algorithms: tuple[str, ...]
    resource_prefix: str
    processing_instance_type: str
    training_instance_type: str
    endpoint_instance_type: str
    volume_gb: int
    max_training_seconds: int
    run_seconds: int
    train_fraction: float
    validation_fraction: float
    max_rejected_share: float
    feature_count: int
    target: str
    metric: str
    confidence: float
    equivalence_margin: float
    preference: str
    max_scored_rows: int
    latency_calls: int
    spark_version: str
    spark_code_dir: str
    kms_key_arn: str
    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]
    network_isolation: bool
    cost_tags: tuple[str, ...]


@dataclass(frozen=True)
class PublishSettings(BucketSettings):
    topic_arn: str


def region(environment: Mapping[str, str] = os.environ) -> str:
    """The region in which the function runs, which Lambda itself sets."""
    return environment["AWS_REGION"]


def _value(name: str, kind: str, environment: Mapping[str, str]) -> Any:
    variable = _PREFIX + name.upper()
    try:
        return _PARSERS[kind](environment[variable])
    except KeyError as err:
        raise ConfigurationError(
            f"The environment variable {variable} is missing: set it in template.yaml."
        ) from err
    except ValueError as err:
        raise ConfigurationError(
            f"The environment variable {variable} is {environment[variable]!r}, which is not of type {kind}."
        ) from err
