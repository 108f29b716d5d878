from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.messages import MAX_CHARACTERS
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.scoring.failures import explain, record_failure
from bakeoff.domain.scoring.results import failed_result
from tests.fakes import InMemoryRunStore

CANDIDATE: Any = {"name": "xgboost", "algorithm": "xgboost", "resource_name": "bakeoff-1"}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("FailureReason"), inner),
)


ENDS = {
    "MaxRuntimeExceeded": "took longer than it may, so SageMaker stopped it: raise the parameter Tr",
    "MaxWaitTimeExceeded": "Waiting for a spot instance and training on it took longer than they may",
    "Interrupted": "The spot instance was taken away",
    "Stopped": "stopped by somebody",
}


@pytest.mark.parametrize("secondary", ENDS)
@pytest.mark.parametrize("cut", [0, 20])
def test_a_stopped_job_is_told_with_what_stopped_it(secondary: str, cut: int) -> None:
    """Step Functions cuts a long description, which gives no reason for a job that was stopped."""
    described = {
        "TrainingJobStatus": "Stopped",
        "SecondaryStatus": secondary,
        "HyperParameters": {"x": "y" * 99},
    }
    cause = json.dumps(described)

    told = explain("States.TaskFailed", cause[: len(cause) - cut], "Train model")

    assert told.startswith("Train model: ") and ENDS[secondary] in told


def test_a_failed_job_s_own_reason_comes_before_its_secondary_status() -> None:
    described = {"SecondaryStatus": "MaxRuntimeExceeded", "FailureReason": "AlgorithmError: bad eta"}

    assert explain("States.TaskFailed", json.dumps(described), "Train model").endswith("bad eta")


@given(st.text(), st.text() | json_values.map(json.dumps), st.text())
def test_whatever_was_caught_can_be_told(error: str, cause: str, step: str) -> None:
    told = explain(error, cause, step)

    assert len(told) <= MAX_CHARACTERS
    assert told.isprintable()


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (
            '{"TrainingJobStatus": "Failed", "FailureReason": "AlgorithmError: bad eta"}',
            "AlgorithmError: bad eta",
        ),
        ('{"errorMessage": "No test rows.", "errorType": "TooFewRows"}', "No test rows."),
        (
            '{"TrainingJobStatus": "Stopped"}',
            "SageMaker reports the training job as Stopped without a reason.",
        ),
        (
            '{"ProcessingJobStatus": "Failed", "FailureReason": ""}',
            "SageMaker reports the processing job as Failed without a reason.",
        ),
        ("plain words", "plain words"),
        ('["a list"]', '["a list"]'),
        ('{"unknown": 1}', '{"unknown": 1}'),
        ("", "States.TaskFailed"),
    ],
)
def test_the_reason_is_found_in_what_step_functions_caught(cause: str, reason: str) -> None:
    assert explain("States.TaskFailed", cause, "Train model") == f"Train model: {reason}"


def test_a_used_up_quota_says_what_to_do() -> None:
    cause = "The account-level service limit 'ml.m5.large for training job usage' is 0 Instances."

    assert explain("SageMaker.ResourceLimitExceededException", cause, "Train model") == (
        "Train model: A quota of the account is used up; ask for a higher one in the Service Quotas console: "
        f"{cause}"
    )


def test_a_timeout_has_no_cause_and_is_told_all_the_same() -> None:
    assert explain("States.Timeout", "", "Create endpoint") == (
        "Create endpoint: It took longer than the workflow allows."
    )


def test_a_cause_nested_beyond_reading_is_told_as_it_stands() -> None:
    told = explain("States.TaskFailed", "[" * 100_000, "Train model")

    assert told.startswith("Train model: [[[[") and len(told) == MAX_CHARACTERS


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        ('{"FailureReason": "bad \\"eta\\"", "HyperParameters": {"x": "yyyy', 'bad "eta"'),
        ('{"FailureReason": "bad \\"et', 'bad "et'),
        ('{"errorMessage": "No test rows.", "stackTrace": ["', "No test rows."),
    ],
)
def test_of_a_cause_that_was_cut_the_reason_is_told_and_no_hyperparameter(cause: str, reason: str) -> None:
    assert explain("States.TaskFailed", cause, "Train model") == f"Train model: {reason}"


def test_of_a_cause_that_was_cut_before_its_reason_nothing_is_told() -> None:
    description = json.dumps({"HyperParameters": {"x": "y" * 99}, "FailureReason": "bad eta"})

    told = explain("States.TaskFailed", description[:60], "Train model")

    assert told == (
        "Train model: What failed gave a reason that is too long for the workflow; see the job in "
        "SageMaker's console."
    )


def test_a_credential_in_a_container_s_words_is_hidden() -> None:
    cause = json.dumps({"FailureReason": "ClientError: bad hyperparameter aws_secret_access_key=abc/def"})

    assert explain("States.TaskFailed", cause, "Train model").endswith("aws_secret_access_key=[hidden]")


def test_a_failure_is_stored_as_a_result_of_the_usual_shape() -> None:
    store = InMemoryRunStore()
    failure = {"step": "Train model", "error": "States.TaskFailed", "cause": "out of memory"}

    answer = record_failure(WritableRunFiles(store, "run-1"), CANDIDATE, failure)

    assert answer == {"name": "xgboost", "status": "failed"}
    assert store.read_json("runs/run-1/results/xgboost.json") == failed_result(
        CANDIDATE, "Train model: out of memory"
    )


def test_a_program_that_is_not_quoted_is_told_with_its_log() -> None:
    """The scikit-learn image's words; what it runs says more in the log only."""
    reason = 'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage ""\nCommand "python train.py"'
    cause = json.dumps({"TrainingJobName": "bakeoff-1-ridge-0-0-0", "FailureReason": reason})

    assert explain("States.TaskFailed", cause, "Train model") == (
        'Train model: AlgorithmError: ExecuteUserScriptError: ExitCode 1 ErrorMessage "" Command "python '
        'train.py" What the program said is in the log group /aws/sagemaker/TrainingJobs, in the stream that '
        "begins with bakeoff-1-ridge-0-0-0."
    )


COUNTS = {"NonRetryableError": 3, "RetryableError": 1, "Completed": 2}
TUNED: dict[str, Any] = {
    "HyperParameterTuningJobName": "bakeoff-1",
    "HyperParameterTuningJobStatus": "Completed",
}


@pytest.mark.parametrize(
    ("described", "words"),
    [
        (
            {
                **TUNED,
                "TrainingJobStatusCounters": COUNTS,
            },
            "Tune model: None of the training jobs gave a value of the metric to tune by: 2 completed, 4 "
            "failed and 0 were stopped.",
        ),
        (
            {**TUNED, "HyperParameterTuningJobStatus": "Stopped"},
            "Tune model: The tuning job was stopped by somebody",
        ),
        (
            {**TUNED, "HyperParameterTuningJobStatus": "Failed", "FailureReason": "All training jobs failed"},
            "Tune model: All training jobs failed",
        ),
        (
            {**TUNED, "HyperParameterTuningJobStatus": "Failed"},
            "Tune model: SageMaker reports the tuning job as Failed without a reason.",
        ),
    ],
)
def test_a_tuning_job_without_a_model_is_told_with_the_place_of_its_logs(described: Any, words: str) -> None:
    told = explain("States.TaskFailed", json.dumps(described), "Tune model")

    assert told.startswith(words)
    assert "the log group /aws/sagemaker/TrainingJobs, in the streams that begin with bakeoff-1." in told
