"""A run with folds: each candidate in each of them is a unit of its own; the best is trained once more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.workflow.conftest import Workflow
from tests.workflow.fault_matrix.ending import Ending
from tests.workflow.fault_matrix.faults import CAPACITY, DENIED, MISHAP, QUOTA
from tests.workflow.fault_matrix.matrix import ENDS
from tests.workflow.fault_matrix.outcomes import assert_nothing_is_left, cause_of, comparison_of, leaks
from tests.workflow.simulation.functions import CANDIDATES, FOLDED, FOLDS
from tests.workflow.simulation.hosting import FOLD_ROWS, JobEnd, unit_of
from tests.workflow.simulation.scripted import Fault, ScriptedAws
from tests.workflow.simulation.sweeping import sweep

ALL_FOLDED = {"algorithms": [*CANDIDATES], "folds": FOLDS}
UNITS = [f"f{fold}-{name}" for name in CANDIDATES for fold in range(FOLDS)]
BEST = CANDIDATES[0]


def stored(aws: ScriptedAws, run: dict[str, Any], name: str) -> Any:
    return aws.store.read_json(f"runs/{run['name']}/{name}")


def requests(aws: ScriptedAws, noun: str) -> dict[str, Any]:
    """The requests for jobs that were made, by unit."""
    made = [job["request"] for job in aws.sagemaker.jobs.values() if f"{noun}Name" in job["request"]]
    return {unit_of(request[f"{noun}Name"]): request for request in made}


def test_every_unit_is_trained_deployed_scored_and_released(workflow: Workflow, aws: ScriptedAws) -> None:
    run = workflow.run(ALL_FOLDED)

    assert run["status"] == "SUCCEEDED", run["cause"]
    trained = [unit_of(name) for name in aws.names("create_training_job")]
    assert sorted(trained[:-1]) == sorted(UNITS) and trained[-1] == "final"
    assert sorted(unit_of(name) for name in aws.names("create_endpoint")) == sorted(UNITS)
    scored = [each["candidate"] for each in aws.payloads["ScoreCandidate"]]
    assert sorted(f"f{each['fold']}-{each['name']}" for each in scored) == sorted(UNITS)
    assert leaks(aws) == set()
    assert {each["status"] for each in comparison_of(aws, run["name"]).values()} == {"completed"}


def test_the_map_reads_the_units_and_the_run_carries_names(workflow: Workflow, aws: ScriptedAws) -> None:
    run = workflow.run(ALL_FOLDED)

    units = stored(aws, run, "units.json")
    children = workflow.children(run["executionArn"])
    assert [child.input_data["candidate"] for child in children] == units
    assert [f"f{unit['fold']}-{unit['name']}" for unit in units] == UNITS
    [entered] = [
        event["stateEnteredEventDetails"]
        for event in workflow.events(run["executionArn"])
        if event.get("stateEnteredEventDetails", {}).get("name") == "Compare candidates"
    ]
    assert json.loads(entered["input"]) == [
        {"candidate": unit["name"], "fold": unit["fold"], "resource_name": unit["resource_name"]}
        for unit in units
    ]


def test_a_unit_trains_on_the_other_folds_and_the_final_model_on_all(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    run = workflow.run(FOLDED)

    jobs = requests(aws, "TrainingJob")
    for unit, place in (("f1-alpha", "1"), ("final", "final")):
        sources = [each["DataSource"]["S3DataSource"] for each in jobs[unit]["InputDataConfig"]]
        assert {source["S3DataType"] for source in sources} == {"ManifestFile"}
        assert [source["S3Uri"].rsplit("/", 1)[1] for source in sources] == [
            f"train-{place}.json",
            f"validation-{place}.json",
        ]
    assert jobs["final"]["Tags"] == jobs["f1-alpha"]["Tags"]
    assert {**jobs["final"], **dict.fromkeys(varying(), None)} == {
        **jobs["f1-alpha"],
        **dict.fromkeys(varying(), None),
    }
    final = stored(aws, run, "final.json")
    assert (final["candidate"], final["status"], final["error"]) == ("alpha", "completed", None)
    assert final["model_data_url"].startswith(jobs["final"]["OutputDataConfig"]["S3OutputPath"] + "/")
    assert final["rows"] == {"train": (FOLDS - 1) * FOLD_ROWS, "validation": FOLD_ROWS}


def varying() -> tuple[str, ...]:
    """What of a unit's training job is its own."""
    return ("TrainingJobName", "InputDataConfig", "OutputDataConfig")


def test_one_fold_that_fails_fails_its_candidate_only(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.sagemaker.job_ends["f1-beta"] = JobEnd("Failed", "AlgorithmError: bad row")

    run = workflow.run(ALL_FOLDED)

    assert run["status"] == "SUCCEEDED", run["cause"]
    compared = comparison_of(aws, run["name"])
    assert {name: each["status"] for name, each in compared.items()} == {
        "alpha": "completed",
        "beta": "failed",
        "gamma": "completed",
    }
    assert compared["beta"]["error"].startswith("Fold 2 of 3: Train model: AlgorithmError: bad row")
    # The other folds were compared all the same, and nothing is left of any.
    assert stored(aws, run, "results/beta/fold-2.json")["status"] == "completed"
    assert leaks(aws) == set()


def test_a_unit_that_dies_unheard_is_named(workflow: Workflow, aws: ScriptedAws) -> None:
    def change(machine: dict[str, Any]) -> None:
        states = machine["States"]["Compare candidates"]["ItemProcessor"]["States"]
        seconds = "{% $candidate.name = 'beta' and $candidate.fold = 1 ? 'never' : 1 %}"
        states["Wait for release"]["Seconds"] = seconds

    run = workflow.run(ALL_FOLDED, change)

    assert (run["status"], run["error"]) == ("FAILED", "ResourcesRemain")
    assert cause_of(run).rstrip(".").endswith("-f1-beta")
    assert_nothing_is_left(aws, run)


def test_without_a_candidate_that_finished_nothing_is_trained_once_more(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.sagemaker.job_ends["alpha"] = JobEnd("Failed", "AlgorithmError: bad row")

    run = workflow.run(FOLDED)

    assert (run["status"], run["error"]) == ("FAILED", "NoCandidateFinished")
    assert "Train final model" not in workflow.entered(run["executionArn"])
    assert f"runs/{run['name']}/final.json" not in aws.store.stored_keys()


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("fault", ["quota", "capacity"])
def test_the_final_training_waits_for_a_quota_and_for_capacity(
    workflow: Workflow, aws: ScriptedAws, fault: str, times: int
) -> None:
    if fault == "quota":
        aws.faults = [Fault.raising("create_training_job", QUOTA, "final", times=times)]
    else:
        aws.sagemaker.job_ends["final"] = JobEnd("Failed", CAPACITY, times)
    began = aws.clock.now

    run = workflow.run(FOLDED)

    assert stored(aws, run, "final.json")["status"] == "completed"
    assert aws.clock.now - began >= times * 30
    assert aws.names("create_training_job")[-1].endswith(f"-final-{BEST}-0-{times}")


@pytest.mark.parametrize(("reason", "jobs"), [(MISHAP, 2), ("AlgorithmError: bad row", 1)])
def test_the_final_training_is_repeated_once_after_sagemaker_s_own_mishap(
    workflow: Workflow, aws: ScriptedAws, reason: str, jobs: int
) -> None:
    aws.sagemaker.job_ends["final"] = JobEnd("Failed", reason)

    run = workflow.run(FOLDED)

    assert run["status"] == "SUCCEEDED", run["cause"]
    assert stored(aws, run, "final.json")["status"] == "failed"
    assert aws.candidates("create_training_job").count("final") == jobs


def test_a_final_training_that_nobody_heard_of_is_stopped_before_another(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    def meet(work: Any) -> Any:
        work()
        raise QUOTA

    aws.faults = [Fault("create_training_job", meet, ("final",), times=1)]

    run = workflow.run(FOLDED)

    assert stored(aws, run, "final.json")["status"] == "completed"
    assert [name[-4:] for name in aws.sagemaker.stopped] == ["-0-0"]
    assert leaks(aws) == set()


def test_a_run_that_was_stopped_in_the_final_training_trains_only_that_anew(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    # Given a run that is stopped when all units are done
    aws.sagemaker.job_ends["final"] = JobEnd("InProgress")
    ending = Ending(ENDS["StopExecution"])
    ending.during(aws, "describe_training_job", ("final",))
    stopped = ending.finish(workflow, workflow.start(FOLDED))
    assert stopped["status"] == "ABORTED"
    sweep(aws, stopped["name"])
    assert leaks(aws) == set()
    before = len(aws.calls)
    del aws.sagemaker.job_ends["final"]

    # When it is redriven
    redriven = workflow.redrive(stopped["executionArn"])

    # Then the final model is trained under a name of the redrive's own, and nothing else
    assert redriven["status"] == "SUCCEEDED", cause_of(redriven)
    [name] = [name for operation, name in aws.calls[before:] if operation == "create_training_job"]
    assert name.endswith(f"-final-{BEST}-1-0")
    assert stored(aws, stopped, "final.json")["status"] == "completed"


def test_units_that_cannot_be_read_are_read_again_when_the_run_is_redriven(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.faults = [Fault.raising("get_object", DENIED)]
    failed = workflow.run(FOLDED)
    assert (failed["status"], failed["error"]) == ("FAILED", "States.ItemReaderFailed")
    assert "not authorized" in cause_of(failed)
    assert aws.names("get_object") == 4 * [f"runs/{failed['name']}/units.json"]
    aws.faults.clear()

    redriven = workflow.redrive(failed["executionArn"])

    assert redriven["status"] == "SUCCEEDED", cause_of(redriven)
    assert len(aws.names("create_processing_job")) == 1
    assert leaks(aws) == set()
