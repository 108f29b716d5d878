"""Uploads in a burst, events that come again, objects that change: nothing is lost or counts twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from bakeoff.domain.run.names import resource_name, run_id_of
from local_aws.services import iam
from tests.e2e.held import Containers, until
from tests.e2e.stack import Stack

ROWS = b"1,2,3\n4,5,6\n7,8,9\n"
SAME_SIZE = b"9,9,9\n4,5,6\n7,8,9\n"


def rows_of(number: int) -> bytes:
    """Rows that no other file has: copies are refused."""
    return f"{number}.5,2,3\n{number}.25,5,6\n{number}.75,8,9\n".encode()


@pytest.fixture(autouse=True)
def within_its_role(stack: Stack) -> Iterator[None]:
    before = len(iam.denials())
    yield
    assert iam.denials()[before:] == []


def job_of(stack: Stack, run_id: str) -> str:
    return resource_name(stack.outputs["ResourcePrefix"], run_id, "prepare") + "-0-0"


def _has_ended(stack: Stack, job: str) -> bool:
    return job not in at_work(stack)


def at_work(stack: Stack) -> list[str]:
    """The names of the processing jobs that go on: a run holds one for as long as the test wants."""
    sagemaker = stack.aws.instance.client("sagemaker")
    jobs = sagemaker.list_processing_jobs(
        StatusEquals="InProgress", NameContains=stack.outputs["ResourcePrefix"]
    )
    return [job["ProcessingJobName"] for job in jobs["ProcessingJobSummaries"]]


def event_of(stack: Stack, key: str, version_id: str) -> bytes:
    """The event by which S3 tells of an upload, once more."""
    described = {"key": key, "size": len(ROWS), "versionId": version_id, "sequencer": "0A"}
    record = {"s3": {"bucket": {"name": stack.bucket}, "object": described}}
    return json.dumps({"Records": [record]}).encode()


def planned_by(stack: Stack, run_id: str) -> dict[str, str]:
    inputs = stack.read_json(f"runs/{run_id}/plan.json")["inputs"]
    assert len({item["key"] for item in inputs}) == len(inputs), "an object counts twice"
    return {item["key"]: item["version_id"] for item in inputs}


def put(stack: Stack, key: str, body: bytes = ROWS) -> str:
    """Upload; the version's id."""
    s3 = stack.aws.instance.client("s3")
    return str(s3.put_object(Bucket=stack.bucket, Key=key, Body=body)["VersionId"])


def test_a_burst_is_one_run_and_every_upload_is_in_its_plan(stack: Stack, held: Containers) -> None:
    # Given twenty uploads in a burst, two of them of one key, each event twice, and one of them ten times
    before = stack.executions().keys()
    keys = [f"Inputs/burst-{n}.csv" for n in range(19)]
    uploads = [(key, put(stack, key, rows_of(n))) for n, key in enumerate([*keys, keys[-1]], start=1)]
    start_run, functions = stack.physical_id("StartRunFunction"), stack.aws.instance.client("lambda")
    for upload in [*uploads, *[uploads[0]] * 8]:
        functions.invoke(FunctionName=start_run, InvocationType="Event", Payload=event_of(stack, *upload))
    runs = {run_id_of(stack.bucket, *upload): upload for upload in uploads}

    # When all have ended but those that compare
    until(lambda: runs.keys() <= stack.executions().keys(), "a run for each upload")
    until(lambda: at_work(stack) and len(running(stack, runs)) == 1, "the end of those that compare nothing")

    # Then it is one run, and one job
    [compared], [job] = running(stack, runs), at_work(stack)
    assert job == job_of(stack, compared)
    assert stack.executions().keys() - before == runs.keys()
    # and each upload, or what replaced it, is in its plan
    newest = dict(uploads)
    planned = planned_by(stack, compared)
    assert all(planned[key] in (version_id, newest[key]) for key, version_id in uploads)
    # and the others name it, and wrote nothing
    assert {superseded_by(stack, run_id) for run_id in runs.keys() - {compared}} == {compared}
    assert written_under_runs(stack, runs) == {compared}

    # Given that it has ended, when an event comes again, then it starts nothing
    held.go_on(job, "exit 1")
    stack.wait(compared)
    functions.invoke(FunctionName=start_run, Payload=event_of(stack, *uploads[0]))
    assert stack.executions().keys() - before == runs.keys()


def superseded_by(stack: Stack, run_id: str) -> str:
    return str(json.loads(stack.wait(run_id)["output"])["superseded_by"])


@pytest.mark.parametrize("files", [2, 3])
def test_files_uploaded_by_one_command_are_one_run(stack: Stack, held: Containers, files: int) -> None:
    first, *others = (
        run_id_of(stack.bucket, key, put(stack, key, rows_of(n)))
        for n, key in enumerate(f"Inputs/together-{files}-{n}.csv" for n in range(files))
    )

    # S3's events come in any order, so any of the runs may be the one.
    until(lambda: at_work(stack) and len(running(stack, {first, *others})) == 1, "one run, the others ended")

    [compared], [job] = running(stack, {first, *others}), at_work(stack)
    assert job == job_of(stack, compared)
    assert {superseded_by(stack, run_id) for run_id in {first, *others} - {compared}} == {compared}
    assert len(planned_by(stack, compared)) == files


def test_runs_with_settings_of_their_own_go_on_two_at_a_time(stack: Stack, held: Containers) -> None:
    put(stack, "Inputs/a.csv")
    names = [f"own-{n}" for n in range(4)]
    for name in names:
        stack.begin(name, {"algorithms": ["knn"]})

    most = 0
    for name in names:
        until(lambda: at_work(stack), "a run at work")
        jobs = at_work(stack)
        most = max(most, len(jobs))
        held.go_on(jobs[0], "exit 1")
        until(partial(_has_ended, stack, jobs[0]), f"the end of a job, before {name} at the latest")

    assert most <= 2


def running(stack: Stack, runs: Any) -> list[str]:
    return [name for name, item in stack.executions().items() if name in runs and item["status"] == "RUNNING"]


def written_under_runs(stack: Stack, runs: Any) -> set[str]:
    """Whose prefixes hold something; every object there must have been written once."""
    versions = stack.aws.instance.client("s3").get_paginator("list_object_versions")
    keys = [
        version["Key"]
        for page in versions.paginate(Bucket=stack.bucket, Prefix="runs/")
        for version in page.get("Versions", [])
        if version["Key"].split("/")[1] in runs
    ]
    assert len(keys) == len(set(keys))
    return {key.split("/")[1] for key in keys}


def test_an_object_that_changes_while_it_is_read_fails_the_run_and_has_a_run_of_its_own(
    stack: Stack, held: Containers
) -> None:
    # Given a run whose Spark job is at work
    first = run_id_of(stack.bucket, "Inputs/a.csv", put(stack, "Inputs/a.csv"))
    until(lambda: job_of(stack, first) in at_work(stack), "the Spark job")

    # When its input is replaced by one of the same size, and the job ends well
    newer = put(stack, "Inputs/a.csv", SAME_SIZE)
    summary = {"feature_dim": 2, "rows": {}, "rejected": {"total": 0, "reasons": {}, "examples": []}}
    s3 = stack.aws.instance.client("s3")
    key = f"runs/{first}/datasets/summary.json"
    s3.put_object(Bucket=stack.bucket, Key=key, Body=json.dumps(summary).encode())
    held.go_on(job_of(stack, first), "true")

    # Then the run fails with a sentence, and the newer upload's own run goes on
    described = stack.wait(first)
    assert (described["status"], described["error"]) == ("FAILED", "InputOverwritten")
    assert described["cause"].startswith("Inputs/a.csv changed while this run read it")
    second = run_id_of(stack.bucket, "Inputs/a.csv", newer)
    until(lambda: job_of(stack, second) in at_work(stack), "the newer run")
    assert planned_by(stack, second) == {"Inputs/a.csv": newer}


def test_an_event_that_cannot_be_served_comes_again(
    stack: Stack, held: Containers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda repeats an event whose function fails; here Step Functions refuses the first attempt."""
    from moto.stepfunctions.exceptions import ValidationException
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend

    start, refusals = StepFunctionsParserBackend.start_execution, [1]

    def refuse_once(self: Any, *args: Any, **kwargs: Any) -> Any:
        if refusals:
            refusals.pop()
            raise ValidationException("not now")
        return start(self, *args, **kwargs)

    monkeypatch.setattr(StepFunctionsParserBackend, "start_execution", refuse_once)

    run_id = run_id_of(stack.bucket, "Inputs/a.csv", put(stack, "Inputs/a.csv"))

    until(lambda: run_id in stack.executions(), "the run")
    assert refusals == []
