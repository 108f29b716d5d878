"""What a stack is to become: a template, processed and checked, with the values of its parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from local_aws.services.cloudformation.errors import refuse
from local_aws.services.cloudformation.resource import Identity, ResourceType
from local_aws.services.cloudformation.resources import resource_type
from local_aws.services.cloudformation.template import document as template
from local_aws.services.cloudformation.template import macros
from local_aws.services.cloudformation.template.intrinsics import Scope, evaluate_conditions, resolve
from local_aws.services.cloudformation.template.parameters import parameter_values, typed
from local_aws.services.cloudformation.template.references import in_order, references
from local_aws.services.cloudformation.template.rules import RuleScope, check_rules


@dataclass(frozen=True)
class Blueprint:
    """`original` is the template as given, `processed` what its transforms made of it."""

    original: str
    transforms: list[str]
    processed: dict[str, Any]
    parameters: dict[str, str]
    tags: dict[str, str]
    base: Scope

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources whose conditions hold, each after everything it depends on."""
        held = {name: item for name, item in self.processed["Resources"].items() if self._holds(item)}
        dependencies = {name: self._dependencies(item) & held.keys() for name, item in held.items()}
        return {name: held[name] for name in in_order(dependencies)}

    @cached_property
    def outputs(self) -> dict[str, dict[str, Any]]:
        """The outputs whose conditions hold."""
        return {name: item for name, item in self.processed.get("Outputs", {}).items() if self._holds(item)}

    def depends_on(self, logical_id: str) -> set[str]:
        return self._dependencies(self.resources[logical_id]) & self.resources.keys()

    def same_as(self, other: Blueprint) -> bool:
        return (self.processed, self.parameters, self.tags) == (other.processed, other.parameters, other.tags)

    def _holds(self, item: Mapping[str, Any]) -> bool:
        name = item.get("Condition")
        if name is not None and name not in self.base.conditions:
            refuse(f"Template format error: Unrecognized condition {name}")
        return name is None or self.base.conditions[name]

    def _dependencies(self, resource: Mapping[str, Any]) -> set[str]:
        found = references(resource.get("Properties", {}), self.base.conditions)
        return {*_listed_dependencies(resource), *(reference.name for reference in found)}


def design(
    text: str,
    given: Mapping[str, str],
    tags: Mapping[str, str],
    identity: Identity,
    exported: Callable[[str], Any],
) -> Blueprint:
    """The blueprint of a template; whatever CloudFormation would refuse before it starts is refused here."""
    parsed = template.parse(text)
    declared = parsed.get("Parameters", {})
    parameters = parameter_values(declared, given)
    scope = _scope(parsed, typed(declared, parameters), identity, exported)
    types = {name: slot["Type"] for name, slot in declared.items()}
    check_rules(parsed.get("Rules", {}), RuleScope(scope.values, types))
    scope = replace(scope, conditions=evaluate_conditions(parsed.get("Conditions", {}), scope))
    processed = macros.process(
        parsed, parameters, identity.region, lambda value: resolve(value, scope.without_resources())
    )
    template.check_resources(processed)
    scope = replace(scope, conditions=evaluate_conditions(processed.get("Conditions", {}), scope))
    blueprint = Blueprint(text, template.transforms(parsed), processed, parameters, dict(tags), scope)
    _check_types(blueprint)
    _check_references(blueprint)
    return blueprint


def _scope(
    parsed: Mapping[str, Any], values: Mapping[str, Any], identity: Identity, exported: Callable[[str], Any]
) -> Scope:
    def unresolved(name: str, *_: str) -> Any:
        refuse(
            f"Template format error: Unresolved resource dependencies [{name}] "
            "in the Resources block of the template"
        )

    pseudo = {
        "AWS::AccountId": identity.account_id,
        "AWS::Region": identity.region,
        "AWS::StackId": identity.stack_id,
        "AWS::StackName": identity.stack_name,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
        "AWS::NotificationARNs": [],
    }
    extended = macros.LANGUAGE_EXTENSIONS in template.transforms(parsed)
    return Scope(
        {**pseudo, **values}, parsed.get("Mappings", {}), {}, extended, unresolved, unresolved, exported
    )


def _check_types(blueprint: Blueprint) -> None:
    for logical_id, resource in blueprint.resources.items():
        kind = resource_type(resource["Type"], logical_id)
        properties = resource.get("Properties", {})
        for name in properties:
            if kind.properties is not None and name not in kind.properties:
                refuse(
                    f"The embedded AWS does not implement the property {name} of {kind.name} "
                    f"(resource {logical_id})."
                )
        missing = sorted(kind.required - properties.keys())
        if missing:
            refuse(
                f"Properties validation failed for resource {logical_id} with message: "
                f"#: required key [{missing[0]}] not found"
            )


def _check_references(blueprint: Blueprint) -> None:
    for resource in blueprint.resources.values():
        _check_known(_listed_dependencies(resource), blueprint.processed["Resources"], "Resources")
    for block, items in (("Resources", blueprint.resources), ("Outputs", blueprint.outputs)):
        found = references(list(items.values()), blueprint.base.conditions)
        targets = [target for target in found if target.name not in {*blueprint.base.values, "AWS::NoValue"}]
        _check_known([target.name for target in targets], blueprint.resources, block)
        for name, attribute in targets:
            _check_attribute(resource_type(blueprint.resources[name]["Type"], name), name, attribute)


def _listed_dependencies(resource: Mapping[str, Any]) -> list[str]:
    listed = resource.get("DependsOn", [])
    return [listed] if isinstance(listed, str) else listed


def _check_known(names: list[str], resources: Mapping[str, Any], block: str) -> None:
    unknown = sorted({name for name in names if name not in resources})
    if unknown:
        refuse(
            f"Template format error: Unresolved resource dependencies [{', '.join(unknown)}] "
            f"in the {block} block of the template"
        )


def _check_attribute(kind: ResourceType, name: str, attribute: str | None) -> None:
    if attribute and kind.attributes is not None and attribute not in kind.attributes:
        refuse(f"Template error: resource {name} does not support attribute type {attribute} in Fn::GetAtt")
