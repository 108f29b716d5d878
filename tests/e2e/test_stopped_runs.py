"""What a run leaves when it ends without its own clean-up is given back by the janitor, in its own role."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from botocore import xform_name

from bakeoff.domain.run.names import resource_name, tuning_name
from local_aws.services import iam
from local_aws.services.eventbridge.schedules import clock
from tests.e2e.held import SHELL, TUNED_SHELL, Containers, until
from tests.e2e.orphans import ROWS, Orphans, prepare
from tests.e2e.stack import Stack

HANGING = {"name": "hanging", "algorithm": "xgboost", "image_uri": SHELL}
DEPLOYING = {**HANGING, "name": "deploying"}
SEARCHING = {**HANGING, **TUNED_SHELL, "name": "searching"}
# What a model's server is known by where a job is by its name: the variant of its endpoint.
VARIANT = "candidate"
FINISHED = "finished-long-ago"


@pytest.fixture(autouse=True)
def within_its_role(stack: Stack) -> Iterator[None]:
    before = len(iam.denials())
    yield
    assert iam.denials()[before:] == []


def job_of(stack: Stack, kind: str, run_id: str, role: str) -> str:
    """The name of a run's "Training" or "Processing" job, which tells its attempts too, once there is one."""
    prefix = resource_name(stack.outputs["ResourcePrefix"], run_id, role)
    list_jobs = getattr(stack.aws.instance.client("sagemaker"), f"list_{kind.lower()}_jobs")
    summaries: list[dict[str, Any]] = []

    def exists() -> bool:
        summaries[:] = list_jobs(NameContains=prefix)[f"{kind}JobSummaries"]
        return bool(summaries)

    until(exists, f"the {kind} job of {role}")
    return str(summaries[0][f"{kind}JobName"])


def status_of(stack: Stack, kind: str, name: str) -> str:
    describe = getattr(stack.aws.instance.client("sagemaker"), f"describe_{xform_name(kind)}_job")
    return str(describe(**{f"{kind}JobName": name})[f"{kind}JobStatus"])


def _has_status(status: str, stack: Stack, kind: str, name: str) -> bool:
    return status_of(stack, kind, name) == status


def log_of_the_janitor(stack: Stack) -> str:
    logs, group = stack.aws.instance.client("logs"), stack.physical_id("SweepResourcesLogs")
    return "".join(event["message"] for event in logs.filter_log_events(logGroupName=group)["events"])


def test_a_run_stopped_while_it_prepares_stops_its_job(stack: Stack, held: Containers) -> None:
    stack.upload("Inputs/rows.csv", ROWS.encode())
    stack.begin("stopped-early", {})
    job = job_of(stack, "Processing", "stopped-early", "prepare")

    stack.stop("stopped-early")

    until(lambda: status_of(stack, "Processing", job) == "Stopped", "the job's end")
    # and the janitor writes what the run has cost by then
    until(lambda: "runs/stopped-early/receipt.json" in stack.keys("runs/stopped-early/"), "the receipt")
    receipt = json.loads(stack.read("runs/stopped-early/receipt.json"))
    assert [line["name"] for line in receipt["lines"] if line["kind"] == "processing"] == [job]


def test_a_run_stopped_while_it_trains_and_deploys_leaves_nothing(stack: Stack, held: Containers) -> None:
    # Given a run that trains one candidate and is about to deploy the other, whose server answers nobody
    run_id = "stopped-late"
    prepare(stack, run_id)
    stack.upload("Inputs/rows.csv", ROWS.encode())
    stack.begin(run_id, {"algorithms": [HANGING, DEPLOYING]})
    held.go_on(job_of(stack, "Processing", run_id, "prepare"), "true")
    training = job_of(stack, "Training", run_id, "hanging")
    held.go_on(job_of(stack, "Training", run_id, "deploying"), "true")
    sagemaker = stack.aws.instance.client("sagemaker")
    until(lambda: sagemaker.list_endpoints(StatusEquals="Creating")["Endpoints"], "the endpoint")

    # When it is stopped
    stack.stop(run_id)

    # Then the event of its end brings the janitor at once, which finds the endpoint on its way
    until(lambda: "endpoint " in log_of_the_janitor(stack), "the first pass")
    # and comes back when Lambda repeats the event, or else with the schedule
    held.go_on(VARIANT, "exit 1")
    until_swept(stack, lambda: stack.leftovers() == [])
    assert status_of(stack, "Training", training) == "Stopped"
    # and what was deployed is on the receipt, although no state of the workflow saw it go
    receipt = json.loads(stack.read(f"runs/{run_id}/receipt.json"))
    assert len([line for line in receipt["lines"] if line["kind"] == "hosting"]) == 1


def test_a_run_stopped_while_it_tunes_stops_its_tuning_job_and_all_that_it_began(
    stack: Stack, held: Containers
) -> None:
    run_id = "stopped-tuning"
    prepare(stack, run_id)
    stack.upload("Inputs/rows.csv", ROWS.encode())
    stack.begin(run_id, {"algorithms": [SEARCHING]})
    held.go_on(job_of(stack, "Processing", run_id, "prepare"), "true")
    sagemaker = stack.aws.instance.client("sagemaker")
    tuning = f"{tuning_name(stack.outputs['ResourcePrefix'], run_id, 0)}0"
    listed = partial(sagemaker.list_training_jobs, NameContains=f"{tuning}-")
    until(lambda: listed()["TrainingJobSummaries"], "the first training job")

    stack.stop(run_id)

    until(partial(_has_status, "Stopped", stack, "HyperParameterTuning", tuning), tuning)
    until(
        lambda: {each["TrainingJobStatus"] for each in listed()["TrainingJobSummaries"]} == {"Stopped"},
        "the training jobs' end",
    )


def until_swept(stack: Stack, condition: Any) -> None:
    """Give the repeated event its time; then a quarter of an hour passes again and again."""
    passed = iter(range(1, 10_000))

    def swept() -> bool:
        n = next(passed)
        if not condition() and n % 20 == 0:
            clock.get().look(datetime.now(UTC) + timedelta(minutes=16 * n))
        return bool(condition())

    until(swept, "a clean account")


def test_the_schedule_finds_orphans_of_every_kind_and_spares_what_is_not_the_stack_s(
    stack: Stack, held: Containers
) -> None:
    # Given things of every kind that a finished run left, and one that somebody else made under such a name
    orphans = Orphans(stack, FINISHED, {"bakeoff:stack": stack.name, "bakeoff:run": FINISHED})
    orphans.make("knn")
    stranger = Orphans(stack, FINISHED, {"bakeoff:stack": "another", "bakeoff:run": FINISHED})
    foreign = stranger.make_model("stranger")
    tuning = orphans.make_tuning_job()
    roles = {"Training": "knn", "Processing": "prepare"}
    jobs = {kind: job_of(stack, kind, FINISHED, role) for kind, role in roles.items()}
    assert {status_of(stack, kind, name) for kind, name in jobs.items()} == {"InProgress"}

    # When the schedule comes round
    clock.get().look(datetime.now(UTC) + timedelta(minutes=16))

    # Then only the stranger's is left
    until_swept(stack, lambda: stack.leftovers() == [foreign])
    for kind, name in jobs.items():
        until(partial(_has_status, "Stopped", stack, kind, name), name)
    until(partial(_has_status, "Stopped", stack, "HyperParameterTuning", tuning), tuning)
    assert f"released: model {resource_name(orphans.prefix, FINISHED, 'knn')}" in log_of_the_janitor(stack)
    stack.aws.instance.client("sagemaker").delete_model(ModelName=foreign)
