from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.production import ENDPOINT, REASON, Production


def test_a_pending_proposal_is_approved_and_what_follows_is_told(
    invoke: Invoke, production: Production
) -> None:
    production.propose("run-1")
    wanted = production.propose("run-2")
    result = invoke("approve", "run-2")

    assert result.exit_code == 0, result.stderr
    assert wanted["ModelApprovalStatus"] == "Approved"
    assert production.sagemaker.packages[0]["ModelApprovalStatus"] == "PendingManualApproval"
    assert result.stdout == f"Approved version 2 of {ENDPOINT}: knn of the run run-2\n"
    assert result.stderr.splitlines() == [
        f"This starts the promotion {ENDPOINT}-2.",
        "What becomes of it: bakeoff production",
    ]


def test_what_the_approval_starts_is_watched_if_asked(invoke: Invoke, production: Production) -> None:
    production.propose("run-1")
    result = invoke("approve", "run-1", "--watch", "--json")

    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["run_id"], told["version"], told["execution"]) == ("run-1", 1, f"{ENDPOINT}-1")
    assert told["promotion"]["outcome"] == "succeeded"
    assert told["promotion"]["production"]["record"]["why"] == REASON


def test_a_promotion_that_fails_after_its_approval_is_exit_code_1(
    invoke: Invoke, production: Production
) -> None:
    production.propose("run-1")
    production.fails_with = "ProbeMismatch", "It answers otherwise."
    result = invoke("approve", "run-1", "--watch")
    assert result.exit_code == 1
    assert f"the promotion {ENDPOINT}-1 has failed: It answers otherwise." in result.stderr


def test_an_approval_that_starts_nothing_is_told_in_time(
    invoke: Invoke, production: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bakeoff_cli.commands.production.approve.START_TIMEOUT", 0.005)
    production.propose("run-1")
    production.starts_promotions = False
    result = invoke("approve", "run-1", "--watch")
    assert result.exit_code == 2
    assert f"started no promotion {ENDPOINT}-1: see the log of the stack's Start" in result.stderr


def test_approving_twice_is_one_line(invoke: Invoke, production: Production) -> None:
    production.propose("run-1", LastModifiedBy={"IamIdentity": {"Arn": "arn:aws:iam::1:user/me"}})
    assert invoke("approve", "run-1", "--watch").exit_code == 0
    result = invoke("approve", "run-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "bakeoff: Version 1 of the run run-1 was approved before (last changed by arn:aws:iam::1:user/me), "
        f"and its promotion {ENDPOINT}-1 has succeeded; to promote it again: `bakeoff promote run-1`.\n"
    )


def test_of_two_who_approve_at_once_both_follow_the_one_promotion(
    invoke: Invoke, production: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one has approved, and the promotion has yet to begin."""
    package = production.propose("run-1", "Approved", LastModifiedTime=datetime.now(UTC))

    ask, asked = production.states.describe_execution, []

    def describe_execution(executionArn: str) -> dict[str, Any]:
        asked.append(executionArn)
        if len(asked) == 2:
            production.sagemaker.on_approval(package)
        return ask(executionArn)

    monkeypatch.setattr(production.states, "describe_execution", describe_execution)
    result = invoke("approve", "run-1", "--watch")

    assert result.exit_code == 0, result.stderr
    first, serves, _ = result.stdout.splitlines()
    assert first == f"Version 1 of {ENDPOINT} was approved before: knn of the run run-1"
    assert serves.startswith("Production serves knn of the run run-1, ")


@pytest.mark.parametrize("begun", [False, True])
def test_who_comes_second_is_told_what_the_first_one_started(
    invoke: Invoke, production: Production, begun: bool
) -> None:
    production.propose("run-1", "Approved", LastModifiedTime=datetime.now(UTC))
    if begun:
        production.past(f"{ENDPOINT}-1", {"run_id": "run-1"}, age=30, statuses=["RUNNING"])
    result = invoke("approve", "run-1")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0] == f"This starts the promotion {ENDPOINT}-1."


def test_an_approval_of_long_ago_without_a_promotion_is_one_line(
    invoke: Invoke, production: Production
) -> None:
    production.propose("run-1", "Approved")
    result = invoke("approve", "run-1", "--watch")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"and no promotion {ENDPOINT}-1 is known: it never began, or has been over" in result.stderr


def test_what_was_rejected_is_one_line(invoke: Invoke, production: Production) -> None:
    package = production.propose("run-1", "Rejected", LastModifiedBy={"UserProfileName": "ann"})
    result = invoke("approve", "run-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(
        "bakeoff: Version 1 of the run run-1 was rejected (last changed by ann): "
    )
    assert package["ModelApprovalStatus"] == "Rejected"


def test_a_run_that_proposed_nothing_is_one_line(invoke: Invoke, production: Production) -> None:
    production.decide("run-1", None, reason="Production keeps what it has.")
    result = invoke("approve", "run-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        result.stderr
        == "bakeoff: Decision about production of the run run-1: Production keeps what it has.\n"
    )


@pytest.mark.parametrize("others", [0, 2])
def test_a_proposal_that_is_not_registered_is_one_line(
    invoke: Invoke, production: Production, others: int
) -> None:
    for number in range(others):
        production.propose(f"other-{number}")
    production.decide("run-1")
    result = invoke("approve", "run-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "has no version in the Model Registry's group" in result.stderr
    assert result.stderr.endswith("`bakeoff promote run-1` needs none.\n")


def test_a_stale_proposal_is_warned_of(invoke: Invoke, production: Production) -> None:
    production.serve(production.version("new"))
    production.propose("run-1", champion=f"{ENDPOINT}-old")
    result = invoke("approve", "run-1")
    assert result.exit_code == 0
    assert result.stderr.startswith(
        f"bakeoff: this was decided while production served {ENDPOINT}-old, and now it serves {ENDPOINT}-new"
    )


def test_who_may_not_approve_is_told(invoke: Invoke, production: Production) -> None:
    package = production.propose("run-1")
    production.sagemaker.denied.add("UpdateModelPackage")
    result = invoke("approve", "run-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "AWS refused UpdateModelPackage" in result.stderr
    assert package["ModelApprovalStatus"] == "PendingManualApproval"


def test_a_watched_run_tells_what_it_decided_and_how_to_approve_that(
    invoke: Invoke, production: Production
) -> None:
    production.decide("run-1", mode="Propose")
    lines = invoke("watch", "run-1").stderr.splitlines()
    assert lines[-3:] == [f"Decision about production: {REASON}", "Approve it:", "  bakeoff approve run-1"]
    production.decide("run-2", None, mode="Propose")
    assert "Approve it:" not in invoke("watch", "run-2").stderr


def test_a_watched_run_that_promotes_by_itself_says_where_that_ends(
    invoke: Invoke, production: Production
) -> None:
    production.decide("run-3", mode="Automatic")
    *_, heading, command = invoke("watch", "run-3").stderr.splitlines()
    assert heading == "It is approved, and its promotion may still fail; see how that ends:"
    assert command == "  bakeoff production"
    production.decide("run-4", None, mode="Automatic")
    assert "bakeoff production" not in invoke("watch", "run-4").stderr
