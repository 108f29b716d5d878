from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account, arn_of
from tests.unit.bakeoff_cli.production import ENDPOINT, REASON, Production


def test_a_run_s_decision_is_watched_until_production_serves_it(
    invoke: Invoke, production: Production
) -> None:
    production.decide("run-1")
    result = invoke("promote", "run-1")

    assert result.exit_code == 0, result.stderr
    [config] = production.sagemaker.configs
    assert production.states.given == [{"run_id": "run-1"}]
    assert result.stdout.splitlines() == [
        f"Production serves knn of the run run-1, with the configuration {config}.",
        f"Why: {REASON}",
    ]
    steps = [line.split("s  ")[-1] for line in result.stderr.splitlines()]
    assert steps[0].startswith("Following the promotion promotion-")
    assert steps[1:] == [
        "Take production",
        "Await endpoint",
        "Probe production",
        "The promotion has succeeded.",
    ]


def test_a_program_gets_what_is_live(invoke: Invoke, production: Production) -> None:
    production.decide("run-1")
    told = json.loads(invoke("promote", "run-1", "--json").stdout)

    assert (told["status"], told["outcome"], told["changed"]) == ("SUCCEEDED", "succeeded", True)
    assert told["cause"] is None and told["execution"].startswith("promotion-")
    live = told["production"]
    assert (live["endpoint"], live["status"], live["record"]["run"]) == (ENDPOINT, "InService", "run-1")


def test_a_run_is_also_named_by_its_arn(invoke: Invoke, production: Production) -> None:
    production.decide("run-1")
    assert invoke("promote", arn_of("run-1")).exit_code == 0
    assert production.states.given == [{"run_id": "run-1"}]


def test_a_superseded_run_is_the_one_that_has_its_data(invoke: Invoke, production: Production) -> None:
    production.decide("carrier")
    production.account.add_superseded("waiting", by="carrier")
    assert invoke("promote", "waiting").exit_code == 0
    assert production.states.given == [{"run_id": "carrier"}]


def test_a_run_that_step_functions_has_forgotten_is_promoted(invoke: Invoke, production: Production) -> None:
    production.decide("run-1")
    production.states.executions.clear()
    assert invoke("promote", "run-1").exit_code == 0


ERRORS = {
    "NothingToPromote": "Start a new run, or name another one.",
    "ProductionMoved": "Start a new run: it decides about production as it is now.",
    "PromotionRolledBack": "Remove the reason, as an alarm's or a quota's, and promote the run again.",
    "ProbeMismatch": "Its model does not answer as it was judged: start a new run.",
    "ProductionMixed": "Look at the endpoint in the SageMaker console, and update it by hand.",
    "ProductionDown": "Delete the endpoint; then go back to a version, or promote a run that is made then.",
    "SageMaker.AmazonSageMakerException": "Remove the cause, and promote the run again.",
}


@pytest.mark.parametrize(("error", "cure"), ERRORS.items())
def test_a_promotion_that_fails_tells_why_what_is_live_and_the_cure(
    invoke: Invoke, production: Production, error: str, cure: str
) -> None:
    production.serve(production.version("old"))
    production.decide("run-1")
    production.fails_with = error, "It did not work."

    result = invoke("promote", "run-1")

    assert result.exit_code == 1
    assert (
        result.stdout == f"Production serves knn of the run run-0, with the configuration {ENDPOINT}-old.\n"
    )
    *_, complaint, told = result.stderr.splitlines()
    assert complaint.startswith("bakeoff: the promotion promotion-")
    assert complaint.endswith("has failed: It did not work.")
    assert told == cure
    document = json.loads(invoke("promote", "run-1", "--json").stdout)
    assert (document["outcome"], document["error"], document["cause"]) == (
        "failed",
        error,
        "It did not work.",
    )


def test_a_promotion_that_runs_out_of_time_says_so(invoke: Invoke, production: Production) -> None:
    production.decide("run-1")
    production.fails_with = "States.Timeout", ""
    result = invoke("promote", "run-1")
    assert result.exit_code == 1
    assert "has timed out: It took longer than the workflow allows." in result.stderr
    assert result.stdout == f"Nothing is in production: there is no endpoint {ENDPOINT}.\n"


def test_what_production_serves_already_is_told_as_that(invoke: Invoke, production: Production) -> None:
    production.decide("run-1")
    config = production.version("old", run="run-1")
    production.serve(config)
    execution = production.past("once", {}, 0, output={"config": config})
    production.states.on_promotion = lambda name, given: execution

    result = invoke("promote", "run-1")

    assert result.exit_code == 0, result.stderr
    assert "Production served it already, so nothing was changed." in result.stderr.splitlines()


def test_success_is_what_the_endpoint_says_and_not_the_workflow(
    invoke: Invoke, production: Production
) -> None:
    """Somebody changed the endpoint between the workflow's end and now."""
    production.decide("run-1")
    other = production.version("other")
    ends = production.states.on_promotion

    def ends_and_moves(name: str, given: dict[str, Any]) -> Any:
        execution = ends(name, given)
        production.serve(other)
        return execution

    production.states.on_promotion = ends_and_moves
    result = invoke("promote", "run-1")

    assert result.exit_code == 1
    assert "has succeeded, but production has changed again since." in result.stderr
    assert f"with the configuration {other}" in result.stdout


def test_ctrl_c_ends_the_watching_and_not_the_promotion(invoke: Invoke, production: Production) -> None:
    production.decide("run-1")

    def interrupt() -> None:
        raise KeyboardInterrupt

    production.states.before_describing = interrupt
    execution = production.past("slow", {}, 0, statuses=["RUNNING"])
    production.states.on_promotion = lambda name, given: execution
    result = invoke("promote", "run-1")

    assert result.exit_code == 130
    name = next(name for name in production.states.promotions if name.startswith("promotion-"))
    assert f"bakeoff: no longer watched; the promotion {name} goes on in AWS." in result.stderr.splitlines()
    assert "  bakeoff production" in result.stderr.splitlines()


def test_a_run_that_promotes_nothing_says_why(invoke: Invoke, production: Production) -> None:
    production.decide("run-1", None, reason="Production keeps knn of run run-0: nobody is better.")
    result = invoke("promote", "run-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "bakeoff: Decision about production of the run run-1: Production keeps knn of run run-0: nobody is "
        "better.\n"
    )
    assert production.states.given == []


@pytest.mark.parametrize(
    ("execution", "sentence"),
    [
        ({"statuses": ["SUCCEEDED"]}, "because Promotion was Off when it was planned"),
        ({"statuses": ["FAILED"], "error": "NoInputData"}, "because it has failed"),
        ({"statuses": ["RUNNING"]}, "goes on, and has decided nothing yet"),
    ],
)
def test_a_run_without_a_decision_says_why_there_is_none(
    invoke: Invoke, production: Production, execution: dict[str, Any], sentence: str
) -> None:
    production.account.add_run("run-1", **execution)
    result = invoke("promote", "run-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("bakeoff: The run run-1 ") and sentence in result.stderr


@pytest.mark.parametrize(
    "run",
    ["nope", "../run-1", "runs/run-1", "", " ", "ünicode", "a" * 300, "\x1b[31m", "a:b", "*"],
)
@pytest.mark.parametrize("command", ["promote", "approve"])
def test_a_run_that_is_none_is_one_line(
    invoke: Invoke, production: Production, command: str, run: str
) -> None:
    production.decide("run-1")
    result = invoke(command, run)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("bakeoff: The stack 'bakeoff' has no run ")
    assert "`bakeoff history` names" in result.stderr and "newest" not in result.stderr
    assert result.stderr.count("\n") == 1 and "\x1b" not in result.stderr
    assert production.states.given == []


def test_a_run_of_another_stack_is_one_line(invoke: Invoke, production: Production) -> None:
    result = invoke("promote", "arn:aws:states:eu-west-1:123456789012:execution:other:run-1")
    assert result.exit_code == 2 and "is no run of the stack 'bakeoff'" in result.stderr


@pytest.mark.parametrize(
    "document",
    [[], "no", {"schema_version": 2}, {"schema_version": 1, "run_id": "run-1"}, {"candidate": 3}],
)
def test_a_damaged_decision_is_one_line(invoke: Invoke, production: Production, document: Any) -> None:
    production.decide("run-1")
    production.put("runs/run-1/promotion.json", document)
    result = invoke("promote", "run-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "promotion.json" in result.stderr and result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "command",
    [
        ("promote", "run-1"),
        ("approve", "run-1"),
        ("rollback",),
        ("production",),
        ("predict", "a", "production"),
    ],
)
def test_with_promotion_off_every_command_is_one_line(
    invoke: Invoke, account: Account, command: tuple[str, ...], tmp_path: Any
) -> None:
    (tmp_path / "a").write_text("a,b\n1,2\n")
    result = invoke(*command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "bakeoff: The stack 'bakeoff' has no production, because its parameter Promotion is Off: deploy it "
        "with Promotion=Propose or Promotion=Automatic.\n"
    )


def test_what_aws_refuses_is_one_line(invoke: Invoke, production: Production) -> None:
    production.sagemaker.denied.add("DescribeEndpoint")
    result = invoke("production")
    assert result.exit_code == 2
    assert result.stderr == (
        "bakeoff: AWS refused DescribeEndpoint: You may not DescribeEndpoint. (AccessDeniedException).\n"
    )


def test_stack_profile_and_region_are_those_that_are_named(invoke: Invoke, production: Production) -> None:
    production.account.cloudformation.stack_name = "other"
    production.decide("run-1")
    named = ("--stack-name", "other", "--profile", "me", "--region", "eu-west-1")
    assert invoke("promote", "run-1", *named).exit_code == 0
    assert production.account.seen_as == ("me", "eu-west-1")
