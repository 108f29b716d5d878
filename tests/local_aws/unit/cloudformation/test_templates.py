"""Templates are read, their parameters valued and their resources ordered as on AWS."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.cloudformation.exceptions import ValidationError

from local_aws.services.cloudformation.resource import Identity, Request
from local_aws.services.cloudformation.template.document import parse, transforms
from local_aws.services.cloudformation.template.parameters import parameter_values, typed
from local_aws.services.cloudformation.template.references import Reference, in_order, references

TEMPLATE = """
AWSTemplateFormatVersion: 2010-09-09
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Resources:
  R:
    Type: T
    Properties:
      Policy: {Version: 2012-10-17}
      Short: !GetAtt A.B.C
      List: !GetAtt [A, B]
      Sub: !Sub ["${X}", {X: !Ref Y}]
      If: !If [C, !Ref AWS::NoValue, [!Ref Y]]
      Include: !Transform {Name: AWS::Include}
      Condition: !Condition C
"""


def test_short_tags_become_long_functions_and_dates_stay_texts() -> None:
    template = parse(TEMPLATE)

    assert template["AWSTemplateFormatVersion"] == "2010-09-09"
    assert template["Resources"]["R"]["Properties"] == {
        "Policy": {"Version": "2012-10-17"},
        "Short": {"Fn::GetAtt": ["A", "B.C"]},
        "List": {"Fn::GetAtt": ["A", "B"]},
        "Sub": {"Fn::Sub": ["${X}", {"X": {"Ref": "Y"}}]},
        "If": {"Fn::If": ["C", {"Ref": "AWS::NoValue"}, [{"Ref": "Y"}]]},
        "Include": {"Fn::Transform": {"Name": "AWS::Include"}},
        "Condition": {"Condition": "C"},
    }
    assert transforms(template) == ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"]


def test_defaults_are_texts_and_given_values_win() -> None:
    declared = {
        "Flag": {"Type": "String", "Default": True},
        "Share": {"Type": "Number", "Default": 0.7},
        "Names": {"Type": "CommaDelimitedList", "Default": "a, b"},
        "None": {"Type": "CommaDelimitedList", "Default": ""},
    }

    values = parameter_values(declared, {"Share": "0.50"})

    assert values == {"Flag": "true", "Share": "0.50", "Names": "a, b", "None": ""}
    assert typed(declared, values) == {"Flag": "true", "Share": "0.50", "Names": ["a", "b"], "None": [""]}


def test_references_are_found_in_the_branches_that_count() -> None:
    expression: Any = [
        {"Fn::If": ["Yes", {"Ref": "Taken"}, {"Ref": "Left"}]},
        {"Fn::Sub": ["${A} ${B.Arn} ${Own} ${!Literal}", {"Own": {"Fn::GetAtt": ["C", "Arn"]}}]},
    ]

    assert set(references(expression, {"Yes": True})) == {
        Reference("Taken", None),
        Reference("A", None),
        Reference("B", "Arn"),
        Reference("C", "Arn"),
    }


_NAMES = st.sampled_from("abcdef")


@given(st.dictionaries(_NAMES, st.sets(_NAMES)))
def test_everything_comes_after_what_it_depends_on(wanted: dict[str, set[str]]) -> None:
    # Only earlier letters, so that there is no circle.
    dependencies = {name: {other for other in others if other < name} for name, others in wanted.items()}

    order = in_order(dependencies)

    for name, others in dependencies.items():
        assert all(order.index(other) < order.index(name) for other in others)


def test_a_circle_is_named() -> None:
    with pytest.raises(ValidationError, match=r"Circular dependency between resources: \[a, b, c\]"):
        in_order({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()})


@given(
    st.from_regex(r"[a-zA-Z][-a-zA-Z0-9]{0,127}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9]{1,255}", fullmatch=True),
    st.sampled_from([63, 64, 80, 255]),
)
def test_generated_names_are_short_enough_and_never_the_same(
    stack: str, logical_id: str, longest: int
) -> None:
    request = Request(logical_id, "T", Identity("arn", stack, "us-east-1", "1"), {}, {})

    first, second = request.name("Name", longest), request.name("Name", longest)

    assert len(first) <= longest
    assert first != second
    assert first.startswith(f"{stack[:5]}")


def test_a_given_name_is_taken_as_it_is() -> None:
    request = Request("R", "T", Identity("arn", "stack", "us-east-1", "1"), {"Name": "mine"}, {})

    assert request.name("Name") == "mine"
