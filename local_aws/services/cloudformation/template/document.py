"""Reads a template as CloudFormation does: YAML or JSON, short and long intrinsics, nothing unknown.

moto 5.2.5 turns unquoted dates into date objects, loses mappings under a tag (`!Transform {...}`) and takes
any section or resource attribute, known or not.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

import yaml

from local_aws.core.yaml_loader import SafeLoader
from local_aws.services.cloudformation.errors import refuse
from local_aws.services.cloudformation.text import names

_SECTIONS = names(
    "AWSTemplateFormatVersion Description Metadata Parameters Rules Mappings Conditions Transform Resources "
    "Outputs Globals"
)
_RESOURCE_ATTRIBUTES = names(
    "Type Properties DependsOn Condition DeletionPolicy UpdateReplacePolicy Metadata"
)
_UNSUPPORTED = {
    "Hooks": "template section",
    "CreationPolicy": "resource attribute",
    "UpdatePolicy": "resource attribute",
}


class _Loader(SafeLoader):
    """Safe YAML with CloudFormation's tags; dates stay the text that they are."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own class attribute
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in SafeLoader.yaml_implicit_resolvers.items()
    }


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)


def parse(text: str) -> dict[str, Any]:
    """The template in `text` as plain data with long intrinsics; a malformed one is refused."""
    template = _load(text)
    if not isinstance(template, dict):
        refuse("Template format error: unsupported structure.")
    _check_names(template, _SECTIONS, "Invalid template property or properties [{}]")
    if not template.get("Resources"):
        refuse("Template format error: At least one Resources member must be defined.")
    _check_nulls(template, "")
    return template


def check_resources(template: Mapping[str, Any]) -> None:
    """Refuse resources of a processed template that lack a type or bear unknown attributes."""
    for logical_id, resource in template["Resources"].items():
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            refuse(
                f"Template format error: [/Resources/{logical_id}] "
                "Every Resources object must contain a Type member."
            )
        _check_names(
            resource,
            _RESOURCE_ATTRIBUTES,
            f"Invalid template resource property '{{}}' (resource {logical_id})",
        )


def transforms(template: Mapping[str, Any]) -> list[str]:
    """Names of the template's transforms, in their order."""
    declared = template.get("Transform", [])
    return [declared] if isinstance(declared, str) else list(declared)


def _load(text: str) -> Any:
    with contextlib.suppress(ValueError):
        return json.loads(text)
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as err:
        where = str(err).replace("\n", " ")
        refuse(f"Template format error: the template is not well-formed. ({where})")


def _check_names(value: Mapping[str, Any], known: frozenset[str], message: str) -> None:
    for name in value:
        if name in _UNSUPPORTED:
            refuse(f"The embedded AWS does not implement the {_UNSUPPORTED[name]} {name}.")
        if name not in known:
            refuse(message.format(name))


def _check_nulls(value: Any, path: str) -> None:
    if value is None:
        refuse(f"[{path}] 'null' values are not allowed in templates")
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, member in members:
        _check_nulls(member, f"{path}/{name}")
