from __future__ import annotations

import pytest

from bakeoff.domain.errors import (
    AccessDenied,
    BakeoffError,
    DatasetsNotPrepared,
    ScoringTimedOut,
    UnreadableData,
)
from bakeoff_cli.stack.outcome import has_ended, is_mendable, outcome


@pytest.mark.parametrize(
    ("status", "error", "word", "verb"),
    [
        ("SUCCEEDED", None, "succeeded", "has succeeded"),
        ("FAILED", "NoInputData", "failed", "has failed"),
        ("ABORTED", None, "stopped", "was stopped"),
        ("TIMED_OUT", None, "timed out", "has timed out"),
        ("FAILED", "States.Timeout", "timed out", "has timed out"),
        ("PENDING_REDRIVE", None, "pending redrive", "has pending redrive"),
    ],
)
def test_an_outcome_is_a_word_for_a_person(status: str, error: str | None, word: str, verb: str) -> None:
    assert (outcome(status, error), has_ended(status, error)) == (word, verb)


@pytest.mark.parametrize("error", [UnreadableData, DatasetsNotPrepared])
def test_what_a_person_can_mend_is_known_by_its_name(error: type[BakeoffError]) -> None:
    assert is_mendable(error.__name__)


@pytest.mark.parametrize("error", [AccessDenied.__name__, ScoringTimedOut.__name__, "States.Timeout", None])
def test_what_lies_elsewhere_is_not_for_a_person_to_mend(error: str | None) -> None:
    assert not is_mendable(error)
