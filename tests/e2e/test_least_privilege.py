"""No statement of any policy is superfluous, and none is missing.

One stack lives from its deployment to its deletion: a comparison, a candidate that fails, runs that are
stopped while they prepare data and while they train, and promotions. Whatever its roles ask for on the way is
recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_aws.embedded import EmbeddedAws
from local_aws.services.iam.evaluation import statements_of
from local_aws.services.iam.questions import answer
from tests.e2e.needs import Part, parts_of, unneeded
from tests.e2e.roles import Evidence, gather
from tests.e2e.stack import halves

REMOVED = ("PlanRunFunctionRole", "ListInputs")
# Who creates endpoints, and in whose name they run.
HOSTING = ("ComparisonRole", "SageMakerRole", "PromotionRole", "ProductionRole")
# What no run here uses -> why it is kept all the same.
KEPT = {
    "SageMakerRole/data/WriteRuns: Action s3:AbortMultipartUpload": "EMRFS aborts the upload of a file above "
    "128 MB when its task fails; without it, parts stay and cost money",
    **dict.fromkeys(
        (
            *(f"{role}/encrypt-disks/LookAtKey: the statement" for role in HOSTING),
            "ProductionRole/encrypt-disks/LendKeyToDisks: the statement",
        ),
        "whether hosting uses a disk's key in the caller's or the role's name is not documented",
    ),
}
_EXPLANATION = """
Nothing that the runs do needs this any more:
  {}
Either no code needs it: then take it out of template.yaml. Or the runs of tests/e2e/roles.py do not come by:
let them do what needs it, or have the embedded AWS ask for it where AWS does. Only where neither is possible,
add the line to KEPT with the reason."""


@pytest.fixture(scope="module")
def evidence(embedded: EmbeddedAws, abalone: Path) -> Evidence:
    rows = halves(abalone)[0].splitlines(keepends=True)[:300]
    return gather(embedded, "bakeoff-roles", b"".join(rows), *REMOVED)


@pytest.fixture(scope="module")
def parts(evidence: Evidence) -> list[Part]:
    return [part for role in evidence.roles.values() for part in parts_of(role)]


def test_nobody_oversteps_a_role(evidence: Evidence) -> None:
    roles = {role.name for role in evidence.roles.values()}
    refused = [each for each in evidence.recorded if not each.judgement.allowed]

    assert evidence.happy["status"] == "SUCCEEDED", evidence.happy.get("cause")
    assert [each for each in refused if each.question.role in roles] == []


def test_every_statement_action_and_resource_is_needed(
    evidence: Evidence, parts: list[Part], record_property: Callable[[str, object], None]
) -> None:
    found = {str(part) for part in unneeded(parts, evidence.recorded + evidence.by_hand)}

    superfluous = sorted(found - KEPT.keys())
    assert not superfluous, _EXPLANATION.format("\n  ".join(superfluous))
    assert KEPT.keys() <= found, "the runs use it now: take it out of KEPT"
    record_property("summary", _summary(evidence, parts))


def test_the_runs_deploy_every_policy_of_the_template(evidence: Evidence) -> None:
    resources = evidence.template["Resources"]
    deployed = {name: {each.sid for each in role.statements} for name, role in evidence.roles.items()}

    for name, resource in resources.items():
        for document, role in _documents(name, resource):
            sids = {each.sid for each in statements_of(name, document)}
            assert sids <= deployed.get(role, set()), (
                f"{name} is not deployed: choose parameters in tests/e2e/roles.py that meet its condition"
            )


def test_a_result_that_is_missing_is_told_from_one_that_may_not_be_read(evidence: Evidence) -> None:
    """Although only runs may be listed: a candidate of the stopped run left nothing at all."""
    errors = {each["name"]: each["error"] for each in evidence.unfinished["candidates"]}

    assert "max_depth" in errors["misspelled"]
    assert errors["hanging"].startswith("Neither a result nor a failure was recorded")


def test_without_a_statement_a_real_run_fails_as_aws_would_let_it(evidence: Evidence) -> None:
    removed = evidence.removed
    [denial] = removed.denials

    assert (removed.described["status"], removed.described["error"]) == ("FAILED", "AccessDenied")
    assert (
        f"assumed-role/{removed.role.name}/" in removed.described["cause"]
        and " is not authorized to perform: s3:ListBucketVersions on resource: " in removed.described["cause"]
        and "because no identity-based policy allows the s3:ListBucketVersions action"
        in removed.described["cause"]
    )
    # The recorded question, asked again of the policies with and without the statement, says the same.
    remaining = [each for each in removed.role.statements if each.sid != removed.sid]
    assert answer(denial.question, remaining) == denial.judgement
    assert answer(denial.question, removed.role.statements).allowed


def test_production_goes_with_the_stack_that_deletes_it(evidence: Evidence) -> None:
    before, after = evidence.production

    # The endpoint and its group have one name, and so have the configuration and model that it serves with.
    assert (len(before), after) == (2, set())


def test_a_job_has_no_business_outside_of_its_prefixes(evidence: Evidence) -> None:
    caller = f"assumed-role/{evidence.roles['SageMakerRole'].name}/SageMaker"

    assert set(evidence.trespasses) == {"get_object private/1", "put_object Inputs/mine", "put_object x"}
    for told in evidence.trespasses.values():
        assert "AccessDenied" in told and f"{caller} is not authorized to perform: s3:" in told


def _documents(name: str, resource: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """The policy documents of a role, or of a policy with the roles that it is for."""
    properties = resource.get("Properties", {})
    if resource["Type"] == "AWS::IAM::Role":
        return [(policy["PolicyDocument"], name) for policy in properties.get("Policies", [])]
    if resource["Type"] == "AWS::IAM::Policy":
        return [(properties["PolicyDocument"], _deployed(role)["Ref"]) for role in properties["Roles"]]
    return []


def _deployed(role: dict[str, Any]) -> dict[str, Any]:
    """Whatever condition a role has must hold."""
    _, chosen, _ = role.get("Fn::If", (None, role, None))
    return dict(chosen)


def _summary(evidence: Evidence, parts: list[Part]) -> str:
    statements = sum(part.what == "the statement" for part in parts)
    return (
        f"least privilege: {len(evidence.roles)} roles, {statements} statements, "
        f"{len(parts) - statements} actions and resources taken out one by one: all needed "
        f"but {len(KEPT)} kept with a reason, by {len(evidence.recorded)} recorded decisions"
    )
