"""Policy evaluation, by its rules and by examples of AWS's own documentation."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.iam.evaluation import Decision, Request, Verdict, decide, statements_of

ARN = "arn:aws:s3:::data/runs/1/plan.json"


def statement(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/runs/*", **elements}


def without(element: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in element.items() if name not in names}


def decided(
    *elements: dict[str, Any], action: str = "s3:GetObject", arn: str = ARN, **context: Any
) -> Decision:
    document = {"Version": "2012-10-17", "Statement": list(elements)}
    known = {name.replace("__", ":").replace("_", "-"): value for name, value in context.items()}
    return decide(statements_of("p", document), Request(action, arn, known))


def test_nothing_is_allowed_that_no_statement_allows() -> None:
    assert decided().verdict is Verdict.IMPLICITLY_DENIED
    assert decided(statement(), action="s3:PutObject").verdict is Verdict.IMPLICITLY_DENIED
    assert decided(statement(), arn="arn:aws:s3:::data/Inputs/a").verdict is Verdict.IMPLICITLY_DENIED


def test_an_allow_names_the_statement_that_allowed() -> None:
    decision = decided(statement(Sid="ReadRuns"))

    assert decision.allowed
    assert decision.statement is not None
    assert (decision.statement.policy, decision.statement.sid) == ("p", "ReadRuns")


def test_a_deny_beats_every_allow() -> None:
    decision = decided(statement(), statement("Deny", Action="s3:*", Resource="*"), statement())

    assert decision.verdict is Verdict.EXPLICITLY_DENIED


def test_a_single_statement_needs_no_list() -> None:
    document = {"Statement": statement()}

    assert decide(statements_of("p", document), Request("s3:GetObject", ARN)).allowed


@pytest.mark.parametrize(
    ("version", "expected"), [("2012-10-17", True), ("2008-10-17", False), (None, False)]
)
def test_only_policies_of_the_current_version_have_variables(version: str | None, expected: bool) -> None:
    document = {"Version": version} if version else {}
    element = statement(Resource="arn:aws:s3:::${aws:userid}/*")
    statements = statements_of("p", {**document, "Statement": element})

    def allows(bucket: str) -> bool:
        request = Request("s3:GetObject", f"arn:aws:s3:::{bucket}/a", {"aws:userid": "ann"})
        return decide(statements, request).allowed

    assert (allows("ann"), allows("${aws:userid}")) == (expected, not expected)


def test_action_names_ignore_case_and_resources_do_not() -> None:
    assert decided(statement(Action="S3:getobject")).allowed
    assert not decided(statement(Resource="arn:aws:s3:::data/RUNS/*")).allowed


def test_not_action_and_not_resource_mean_everything_else() -> None:
    others = without(statement(NotAction="s3:Delete*"), "Action")
    elsewhere = without(statement(NotResource="arn:aws:s3:::data/Inputs/*"), "Resource")

    assert decided(others).allowed
    assert not decided(others, action="s3:DeleteObject").allowed
    assert decided(elsewhere).allowed
    assert not decided(elsewhere, arn="arn:aws:s3:::data/Inputs/a").allowed


def test_conditions_are_all_required() -> None:
    both = statement(Condition={"StringEquals": {"aws:PrincipalAccount": "1", "aws:RequestedRegion": "x"}})

    assert decided(both, aws__principalaccount="1", aws__requestedregion="x").allowed
    assert not decided(both, aws__principalaccount="1", aws__requestedregion="y").allowed


@pytest.mark.parametrize(
    "condition", [{"StringResembles": {"aws:SourceIp": "1"}}, {"StringEquals": {"aws:Unheard": "1"}}]
)
def test_a_condition_that_cannot_be_judged_denies_and_says_so(condition: dict[str, Any]) -> None:
    allowing = decided(statement(Condition=condition))
    denying = decided(statement(), statement("Deny", Condition=condition))

    assert allowing.verdict is Verdict.IMPLICITLY_DENIED
    assert denying.verdict is Verdict.EXPLICITLY_DENIED
    assert "not known to the embedded AWS" in allowing.problems[0]


def test_an_unknown_key_does_not_hide_behind_one_that_fails() -> None:
    condition = {"StringEquals": {"aws:PrincipalAccount": "other", "aws:Unheard": "1"}}

    decision = decided(statement(), statement("Deny", Condition=condition), aws__principalaccount="1")

    assert decision.verdict is Verdict.EXPLICITLY_DENIED


def test_a_resource_policy_speaks_to_its_principals_only() -> None:
    document = {"Statement": {**statement(), "Principal": {"AWS": ["arn:aws:iam::1:role/reader"]}}}
    statements = statements_of("bucket policy", document)

    assert decide(statements, Request("s3:GetObject", ARN, {}, ("arn:aws:iam::1:role/reader",))).allowed
    assert not decide(statements, Request("s3:GetObject", ARN, {}, ("arn:aws:iam::1:role/writer",))).allowed


ACTIONS = st.sampled_from(["s3:GetObject", "s3:PutObject", "s3:*", "*", "sns:Publish"])
RESOURCES = st.sampled_from(["*", "arn:aws:s3:::data/*", "arn:aws:s3:::data/runs/*", "arn:aws:s3:::other/*"])
STATEMENTS = st.builds(statement, st.sampled_from(["Allow", "Deny"]), Action=ACTIONS, Resource=RESOURCES)


@given(st.lists(STATEMENTS, max_size=6))
def test_the_order_of_statements_never_matters(elements: list[dict[str, Any]]) -> None:
    assert decided(*elements).verdict is decided(*reversed(elements)).verdict


@given(st.lists(STATEMENTS, max_size=6), STATEMENTS)
def test_another_deny_never_permits_and_another_allow_never_forbids(
    elements: list[dict[str, Any]], extra: dict[str, Any]
) -> None:
    before, after = decided(*elements).allowed, decided(*elements, extra).allowed

    assert after <= before if extra["Effect"] == "Deny" else after >= before


@given(st.lists(STATEMENTS, max_size=6))
def test_what_a_deny_for_everything_joins_is_denied(elements: list[dict[str, Any]]) -> None:
    decision = decided(*elements, statement("Deny", Action="*", Resource="*"))

    assert decision.verdict is Verdict.EXPLICITLY_DENIED
