"""template.yaml's versions: whatever changes a function that the workflow calls asks for new ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from tests.template import FUNCTIONS, TEMPLATE, scalars_of

VERSIONS: dict[str, Any] = TEMPLATE["Resources"]["FunctionVersions"]["Properties"]
CHANGES = VERSIONS["ChangesWith"]
COMMON: dict[str, Any] = TEMPLATE["Globals"]["Function"]
MACHINES = ("Comparison", "PromotionWorkflow")
SUBSTITUTED = [
    name
    for machine in MACHINES
    for name in TEMPLATE["Resources"][machine]["Properties"]["DefinitionSubstitutions"]
]
CALLED = [name.removesuffix("Arn") for name in SUBSTITUTED if name.endswith("FunctionArn")]
# Parameters that a function's properties do not name -> how they come in all the same.
INDIRECT = {
    "RolePath": "another path makes new roles, and a version keeps the role that it was published with"
}


def definition_of(function: str) -> dict[str, Any]:
    """Without what invokes it, which no version has."""
    own = {name: value for name, value in FUNCTIONS[function].items() if name != "Events"}
    return {**COMMON, **own}


def parameters_in(value: Any) -> Iterator[str]:
    """The parameters on which a value depends, those of its conditions included."""
    if isinstance(value, list):
        for item in value:
            yield from parameters_in(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref" and inner in TEMPLATE["Parameters"]:
                yield inner
            if key == "Fn::If":
                yield from parameters_in(TEMPLATE["Conditions"][inner[0]])
            assert key != "Fn::Sub" or not any(
                f"${{{name}}}" in str(inner) for name in TEMPLATE["Parameters"]
            ), f"look for parameters in {inner} here, too"
            yield from parameters_in(inner)


def referred(function: str) -> dict[str, Any]:
    """A reference to a function, where it is deployed."""
    reference, condition = {"Ref": function}, TEMPLATE["Resources"][function].get("Condition")
    return {"Fn::If": [condition, reference, {"Ref": "AWS::NoValue"}]} if condition else reference


def test_the_workflows_call_versions_and_each_function_has_one() -> None:
    assert VERSIONS["Functions"] == {name.removesuffix("Function"): referred(name) for name in CALLED}


def test_a_parameter_that_reaches_a_function_asks_for_versions() -> None:
    used = {name for function in CALLED for name in parameters_in(definition_of(function))}

    assert CHANGES["Parameters"] == {name: {"Ref": name} for name in sorted({*used, *INDIRECT})}


def test_a_layer_that_a_function_has_asks_for_versions() -> None:
    layers = [each["Ref"] for function in CALLED for each in FUNCTIONS[function].get("Layers", [])]
    common = [each["Ref"] for each in COMMON["Layers"]]

    assert sorted(each["Ref"] for each in CHANGES["Layers"]) == sorted({*layers, *common})


def test_the_code_asks_for_versions() -> None:
    """Its archive is in the layer, too, which no function has."""
    layer = TEMPLATE["Resources"][CHANGES["Code"]["Ref"]]

    assert layer["Properties"]["ContentUri"] == COMMON["CodeUri"]
    assert all("CodeUri" not in FUNCTIONS[name] for name in CALLED)
    assert CHANGES["Code"]["Ref"] not in {
        str(each) for name in FUNCTIONS for each in scalars_of(FUNCTIONS[name])
    }


def test_what_the_template_says_of_a_function_asks_for_versions() -> None:
    definitions = {name: definition_of(name) for name in CALLED}
    digest = hashlib.sha256(json.dumps(definitions, sort_keys=True).encode()).hexdigest()[:12]

    assert CHANGES["Definitions"] == digest, (
        "Functions of the workflow have changed in template.yaml. So that CloudFormation asks for new "
        f'versions of them, put Definitions: "{digest}" into FunctionVersions.'
    )
