"""Hyperparameters as tables: name, type, range; everything arrives as text."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from local_aws.services.sagemaker.containers.errors import UserError

AUTO = "auto"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
Parse = Callable[[str], Any]


@dataclass(frozen=True)
class Interval:
    """A range in the usual notation: "[0, 1)" holds 0 and not 1; "inf" for no bound."""

    text: str
    low: float
    high: float

    @classmethod
    def of(cls, text: str) -> Self:
        low, high = (float(bound) for bound in text[1:-1].split(","))
        return cls(text, low, high)

    def __contains__(self, value: float) -> bool:
        above = value > self.low or (self.text[0] == "[" and value == self.low)
        below = value < self.high or (self.text[-1] == "]" and value == self.high)
        return above and below

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Hyperparameter:
    name: str
    parse: Parse
    allowed: Interval | Collection[Any] | None = None
    required: bool = False
    accepts_auto: bool = False

    def value(self, text: str) -> Any:
        """The parsed value; UserError when it is no such value, or not in the range."""
        try:
            value = self.parse(text)
        except (ValueError, TypeError, SyntaxError) as err:
            raise UserError(f"Hyperparameter {self.name}: could not parse value {text!r}") from err
        parts = value if isinstance(value, tuple) else (value,)
        if self.allowed is not None and any(part not in self.allowed for part in parts):
            raise UserError(f"Hyperparameter {self.name}: {text} is not in {_range_text(self.allowed)}")
        return value


def integer(name: str, interval: str, *, required: bool = False, auto: bool = False) -> Hyperparameter:
    return Hyperparameter(name, int, Interval.of(interval), required, auto)


def number(name: str, interval: str, *, auto: bool = False) -> Hyperparameter:
    return Hyperparameter(name, _finite, Interval.of(interval), accepts_auto=auto)


def choice(name: str, *values: str, required: bool = False, auto: bool = False) -> Hyperparameter:
    return Hyperparameter(name, str, values, required, auto)


def choices(name: str, *values: str) -> Hyperparameter:
    """A comma-separated list of `values`."""
    return Hyperparameter(name, lambda text: tuple(text.split(",")), values)


def boolean(name: str, *, auto: bool = False) -> Hyperparameter:
    return Hyperparameter(name, _boolean, accepts_auto=auto)


def validate(table: Iterable[Hyperparameter], given: Mapping[str, str]) -> dict[str, Any]:
    """Parsed values by name, without those left to "auto"; UserError for what the algorithm would refuse."""
    known = {parameter.name: parameter for parameter in table}
    for parameter in known.values():
        if parameter.required and parameter.name not in given:
            raise UserError(f"Missing required hyperparameter: {parameter.name}")
    for name in given:
        if name not in known:
            raise UserError(f"Extraneous hyperparameter found: {name}")
    return {
        name: known[name].value(text)
        for name, text in given.items()
        if not (known[name].accepts_auto and text == AUTO)
    }


def check_feature_count(feature_dim: int | None, found: int, source: str) -> None:
    if feature_dim is not None and feature_dim != found:
        raise UserError(f"feature_dim is {feature_dim}, but the data of {source} has {found} features.")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _boolean(text: str) -> bool:
    if text.lower() not in _BOOLEANS:
        raise ValueError(text)
    return _BOOLEANS[text.lower()]


def _range_text(allowed: Interval | Collection[Any]) -> str:
    return str(allowed) if isinstance(allowed, Interval) else ", ".join(map(str, allowed))
