from __future__ import annotations

import json
import re

import pytest

from bakeoff.domain.run.causes import QUOTA, QUOTA_USED_UP, TIMEOUT, TOOK_TOO_LONG, explanation, reason_of
from tests.template import WORKFLOW

RUN_FAILED = WORKFLOW["States"]["Run failed"]["Cause"]


def test_the_workflow_tells_a_failed_run_in_the_words_for_a_failed_candidate() -> None:
    sentences = re.findall(r"'([^']+)'", RUN_FAILED)
    a_silent_job = reason_of(json.dumps({"ProcessingJobStatus": "Stopped"}))

    assert f"A step {TOOK_TOO_LONG} (see the execution history)." in sentences
    assert [each for each in sentences if "quota" in each] == [QUOTA_USED_UP]
    assert f"= '{QUOTA}'" in RUN_FAILED
    before, after = a_silent_job.split("Stopped")
    assert before in sentences and any(each.startswith(after.rstrip(".")) for each in sentences)


def test_what_the_workflow_has_said_of_a_quota_is_not_said_again() -> None:
    said = explanation(QUOTA, "The limit is 0 Instances.")

    assert said == f"{QUOTA_USED_UP}The limit is 0 Instances."
    assert explanation(QUOTA, said) == said


@pytest.mark.parametrize(
    ("error", "cause", "told"),
    [
        (TIMEOUT, "", f"It {TOOK_TOO_LONG}."),
        (TIMEOUT, f"A step {TOOK_TOO_LONG}.", f"A step {TOOK_TOO_LONG}."),
        ("States.TaskFailed", "", "States.TaskFailed"),
        ("", "", ""),
    ],
)
def test_without_a_cause_the_error_has_to_do(error: str, cause: str, told: str) -> None:
    assert explanation(error, cause) == told


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        ({"Error": "E", "Cause": json.dumps({"errorMessage": "inside"})}, "inside"),
        ({"ProcessingJobName": "p", "ExitMessage": "Exit code 1"}, "Exit code 1"),
        ({"FailureReason": "{'code': 3} is no answer"}, "{'code': 3} is no answer"),
        ({"EndpointStatus": "Failed"}, "SageMaker reports the endpoint as Failed without a reason."),
    ],
)
def test_a_reason_is_found_however_deep_and_left_as_it_is(cause: object, reason: str) -> None:
    assert reason_of(json.dumps(cause)) == reason
