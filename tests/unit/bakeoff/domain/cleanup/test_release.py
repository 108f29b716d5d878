from __future__ import annotations

import pytest

from bakeoff.domain.cleanup.release import give_back, release
from tests.fakes import FakeHosting, FakeTrainingJobs

TRANSITIONS = ["Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"]
TERMINAL = ["InService", "Failed", "OutOfService", "UpdateRollbackFailed"]
IN_ORDER = ["delete endpoint", "delete endpoint config", "delete model"]


def deletions(hosting: FakeHosting) -> list[str]:
    return [call for call in hosting.calls if call != "describe"]


def test_without_an_endpoint_the_rest_is_deleted_at_once() -> None:
    hosting = FakeHosting()

    assert release(hosting, "name") is True
    assert deletions(hosting) == IN_ORDER[1:]


@pytest.mark.parametrize("status", TERMINAL)
def test_an_endpoint_goes_before_its_configuration_and_model(status: str) -> None:
    hosting = FakeHosting([status], looks_until_gone=2)

    released = [release(hosting, "name") for _ in range(4)]

    assert released == [False, False, False, True]
    assert deletions(hosting) == IN_ORDER


@pytest.mark.parametrize("status", TRANSITIONS)
def test_an_endpoint_in_transition_is_left_until_it_has_arrived(status: str) -> None:
    hosting = FakeHosting([status, "InService"])

    assert release(hosting, "name") is False
    assert deletions(hosting) == []

    released = [release(hosting, "name") for _ in range(3)]
    assert released == [False, False, True]
    assert deletions(hosting) == IN_ORDER


@pytest.mark.parametrize("statuses", [[], ["InService"], ["Creating"]])
def test_a_candidate_s_stray_jobs_are_stopped_whatever_its_endpoint_does(statuses: list[str]) -> None:
    jobs = FakeTrainingJobs("run-knn-0-0-0", "run-knn-0-0-1", "run-knn2-0-0-0")

    gone = give_back(FakeHosting(statuses), jobs, "run-knn")

    assert gone is (statuses == [])
    assert jobs.running == {"run-knn2-0-0-0"}


def test_a_candidate_s_tuning_jobs_are_stopped_with_their_training_jobs() -> None:
    jobs = FakeTrainingJobs("tuning run030", "run030-001-1a2b3c4d", "tuning run040", "run040-001-1a2b3c4d")

    assert give_back(FakeHosting(), jobs, "run-knn", "run03") is True
    assert jobs.running == {"tuning run040", "run040-001-1a2b3c4d"}
