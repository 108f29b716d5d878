"""The functions' environment, read once into frozen dataclasses.

A field `bucket` is read from BAKEOFF_BUCKET. A missing or malformed value fails at the function's start,
naming it. The many of the plan are in a module of their own: an upload waits for what a cold start imports.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from bakeoff.domain.errors import ConfigurationError

_PREFIX = "BAKEOFF_"
_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "Decimal": lambda text: _decimal(text),
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
class BucketSettings(_Settings):
    bucket: str


@dataclass(frozen=True)
class AccountSettings(BucketSettings, StartSettings):
    resource_prefix: str


@dataclass(frozen=True)
class SweepSettings(AccountSettings):
    """`orphan_minutes` is the age from which the schedule looks after what a finished run left,
    `endpoint_log_days` for how long endpoints' logs are kept; 0 leaves that alone. `max_daily_cost` is what
    runs reserve of; 0 sets no limit.
    """

    stack_name: str
    orphan_minutes: int
    endpoint_log_days: int
    max_daily_cost: Decimal


@dataclass(frozen=True)
class TurnSettings(BucketSettings, StartSettings):
    """At most `max_concurrent_runs` go on at once, one plans when nothing was uploaded for `settle_seconds`,
    and looks come as often as every `turn_poll_seconds`, in the beginning more often.
    """

    max_concurrent_runs: int
    turn_poll_seconds: int
    settle_seconds: int


@dataclass(frozen=True)
class PublishSettings(AccountSettings):
    topic_arn: str


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as err:
        raise ValueError(text) from err
    if not number.is_finite():
        raise ValueError(text)
    return number


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


def region(environment: Mapping[str, str] = os.environ) -> str:
    """The region in which the function runs, which Lambda itself sets."""
    return environment["AWS_REGION"]
