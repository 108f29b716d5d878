"""template.yaml and the workflow as Python values, for the tests that hold them to the code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local_aws.core.yaml_loader import SafeLoader
from local_aws.services.cloudformation.resource import Identity
from local_aws.services.cloudformation.template.blueprint import design
from local_aws.services.cloudformation.template.intrinsics import resolve

PROJECT = Path(__file__).resolve().parent.parent
_FULL_NAMES = ("Ref", "Condition")


class _Loader(SafeLoader):
    """Reads CloudFormation's short tags as their full form: `!GetAtt A.B` is {"Fn::GetAtt": "A.B"}."""


def _function(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in _FULL_NAMES else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _function)

TEMPLATE_PATH = PROJECT / "template.yaml"
TEMPLATE: dict[str, Any] = yaml.load(TEMPLATE_PATH.read_text("utf-8"), _Loader)
WORKFLOW_PATH = PROJECT / TEMPLATE["Resources"]["Comparison"]["Properties"]["DefinitionS3Location"]
WORKFLOW: dict[str, Any] = yaml.load(WORKFLOW_PATH.read_text("utf-8"), SafeLoader)


def resources_of(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type, by logical name."""
    return {
        name: resource["Properties"]
        for name, resource in TEMPLATE["Resources"].items()
        if resource["Type"] == kind
    }


FUNCTIONS = resources_of("AWS::Serverless::Function")
# Those of promotions are deployed with the parameter Promotion only.
ALWAYS_DEPLOYED = [name for name in FUNCTIONS if "Condition" not in TEMPLATE["Resources"][name]]


def variables_of(function: str) -> dict[str, Any]:
    """What a function finds in its environment, unresolved."""
    common = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    return {**common, **FUNCTIONS[function].get("Environment", {}).get("Variables", {})}


def module_of(function: str) -> str:
    """The name of a function's module within bakeoff.handlers."""
    return str(FUNCTIONS[function]["Handler"].split(".")[-2])


def states_of(machine: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every state of a workflow, those of a Map's inner workflow after it."""
    for name, state in machine["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from states_of(state["ItemProcessor"])


def scalars_of(value: Any) -> Iterator[Any]:
    """Every value that is no list or mapping, wherever it stands."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from scalars_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from scalars_of(inner)
    else:
        yield value


@dataclass(frozen=True)
class Deployment:
    """What CloudFormation would make of template.yaml: `resources` are resolved, by logical name.

    A reference to a resource is its logical name, an attribute is "name.attribute".
    """

    resources: dict[str, dict[str, Any]]

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of every resource of a type."""
        found = {name: each for name, each in self.resources.items() if each["Type"] == kind}
        return {name: each.get("Properties", {}) for name, each in found.items()}


@cache
def deployment(**parameters: str) -> Deployment:
    """The template after its transforms, with these parameters."""
    text = _LOCAL_PATH.sub(r"\1: s3://artifacts/\2.zip", (PROJECT / "template.yaml").read_text("utf-8"))
    blueprint = design(text, parameters, {}, _STACK, lambda name: name)
    scope = replace(
        blueprint.base, physical_id=lambda name: name, attribute=lambda name, part: f"{name}.{part}"
    )
    return Deployment({name: resolve(each, scope) for name, each in blueprint.resources.items()})


_LOCAL_PATH = re.compile(r"\b(CodeUri|ContentUri|DefinitionS3Location): (?!s3:)(\S+?)/?$", re.MULTILINE)
_STACK = Identity(
    "arn:aws:cloudformation:us-east-1:123456789012:stack/bakeoff/1a2b3c4d-0000-0000-0000-000000000000",
    "bakeoff",
    "us-east-1",
    "123456789012",
)
