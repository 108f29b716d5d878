"""A template's rules allow and forbid as on AWS."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.cloudformation.exceptions import ValidationError

from local_aws.services.cloudformation.template.rules import RuleScope, check_rules

SCOPE = RuleScope(
    values={
        "Stage": "prod",
        "Count": "3",
        "Names": ["a", "b"],
        "None": [""],
        "AWS::Region": "us-east-1",
    },
    types={"Stage": "String", "Count": "Number", "Names": "CommaDelimitedList", "None": "CommaDelimitedList"},
)
TRUE: dict[str, Any] = {"Fn::Equals": ["x", "x"]}
FALSE: dict[str, Any] = {"Fn::Equals": ["x", "y"]}


def rule(asserted: Any, condition: Any = None) -> dict[str, Any]:
    body = {"Assertions": [{"Assert": asserted, "AssertDescription": "not so"}]}
    return {"Rule": body if condition is None else {**body, "RuleCondition": condition}}


def allows(asserted: Any, condition: Any = None, scope: RuleScope = SCOPE) -> bool:
    try:
        check_rules(rule(asserted, condition), scope)
    except ValidationError as err:
        assert err.message == "not so"
        return False
    return True


@pytest.mark.parametrize(
    ("asserted", "expected"),
    [
        ({"Fn::Equals": [{"Ref": "Stage"}, "prod"]}, True),
        ({"Fn::Equals": [{"Ref": "Stage"}, "dev"]}, False),
        # A template's number is compared as the text that it is.
        ({"Fn::Equals": [{"Ref": "Count"}, 3]}, True),
        ({"Fn::Equals": [{"Ref": "Count"}, "3.0"]}, False),
        ({"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}, True),
        ({"Fn::Contains": [["dev", "prod"], {"Ref": "Stage"}]}, True),
        ({"Fn::Contains": [["dev"], {"Ref": "Stage"}]}, False),
        ({"Fn::Contains": [{"Ref": "Names"}, "b"]}, True),
        ({"Fn::Contains": [{"Ref": "None"}, ""]}, True),
        ({"Fn::EachMemberEquals": [{"Ref": "None"}, ""]}, True),
        ({"Fn::EachMemberEquals": [{"Ref": "Names"}, "a"]}, False),
        ({"Fn::EachMemberIn": [{"Ref": "Names"}, ["c", "b", "a"]]}, True),
        ({"Fn::EachMemberIn": [{"Ref": "Names"}, ["a"]]}, False),
        ({"Fn::EachMemberIn": [{"Fn::RefAll": "CommaDelimitedList"}, ["a", "b", ""]]}, True),
        ({"Fn::EachMemberIn": [{"Fn::RefAll": "String"}, ["dev"]]}, False),
        ({"Fn::And": [TRUE, TRUE, FALSE]}, False),
        ({"Fn::Or": [FALSE, {"Fn::Not": [FALSE]}]}, True),
    ],
)
def test_a_function_decides(asserted: Any, expected: bool) -> None:
    assert allows(asserted) is expected
    assert allows({"Fn::Not": [asserted]}) is not expected


def test_a_rule_applies_when_its_condition_holds() -> None:
    assert allows(FALSE, condition=FALSE)
    assert not allows(FALSE, condition=TRUE)


def test_the_first_assertion_that_does_not_hold_is_told() -> None:
    assertions = [{"Assert": part, "AssertDescription": name} for part, name in ((TRUE, "a"), (FALSE, "b"))]

    with pytest.raises(ValidationError, match=r": b$"):
        check_rules({"Rule": {"Assertions": assertions}}, SCOPE)
    with pytest.raises(ValidationError, match="An assertion of the rule Rule does not hold"):
        check_rules({"Rule": {"Assertions": [{"Assert": FALSE}]}}, SCOPE)


@pytest.mark.parametrize(
    ("asserted", "message"),
    [
        ({"Fn::If": ["C", TRUE, FALSE]}, "Rules do not know Fn::If"),
        ({"Fn::Equals": [{"Fn::Join": ["", {"Ref": "Names"}]}, ""]}, "Rules do not know Fn::Join"),
        ({"Condition": "C"}, "Rules do not know Condition"),
        ({}, "Rules do not know an empty function"),
        ({"Ref": "Stage"}, "must be true or false"),
        ({"Fn::Not": [{"Ref": "Stage"}]}, "must be true or false"),
        (["a"], "must be true or false"),
        ({"Fn::Equals": [{"Ref": "Names"}, "a"]}, "expected a text"),
        ({"Fn::EachMemberIn": [{"Ref": "Stage"}, ["prod"]]}, "expected a list"),
        ({"Fn::Equals": [{"Ref": "Bucket"}, "a"]}, "refers to Bucket, which is no parameter"),
        ({"Fn::Equals": ["a"]}, "Fn::Equals in a rule takes a list of 2"),
        ({"Fn::Not": [TRUE, TRUE]}, "Fn::Not in a rule takes a list of 1"),
        ({"Fn::Or": [TRUE, {"Fn::Never": []}]}, "Rules do not know Fn::Never"),
        ({"Fn::And": [TRUE]}, "Fn::And in a rule takes a list of 2 to 10"),
        ({"Fn::Or": [TRUE] * 11}, "Fn::Or in a rule takes a list of 2 to 10"),
        ({"Fn::Contains": "ab"}, "Fn::Contains in a rule takes a list of 2"),
        ({"Fn::Equals": [{"Fn::ValueOf": ["Stage", "VpcId"]}, "a"]}, "does not implement Fn::ValueOf,"),
        (
            {"Fn::EachMemberIn": [{"Fn::ValueOfAll": ["AWS::EC2::VPC::Id", "Tags.A"]}, ["a"]]},
            "does not implement Fn::ValueOfAll",
        ),
    ],
)
def test_what_cannot_be_evaluated_is_refused_even_where_the_rule_does_not_apply(
    asserted: Any, message: str
) -> None:
    for condition in (TRUE, FALSE):
        with pytest.raises(ValidationError, match=message):
            check_rules(rule(asserted, condition), SCOPE)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"A-b": {"Assertions": [{"Assert": TRUE}]}}, "must be alphanumeric"),
        ({"A": {}}, "must have a list of Assertions"),
        ({"A": {"Assertions": []}}, "must have a list of Assertions"),
        ({"A": {"Assertions": [{}]}}, "must have an Assert"),
        ({"A": {"Assertions": [{"Assert": TRUE, "Oops": 1}]}}, "unknown member Oops"),
        ({"A": {"Assertions": [{"Assert": TRUE, "AssertDescription": 1}]}}, "must be a string"),
        ({"A": {"Assertions": [{"Assert": TRUE}], "Condition": "C"}}, "unknown member Condition"),
    ],
)
def test_a_malformed_rule_is_refused(rules: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        check_rules(rules, SCOPE)


TEXTS = st.lists(st.sampled_from("abc"), min_size=1)


@given(TEXTS, TEXTS)
def test_each_member_is_in_a_list_that_contains_each_of_them(listed: list[str], allowed: list[str]) -> None:
    scope = RuleScope({"L": listed, "A": allowed}, {})
    contained = [allows({"Fn::Contains": [{"Ref": "A"}, text]}, scope=scope) for text in listed]

    assert allows({"Fn::EachMemberIn": [{"Ref": "L"}, {"Ref": "A"}]}, scope=scope) is all(contained)
