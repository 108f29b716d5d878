"""Runs the transforms that a template declares: AWS::LanguageExtensions, then AWS SAM.

moto 5.2.5 knows neither. Of the language extensions the embedded AWS has expressions in DeletionPolicy and
UpdateReplacePolicy, Fn::ToJsonString and Fn::Length; it refuses the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local_aws.services.cloudformation.errors import refuse
from local_aws.services.cloudformation.template import sam
from local_aws.services.cloudformation.template.document import transforms

LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
_POLICIES = {
    "DeletionPolicy": ("Delete", "Retain", "RetainExceptOnCreate"),
    "UpdateReplacePolicy": ("Delete", "Retain"),
}


def process(
    template: Mapping[str, Any],
    parameters: Mapping[str, str],
    region: str,
    resolve: Callable[[Any], Any],
) -> dict[str, Any]:
    """The template after its transforms; `resolve` sees parameters and conditions only."""
    declared = transforms(template)
    _check_declared(declared)
    processed = {name: section for name, section in template.items() if name != "Transform"}
    if LANGUAGE_EXTENSIONS in declared:
        _refuse_split_stack_id(template["Resources"])
        processed["Resources"] = _with_resolved_policies(template["Resources"], resolve)
    if sam.SAM_TRANSFORM in declared:
        try:
            processed = sam.transform({**processed, "Transform": sam.SAM_TRANSFORM}, parameters, region)
        except sam.SamTransformFailed as err:
            refuse(str(err))
    elif "Globals" in template:
        refuse("Invalid template property or properties [Globals]")
    _check_policies(processed["Resources"])
    return processed


def _check_declared(declared: list[str]) -> None:
    for name in declared:
        if name not in (LANGUAGE_EXTENSIONS, sam.SAM_TRANSFORM):
            refuse(f"No transform named {name} found.")
    if LANGUAGE_EXTENSIONS in declared[1:]:
        refuse(f"Transforms are in the wrong order: {LANGUAGE_EXTENSIONS} must come first.")


def _refuse_split_stack_id(value: Any) -> None:
    """The transform evaluates functions by itself; AWS documents nowhere what it takes AWS::StackId for.

    Where it knows no value it fails (aws-cloudformation/cfn-language-discussion#120).
    """
    if isinstance(value, Mapping):
        split = value.get("Fn::Split")
        if isinstance(split, list) and split[1:] == [{"Ref": "AWS::StackId"}]:
            refuse(
                f"Transform {LANGUAGE_EXTENSIONS} failed with: Fn::Split may not know AWS::StackId before "
                "the stack exists."
            )
        value = list(value.values())
    for part in value if isinstance(value, list) else ():
        _refuse_split_stack_id(part)


def _with_resolved_policies(resources: Mapping[str, Any], resolve: Callable[[Any], Any]) -> dict[str, Any]:
    for name in resources:
        if name.startswith("Fn::"):
            refuse(f"The embedded AWS does not implement {name} of {LANGUAGE_EXTENSIONS}.")
    return {
        logical_id: {name: resolve(part) if name in _POLICIES else part for name, part in resource.items()}
        for logical_id, resource in resources.items()
    }


def _check_policies(resources: Mapping[str, Any]) -> None:
    for logical_id, resource in resources.items():
        for attribute, allowed in _POLICIES.items():
            policy = resource.get(attribute, "Delete")
            if not isinstance(policy, str):
                refuse(
                    f"Template format error: Every {attribute} member must be a string. "
                    f"(resource {logical_id})"
                )
            if policy not in allowed:
                refuse(
                    f"The embedded AWS does not implement {attribute} {policy} of resource {logical_id}; "
                    f"it knows {', '.join(allowed)}."
                )
