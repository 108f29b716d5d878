from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.messages import MAX_CHARACTERS
from bakeoff_cli.stack.causes import readable

QUOTA = "The quota is 0. (Service: SageMaker, Status Code: 400, Request ID: 1-2)"
TOO_LONG = "It took longer than the workflow allows."


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        ("All candidates failed.", "All candidates failed."),
        ({"errorMessage": "No algorithm 'x'.", "errorType": "InvalidAlgorithms"}, "No algorithm 'x'."),
        ({"TrainingJobName": "t", "FailureReason": "AlgorithmError: bad\nrow"}, "AlgorithmError: bad row"),
        ({"ProcessingJobName": "p", "ExitMessage": "Exit code 1"}, "Exit code 1"),
        ({"Error": "E", "Cause": json.dumps({"errorMessage": "inside"})}, "inside"),
        ({"nothing": "known"}, '{"nothing": "known"}'),
        (["a list"], '["a list"]'),
        ({"TrainingJobStatus": "Stopped"}, "SageMaker reports the training job as Stopped without a reason."),
        (QUOTA, "The quota is 0."),
        ("\x1b[31mred\x1b[0m and\ta bell\x07", "[31mred[0m and a bell"),
    ],
)
def test_a_cause_reads_as_its_human_sentence(cause: object, expected: str) -> None:
    assert readable("Failed", cause if isinstance(cause, str) else json.dumps(cause)) == expected


@pytest.mark.parametrize(
    ("error", "status", "expected"),
    [
        ("States.Timeout", "TIMED_OUT", TOO_LONG),
        (None, "TIMED_OUT", TOO_LONG),
        ("", "ABORTED", "No reason was given."),
        ("OnlyAName", "FAILED", "OnlyAName"),
        (None, "FAILED", "No reason was given."),
    ],
)
def test_without_a_cause_the_error_or_the_status_has_to_do(
    error: str | None, status: str, expected: str
) -> None:
    assert readable(error, None, status) == expected


@given(st.none() | st.text(), st.none() | st.text())
def test_whatever_the_cause_it_is_one_printable_line_of_limited_length(
    error: str | None, cause: str | None
) -> None:
    sentence = readable(error, cause)
    assert sentence and len(sentence) <= MAX_CHARACTERS
    assert sentence.isprintable()


def test_a_long_cause_keeps_its_beginning_and_its_cure() -> None:
    sentence = readable("E", f"Line 3 is no number{'x' * 10_000}: remove it.")
    assert sentence.startswith("Line 3 is no number") and sentence.endswith(": remove it.")
