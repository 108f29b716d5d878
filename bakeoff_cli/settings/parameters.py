"""The stack's parameters as template.yaml declares them, and what `--set NAME=VALUE` makes of them.

Checked here, because CloudFormation would say it only after minutes, and of one fault at a time.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bakeoff.domain.errors import ConfigurationError
from bakeoff.domain.messages import excerpt
from bakeoff.domain.planning.splits import split_by
from bakeoff_cli.errors import BadInput
from local_aws.core.yaml_loader import SafeLoader

Slot = Mapping[str, Any]
"""A parameter's Type, Default and constraints, by CloudFormation's names."""

TEMPLATE = Path(__file__).resolve().parents[2] / "template.yaml"
_FRACTIONS = ("TrainFraction", "ValidationFraction")


class _Loader(SafeLoader):
    """Passes over CloudFormation's short tags: no parameter's declaration has one."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: None)


@cache
def declared_parameters(template: Path = TEMPLATE) -> Mapping[str, Slot]:
    """Every parameter of the template, by name; read once, which takes 50 ms."""
    declared: Mapping[str, Slot] = yaml.load(template.read_text("utf-8"), _Loader)["Parameters"]
    return declared


def given_parameters(pairs: Iterable[str], declared: Mapping[str, Slot]) -> dict[str, str]:
    """The parameters that `--set NAME=VALUE` gives.

    Raises BadInput for what is no such pair, for a name that the template does not know or that comes twice,
    and for a value that the template forbids.
    """
    given: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not name:
            raise BadInput(f"--set takes NAME=VALUE, such as LatencyCalls=100, not {excerpt(pair)}.")
        if name in given:
            raise BadInput(f"--set gives {name} twice: keep one of them.")
        require_fit(name, value, declared)
        given[name] = value
    _require_test_rows(given, declared)
    return given


def require_fit(name: str, value: str, declared: Mapping[str, Slot]) -> None:
    """Raise BadInput when the template knows no parameter of that name, or forbids it that value."""
    if name not in declared:
        close = difflib.get_close_matches(name.lower(), [each.lower() for each in declared], n=1)
        meant = next((each for each in declared if close and each.lower() == close[0]), None)
        cure = f"did you mean {meant}?" if meant else "template.yaml lists them all under Parameters."
        raise BadInput(f"The stack has no parameter {excerpt(name)}: {cure}")
    slot = declared[name]
    items = [item.strip() for item in value.split(",")] if value else []
    for item in items if "List" in slot["Type"] else [value]:
        if demand := next(_demands(slot, item), None):
            raise BadInput(f"{name} {slot.get('ConstraintDescription', demand)}, not {excerpt(item)}.")


def _demands(slot: Slot, value: str) -> Iterator[str]:
    """What the template asks of a value that it does not fulfil."""
    # YAML reads true as a bool, CloudFormation as the text "true".
    allowed = [
        str(each).lower() if isinstance(each, bool) else str(each) for each in slot.get("AllowedValues", [])
    ]
    if "Number" in slot["Type"]:
        yield from _demands_of_a_number(slot, value)
    if allowed and value not in allowed:
        yield f"must be one of {', '.join(allowed)}"
    if "AllowedPattern" in slot and not re.fullmatch(slot["AllowedPattern"], value):
        yield f"must match the pattern {slot['AllowedPattern']}"
    if len(value) < int(slot.get("MinLength", 0)):
        yield f"must have at least {slot['MinLength']} characters"
    if "MaxLength" in slot and len(value) > int(slot["MaxLength"]):
        yield f"must have at most {slot['MaxLength']} characters"


def _demands_of_a_number(slot: Slot, value: str) -> Iterator[str]:
    try:
        number = float(value)
    except ValueError:
        yield "must be a number"
        return
    low, high = float(slot.get("MinValue", "-inf")), float(slot.get("MaxValue", "inf"))
    # float("nan") parses, too, and compares False with any bound.
    if not low <= number <= high or number in (float("inf"), float("-inf")):
        words = {"MinValue": "at least", "MaxValue": "at most"}
        bounds = [f"{word} {slot[key]}" for key, word in words.items() if key in slot]
        yield f"must be a number of {' and '.join(bounds)}" if bounds else "must be a finite number"


def _require_test_rows(given: Mapping[str, str], declared: Mapping[str, Slot]) -> None:
    """No rule of a template can add two parameters up."""
    if not set(given) & set(_FRACTIONS):
        return
    train, validation = (float(given.get(name, declared[name]["Default"])) for name in _FRACTIONS)
    try:
        split_by(train, validation)
    except ConfigurationError as err:
        raise BadInput(str(err)) from err
