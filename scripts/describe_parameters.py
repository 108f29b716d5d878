"""Write docs/parameters.md from template.yaml and samconfig.toml.

    python -m scripts.describe_parameters

A test compares the page with both files, so it cannot go stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local_aws.deployment.deploy import parameters_of
from local_aws.services.cloudformation.template.document import parse
from local_aws.services.cloudformation.text import as_text

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATE = PROJECT / "template.yaml"
PAGE = PROJECT / "docs" / "parameters.md"
_SAMCONFIG = PROJECT / "samconfig.toml"
_ENVIRONMENTS = ("dev", "prod", "local")
_INTERFACE = "AWS::CloudFormation::Interface"
_INTRODUCTION = """# Parameters

Every parameter of the stack, in the order in which CloudFormation's console asks for them. Each has a
default, so that `sam deploy` asks for none. Set one, or several, with

    sam deploy --parameter-overrides Metric=mae Confidence=0.99

CloudFormation keeps a value until a deployment names the parameter again. Where an environment of
`samconfig.toml` has another value than the default, it stands behind it
([operations.md](operations.md#deploying) tells of the environments). A run that is under way when you deploy
may take some of the new values.

This page is written by `make parameters` from the template.
"""
_HEADER = "| parameter | default | allowed | what it decides |\n|---|---|---|---|"
_REFUSED = """## What is refused

A value that is not allowed ends the deployment before anything is changed, and so does a combination of
which the template's rules say:
"""
_ARITHMETIC = """CloudFormation cannot add, so one combination is left to the first step of a run, before
anything costs money: `TrainFraction` and `ValidationFraction` whose sum is not below 1.
"""


def page(template: Mapping[str, Any], overrides: Mapping[str, Mapping[str, str]]) -> str:
    """The page in Markdown; `overrides` are the parameters' values by environment and name."""
    groups = template["Metadata"][_INTERFACE]["ParameterGroups"]
    tables = [_table(group, template["Parameters"], overrides) for group in groups]
    refusals = [f"- {sentence}" for sentence in _sentences(template.get("Rules", {}))]
    return "\n".join([_INTRODUCTION, *tables, _REFUSED, *refusals, "", _ARITHMETIC])


def _table(
    group: Mapping[str, Any], slots: Mapping[str, Any], overrides: Mapping[str, Mapping[str, str]]
) -> str:
    rows = [_row(name, slots[name], overrides) for name in group["Parameters"]]
    return "\n".join([f"## {group['Label']['default']}\n", _HEADER, *rows, ""])


def _row(name: str, slot: Mapping[str, Any], overrides: Mapping[str, Mapping[str, str]]) -> str:
    values = {where: given[name] for where, given in overrides.items() if name in given}
    others = [f"{where} {_code(value)}" for where, value in values.items() if value != str(slot["Default"])]
    default = ", ".join([_code(as_text(slot["Default"])), *others])
    return f"| `{name}` | {default} | {allowed(slot)} | {_closed(slot['Description'])} |"


def allowed(slot: Mapping[str, Any]) -> str:
    """What a parameter may be, in a few words."""
    if "AllowedValues" in slot:
        return ", ".join(_code(as_text(value)) for value in slot["AllowedValues"])
    if "MinValue" in slot or "MaxValue" in slot:
        return _range(slot.get("MinValue"), slot.get("MaxValue"))
    if "ConstraintDescription" in slot:
        return str(slot["ConstraintDescription"]).removeprefix("must be ")
    return {"CommaDelimitedList": "a list with commas", "Number": "any number"}.get(slot["Type"], "any text")


def _range(least: Any, most: Any) -> str:
    if most is None:
        return f"{least} or more"
    return f"at most {most}" if least is None else f"{least} to {most}"


def _sentences(rules: Mapping[str, Any]) -> Iterator[str]:
    for rule in rules.values():
        yield from (each["AssertDescription"] for each in rule["Assertions"])


def _code(value: str | None) -> str:
    return f"`{value}`" if value else "empty"


def _closed(sentence: str) -> str:
    text = " ".join(sentence.split())
    return text if text.endswith(".") else f"{text}."


def current() -> str:
    """The page as it should be."""
    overrides = {name: parameters_of(_SAMCONFIG, name) for name in _ENVIRONMENTS}
    return page(parse(TEMPLATE.read_text("utf-8")), overrides)


def main() -> None:
    PAGE.write_text(current(), "utf-8")


if __name__ == "__main__":
    main()
