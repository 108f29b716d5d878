"""README's commands for AWS, exactly as they stand there, typed at the released SAM CLI and AWS CLI."""

from __future__ import annotations

import json
import shutil
from functools import partial

import pytest

from tests.documented import deletion_with_production
from tests.e2e.held import until
from tests.e2e.sam.account import inventory
from tests.e2e.sam.conftest import TUNED, Changed, Compared, FirstStack, executions, packaged, stop
from tests.e2e.sam.local_invoke import finished_run
from tests.e2e.sam.terminal import Readme, Terminal, changes
from tests.template import FUNCTIONS, TEMPLATE

pytestmark = pytest.mark.timeout(1800)
WORKFLOWS = ("Comparison", "PromotionWorkflow")


def test_it_deploys_without_lambdas_python(terminal: Terminal, first: FirstStack) -> None:
    assert shutil.which("python3.13", path=terminal.path) is None

    for sentence in ("is a valid SAM Template", "Build Succeeded", "Successfully created/updated stack"):
        assert sentence in first.printed


def test_delete_leaves_nothing_but_the_data(terminal: Terminal, first: FirstStack) -> None:
    assert first.after - first.before == {f"s3 {first.bucket}"}

    versions = terminal.client("s3").list_object_versions(Bucket=first.bucket)["Versions"]
    assert [version["Key"] for version in versions] == ["Inputs/"]


def test_it_deploys_again_beside_the_data_that_were_kept(first: FirstStack, compared: Compared) -> None:
    assert "Successfully created/updated stack" in compared.deployed
    assert compared.outputs["BucketName"] != first.bucket


def test_a_third_algorithm_changes_one_function_and_the_workflow_that_calls_it(compared: Compared) -> None:
    changed = ("PlanRunFunction", "FunctionVersions", "Comparison")
    assert changes(compared.with_knn) == dict.fromkeys(changed, "Modify")


def test_what_a_rule_forbids_is_refused_in_its_words(terminal: Terminal, compared: Compared) -> None:
    deploy = "sam deploy --config-env local --parameter-overrides Algorithms=xgbost"
    printed = compared.packaged.run(f"! {deploy}")

    [rule] = TEMPLATE["Rules"]["AlgorithmsAreKnown"]["Assertions"]
    assert f"when calling the CreateChangeSet operation: {rule['AssertDescription']}" in printed
    [stack] = terminal.client("cloudformation").describe_stacks(StackName="bakeoff")["Stacks"]
    assert stack["StackStatus"] == "UPDATE_COMPLETE"


def test_an_upload_is_compared_by_the_built_artifacts(terminal: Terminal, compared: Compared) -> None:
    assert "The run has succeeded." in compared.watched

    compared_run = terminal.project / "runs" / finished_run(terminal) / "comparison.json"
    candidates = json.loads(compared_run.read_text())["candidates"]
    assert {item["name"]: item["status"] for item in candidates} == {
        "xgboost": "completed",
        "linear-learner": "completed",
        "knn": "completed",
    }
    assert compared_run.with_name("report.html").read_text().startswith("<!doctype html>")


def test_outputs_logs_and_a_comparison_by_hand(terminal: Terminal, compared: Compared) -> None:
    assert compared.outputs["BucketName"] in compared.looked_at
    assert "REPORT RequestId" in compared.looked_at

    outcomes = [execution["status"] for execution in executions(terminal, compared.outputs).values()]
    assert outcomes.count("SUCCEEDED") >= 2


def test_the_upload_event_that_sam_makes_up_starts_a_run(
    terminal: Terminal, compared: Compared, upload_event: str
) -> None:
    printed = terminal.run(f"sam remote invoke StartRunFunction --event-file {upload_event}")

    [run] = json.loads(printed.splitlines()[-1])["started"]
    assert run in executions(terminal, compared.outputs)
    stop(terminal, compared.outputs)
    # The workflow's log is written beside the execution.
    until(lambda: "ExecutionAborted" in terminal.run("sam logs --name Comparison"), "the end in the log")


def test_deploying_again_changes_nothing(changed: Changed) -> None:
    assert "No changes to deploy" in changed.unchanged


def test_a_change_of_code_and_workflow_is_deployed(
    terminal: Terminal, compared: Compared, changed: Changed
) -> None:
    code = {name: verb for name, verb in changes(changed.printed).items() if name.startswith("FunctionCode")}
    others = {name: verb for name, verb in changes(changed.printed).items() if name not in code}
    # A layer's version is never changed, but replaced.
    assert sorted(code.values()) == ["Add", "Delete"]
    assert others == dict.fromkeys(others, "Modify")
    assert {"StartRunFunction", "FunctionVersions", "Comparison"} <= others.keys()
    assert others.keys() <= {*FUNCTIONS, "FunctionVersions", *WORKFLOWS, "EmptyBucket", "Production"}

    assert json.loads(changed.reply.splitlines()[-1])["edition"] == 2
    machine = terminal.client("stepfunctions").describe_state_machine(
        stateMachineArn=compared.outputs["StateMachineArn"]
    )
    assert "The second edition" in machine["definition"]


@pytest.mark.usefixtures("changed")
def test_a_tuned_candidate_is_a_parameter(terminal: Terminal, compared: Compared) -> None:
    states, machine = terminal.client("stepfunctions"), compared.outputs["StateMachineArn"]
    s3, place = terminal.client("s3"), {"Bucket": compared.outputs["BucketName"]}

    states.start_execution(stateMachineArn=machine, name="tuned", input="{}")

    planned = partial(s3.list_objects_v2, **place, Prefix="runs/tuned/plan.json")
    until(lambda: planned()["KeyCount"], "the plan")
    stop(terminal, compared.outputs)
    plan = json.load(s3.get_object(**place, Key="runs/tuned/plan.json")["Body"])
    assert plan["settings"]["algorithms"]["value"] == TUNED.split(",")
    assert plan["settings"]["algorithms"]["source"] == "the stack's parameter Algorithms"
    jobs = {each["name"]: each.get("tuning", {}).get("jobs") for each in plan["candidates"]}
    assert jobs == {"xgboost-tuned": 20, "linear-learner": None}


@pytest.mark.usefixtures("emulated", "changed")
def test_delete_leaves_nothing_when_the_data_may_go(
    terminal: Terminal, readme: Readme, first: FirstStack, compared: Compared
) -> None:
    bucket = compared.outputs["BucketName"]
    stop(terminal, compared.outputs)
    terminal.run(f"aws s3 rm s3://{bucket}/Inputs/dataset1.csv")
    assert terminal.client("s3").list_object_versions(Bucket=bucket)["DeleteMarkers"]

    place = packaged(terminal)
    for command in deletion_with_production().splitlines():
        place.run(command, "y\ny\n")

    assert inventory(terminal) == first.after


def test_every_command_of_the_readme_was_run(readme: Readme) -> None:
    assert readme.left == []
