"""Intrinsic functions and conditions evaluate as on AWS."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.cloudformation.exceptions import ValidationError

from local_aws.services.cloudformation.template.intrinsics import Scope, evaluate_conditions, resolve


def _missing(name: str, *_: str) -> Any:
    raise AssertionError(f"nothing may ask for {name}")


SCOPE = Scope(
    values={"Name": "bake", "Names": ["a", "b"], "AWS::Region": "us-east-1", "Count": "3"},
    mappings={"Sizes": {"us-east-1": {"small": 1}}},
    conditions={"Yes": True, "No": False},
    extended=False,
    physical_id=lambda name: f"id-of-{name}",
    attribute=lambda name, attribute: f"{attribute} of {name}",
    exported=lambda name: f"export {name}",
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"Ref": "Name"}, "bake"),
        ({"Ref": "Bucket"}, "id-of-Bucket"),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, "Arn of Bucket"),
        ({"Fn::GetAtt": "Nested.Outputs.Arn"}, "Outputs.Arn of Nested"),
        ({"Fn::Sub": "${Name}-${Bucket}-${Bucket.Arn}"}, "bake-id-of-Bucket-Arn of Bucket"),
        ({"Fn::Sub": "$$ ${!Name} $Name"}, "$$ ${Name} $Name"),
        ({"Fn::Sub": ["${X}/${Name}", {"X": {"Ref": "Count"}}]}, "3/bake"),
        ({"Fn::Join": ["-", {"Ref": "Names"}]}, "a-b"),
        ({"Fn::Join": ["", ["a", 1, True]]}, "a1true"),
        ({"Fn::Select": ["1", {"Fn::Split": ["/", "x/y/z"]}]}, "y"),
        ({"Fn::If": ["Yes", 1, 2]}, 1),
        ({"Fn::If": ["No", 1, {"Ref": "Name"}]}, "bake"),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
        ([{"Fn::If": ["Yes", {"Ref": "AWS::NoValue"}, 1]}, 2], [2]),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "small"]}, 1),
        ({"Fn::Base64": "hi"}, "aGk="),
        ({"Fn::GetAZs": ""}, ["us-east-1a", "us-east-1b", "us-east-1c"]),
        ({"Fn::ImportValue": {"Fn::Sub": "${Name}-x"}}, "export bake-x"),
    ],
)
def test_a_function_evaluates(expression: Any, expected: Any) -> None:
    assert resolve(expression, SCOPE) == expected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ({"Fn::Cidr": ["10.0.0.0/16", 1, 2]}, "does not implement Fn::Cidr"),
        ({"Fn::ToJsonString": {"a": 1}}, "does not implement Fn::ToJsonString"),
        ({"Fn::If": ["Perhaps", 1, 2]}, "unresolved condition dependency Perhaps"),
        ({"Fn::Select": [2, ["a", "b"]]}, "nonexistent value at index 2"),
        (
            {"Fn::FindInMap": ["Sizes", "eu-west-1", "small"]},
            "Unable to get mapping for Sizes::eu-west-1::small",
        ),
        ({"Fn::FindInMap": ["Sizes", "a", "b", {"DefaultValue": 1}]}, "default values of Fn::FindInMap"),
        ({"Fn::Sub": "${Names}"}, "a text was expected"),
        ("{{resolve:ssm:/a}}", "dynamic references"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(expression: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        resolve(expression, SCOPE)


def test_language_extensions_add_functions() -> None:
    extended = replace(SCOPE, extended=True)

    assert (
        resolve({"Fn::ToJsonString": {"a": {"Ref": "Name"}, "b": [1, True]}}, extended)
        == '{"a":"bake","b":[1,true]}'
    )
    assert resolve({"Fn::Length": {"Ref": "Names"}}, extended) == 2


def test_only_the_branch_that_counts_is_evaluated() -> None:
    scope = replace(SCOPE, physical_id=_missing)

    assert resolve({"Fn::If": ["No", {"Ref": "NotMade"}, "x"]}, scope) == "x"


def test_conditions_compare_texts_and_build_on_each_other() -> None:
    expressions = {
        "Both": {"Fn::And": [{"Condition": "Three"}, {"Fn::Not": [{"Condition": "Other"}]}]},
        "Three": {"Fn::Equals": [{"Ref": "Count"}, 3]},
        "Other": {"Fn::Equals": [{"Ref": "Name"}, "other"]},
        "Any": {"Fn::Or": [{"Condition": "Other"}, {"Fn::Equals": [True, "true"]}]},
    }

    assert evaluate_conditions(expressions, SCOPE) == {
        "Both": True,
        "Three": True,
        "Other": False,
        "Any": True,
    }


@pytest.mark.parametrize(
    ("expressions", "message"),
    [
        ({"A": {"Condition": "B"}, "B": {"Condition": "A"}}, "circular condition dependency"),
        ({"A": {"Condition": "Missing"}}, "condition dependency Missing"),
        ({"A": {"Fn::Equals": [{"Ref": "Bucket"}, "x"]}}, "Cannot reference resources"),
        ({"A": {"Fn::Join": ["", ["a"]]}}, "not a condition function"),
    ],
)
def test_conditions_that_cannot_hold_or_fail_are_refused(expressions: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        evaluate_conditions(expressions, SCOPE)


_DATA = st.recursive(
    st.booleans() | st.integers() | st.text().filter(lambda text: "{{resolve:" not in text),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text().filter(lambda key: key != "Ref" and not key.startswith("Fn::")), inner, max_size=3
        )
    ),
)


@given(_DATA)
def test_data_without_functions_stays_as_it_is(value: Any) -> None:
    assert resolve(value, SCOPE) == value


@given(st.text(alphabet=st.characters(exclude_characters="$")))
def test_a_sub_without_placeholders_is_its_text(text: str) -> None:
    assert resolve({"Fn::Sub": text}, SCOPE) == text


@given(st.lists(st.text(alphabet="abc", min_size=1), min_size=1))
def test_split_undoes_join(parts: list[str]) -> None:
    assert resolve({"Fn::Split": ["|", {"Fn::Join": ["|", parts]}]}, SCOPE) == parts
