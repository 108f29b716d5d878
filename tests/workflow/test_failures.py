"""What the fault matrix does not ask: the words of failures, names of attempts, how long things wait."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bakeoff.domain.errors import AccessDenied
from bakeoff.domain.run.causes import QUOTA_USED_UP
from local_aws.services.stepfunctions.tasks import sagemaker_jobs
from tests.fakes import RecordingNotifier
from tests.workflow.conftest import Workflow
from tests.workflow.fault_matrix.faults import INTERNAL, NO_QUOTA, QUOTA, THROTTLED
from tests.workflow.fault_matrix.outcomes import comparison_of, leaks
from tests.workflow.simulation.functions import functions
from tests.workflow.simulation.hosting import JobEnd
from tests.workflow.simulation.scripted import Fault, FunctionFailed, ScriptedAws, refused

# The longest before a look at an endpoint, of those that these tests see.
ENDPOINT_PAUSE = 30


def errors(aws: ScriptedAws, run: dict[str, Any]) -> dict[str, str]:
    """What comparison.json says of the failed candidates."""
    return {name: item["error"] for name, item in comparison_of(aws, run["name"]).items() if item["error"]}


def attempts(aws: ScriptedAws, operation: str, candidate: str) -> list[str]:
    """What the names of a candidate's jobs end with."""
    return [name.split(f"-{candidate}")[1] for name in aws.names(operation) if f"-{candidate}" in name]


def test_a_failed_training_job_is_told_with_its_reason_and_not_repeated(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.sagemaker.job_ends["alpha"] = JobEnd("Failed", "AlgorithmError: bad row")

    run = workflow.run()

    assert errors(aws, run) == {"alpha": "Train model: AlgorithmError: bad row"}
    assert attempts(aws, "create_training_job", "alpha") == ["-0-0-0"]


@pytest.mark.parametrize("job", ["alpha", "prepare"])
def test_a_job_that_stopped_is_no_success_whatever_step_functions_makes_of_it(
    workflow: Workflow, aws: ScriptedAws, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guide does not say that .sync fails for it; what it left is of a part of the work only."""
    monkeypatch.setattr(sagemaker_jobs, "SUCCEEDED", frozenset({"Completed", "Stopped"}))
    aws.sagemaker.job_ends[job] = JobEnd("Stopped")

    run = workflow.run()

    if job == "alpha":
        assert errors(aws, run) == {
            "alpha": "Train model: The training job was stopped by somebody before it was done."
        }
        assert "alpha" not in aws.candidates("create_model")
    else:
        assert (run["status"], run["error"]) == ("FAILED", "DatasetsNotPrepared")
        assert "as Stopped, so there may be data sets of a part of the data only" in run["cause"]
        assert aws.names("create_training_job") == []


def test_a_stopped_spark_job_is_told_with_what_may_have_stopped_it(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.sagemaker.job_ends["prepare"] = JobEnd("Stopped")

    cause = workflow.run()["cause"]

    assert cause.startswith(
        "SageMaker reports the processing job as Stopped without a reason: somebody stopped it"
    )
    assert "RunTimeoutSeconds" in cause


def test_a_role_that_is_too_new_to_be_known_is_waited_for(workflow: Workflow, aws: ScriptedAws) -> None:
    """IAM tells its other halves of a new stack's roles within a minute or so."""
    unknown = refused("ValidationException", "Could not assume role arn:aws:iam::123456789012:role/SageMaker")
    aws.faults = [Fault.raising("create_processing_job", unknown, times=2)]

    assert workflow.run()["status"] == "SUCCEEDED"
    assert attempts(aws, "create_processing_job", "prepare") == ["-0-0", "-0-1", "-0-2"]


def test_a_throttled_job_is_tried_again_under_another_name(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.faults = [Fault.raising("create_training_job", THROTTLED, "alpha", times=2)]

    run = workflow.run()

    assert errors(aws, run) == {}
    assert attempts(aws, "create_training_job", "alpha") == ["-0-0-0", "-0-0-1", "-0-0-2"]


def test_a_job_whose_creation_nobody_heard_of_is_stopped(workflow: Workflow, aws: ScriptedAws) -> None:
    def meet(work: Any) -> Any:
        work()
        raise INTERNAL

    aws.faults = [Fault("create_training_job", meet, ("alpha",), times=1)]

    run = workflow.run()

    assert errors(aws, run) == {}
    assert [name[-12:] for name in aws.sagemaker.stopped] == ["-alpha-0-0-0"]
    assert leaks(aws) == set()


@pytest.mark.parametrize("operation", ["create_model", "create_endpoint_config", "create_endpoint"])
def test_what_was_made_unheard_is_used_and_released(
    workflow: Workflow, aws: ScriptedAws, operation: str
) -> None:
    def meet(work: Any) -> Any:
        work()
        raise INTERNAL

    aws.faults = [Fault(operation, meet, ("beta",), times=1)]

    assert errors(aws, workflow.run()) == {}
    assert leaks(aws) == set()


def test_a_quota_is_waited_for_and_every_attempt_has_a_name_of_its_own(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.faults = [Fault.raising("create_training_job", QUOTA, "alpha", times=3)]

    run = workflow.run()

    assert errors(aws, run) == {}
    assert attempts(aws, "create_training_job", "alpha") == ["-0-0-0", "-0-1-0", "-0-2-0", "-0-3-0"]
    # At random within a minute, but not at once; the others are looks at endpoints.
    waits = [pause for pause in aws.clock.pauses if pause > ENDPOINT_PAUSE]
    assert len(waits) <= 3 and all(pause <= 60 for pause in waits)


def test_a_quota_that_stays_used_up_is_given_up_in_time_with_the_cure(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.faults = [Fault.raising("create_endpoint", QUOTA, "alpha")]

    run = workflow.run(QuotaWaitSeconds="600")

    told = errors(aws, run)["alpha"]
    assert told.startswith(f"Create endpoint: {QUOTA_USED_UP}The account-level service limit")
    assert sum(pause for pause in aws.clock.pauses if pause > ENDPOINT_PAUSE) <= 600
    assert aws.candidates("create_endpoint").count("alpha") == 11


@pytest.mark.parametrize("overrides", [{"QuotaWaitSeconds": "0"}, {}])
def test_a_quota_of_zero_or_no_patience_fails_at_once(
    workflow: Workflow, aws: ScriptedAws, overrides: dict[str, str]
) -> None:
    aws.faults = [Fault.raising("create_training_job", QUOTA if overrides else NO_QUOTA, "alpha")]

    run = workflow.run(None, None, **overrides)

    assert QUOTA_USED_UP in errors(aws, run)["alpha"]
    assert max(aws.clock.pauses) <= ENDPOINT_PAUSE


def test_no_quota_for_the_spark_job_ends_the_run_with_the_cure(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.faults = [Fault.raising("create_processing_job", NO_QUOTA)]

    run = workflow.run()

    assert run["error"] == "SageMaker.ResourceLimitExceededException"
    assert run["cause"].startswith("A quota of the account is used up; ask for a higher one in")


def test_a_spark_job_is_never_started_beside_one_that_may_run(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.faults = [Fault.raising("create_processing_job", INTERNAL, times=1)]

    run = workflow.run()

    assert (run["status"], run["error"]) == ("FAILED", "SageMaker.AmazonSageMakerException")
    assert len(aws.names("create_processing_job")) == 1


def test_the_sentence_of_a_spark_job_that_completed_is_the_run_s_cause(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    sentence = "s3://data-bucket/Inputs/a.csv has changed since the run was planned; start a new run."
    aws.sagemaker.job_ends["prepare"] = JobEnd("Completed", message=sentence)

    run = workflow.run()

    assert (run["status"], run["error"]) == ("FAILED", "DatasetsNotPrepared")
    assert run["cause"] == sentence
    assert aws.names("create_training_job") == []


def test_a_spark_job_without_a_sentence_sends_people_to_its_log(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.sagemaker.job_ends["prepare"] = JobEnd("Failed", "AlgorithmError: See job logs for more information")

    run = workflow.run()

    [job] = aws.names("create_processing_job")
    assert (run["status"], run["error"]) == ("FAILED", "States.TaskFailed")
    assert run["cause"] == (
        "The Spark job failed for a reason that its log tells (group /aws/sagemaker/ProcessingJobs, streams "
        f"{job}): AlgorithmError: See job logs for more information"
    )


def test_a_spark_job_that_wrote_no_log_sends_nobody_to_it(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.sagemaker.job_ends["prepare"] = JobEnd("Failed", "ClientError: Data download failed")

    assert workflow.run()["cause"] == "ClientError: Data download failed"


def test_a_spark_job_without_capacity_is_tried_again_under_another_name(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.sagemaker.job_ends["prepare"] = JobEnd("Failed", "CapacityError: none left", times=1)

    assert workflow.run()["status"] == "SUCCEEDED"
    assert attempts(aws, "create_processing_job", "prepare") == ["-0-0", "-0-1"]


@pytest.mark.parametrize("status", ["OutOfService", "RollingBack"])
def test_an_endpoint_that_will_never_serve_is_a_failure_not_a_loop(
    workflow: Workflow, aws: ScriptedAws, status: str
) -> None:
    aws.sagemaker.endpoint_status["alpha"] = [status, "Failed"]

    assert errors(aws, workflow.run()) == {"alpha": f"Create endpoint: The endpoint is in state {status}."}


def test_a_failed_clean_up_makes_the_run_fail_and_names_what_is_left(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.faults = [Fault.raising("ReleaseResources", FunctionFailed("AccessDenied", "no"), "alpha")]

    run = workflow.run()

    assert (run["status"], run["error"]) == ("FAILED", "ResourcesRemain")
    assert re.search(r"by hand: bakeoff-\w+-\w+-alpha$", run["cause"])
    # The comparison was published all the same.
    assert "PublishReport" in aws.payloads
    assert {name.split("-")[-1] for name in leaks(aws)} == {"alpha"}


def test_a_topic_that_cannot_be_told_fails_no_run(
    workflow: Workflow, aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = RecordingNotifier(AccessDenied("The topic is gone."))
    monkeypatch.setattr(functions().module("PublishReport"), "NOTIFIER", broken)

    run = workflow.run()

    assert run["status"] == "SUCCEEDED" and json.loads(run["output"])["notified"] is False
    assert aws.store.text(f"runs/{run['name']}/report.html") == "<p>report</p>"
    assert aws.payloads.keys() >= {"PublishReport"} and len(aws.payloads["PublishReport"]) == 1


def test_a_run_without_any_result_fails_and_points_to_the_report(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.faults = [Fault.raising("create_model", refused("AccessDeniedException"))]

    run = workflow.run()

    assert (run["status"], run["error"]) == ("FAILED", "NoCandidateFinished")
    assert run["cause"].endswith(f"s3://data-bucket/runs/{run['name']}/report.html")
    assert "PublishReport" in aws.payloads


@pytest.mark.parametrize(
    ("function", "error"),
    [
        ("TakeTurn", "TurnNeverCame"),
        ("PlanRun", "NoInputData"),
        ("CheckDatasets", "TooFewRows"),
        ("JudgeCandidates", "InconsistentPredictions"),
        ("PublishReport", "InconsistentPredictions"),
    ],
)
def test_a_person_s_mistake_ends_the_run_with_one_sentence(
    workflow: Workflow, aws: ScriptedAws, function: str, error: str
) -> None:
    aws.faults = [Fault.raising(function, FunctionFailed(error, "There is no data under Inputs/."))]

    run = workflow.run()

    assert (run["status"], run["error"]) == ("FAILED", error)
    assert run["cause"] == "There is no data under Inputs/."


def test_the_run_s_time_runs_out_and_clean_up_goes_on(workflow: Workflow, aws: ScriptedAws) -> None:
    # Given a candidate that waits for a quota until the run's time is over
    aws.faults = [Fault.raising("create_endpoint", QUOTA, "alpha")]

    run = workflow.run(RunTimeoutSeconds="600", QuotaWaitSeconds="86400")

    assert run["status"] == "SUCCEEDED"
    assert "quota" in errors(aws, run)["alpha"]
    assert leaks(aws) == set()
