from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.container import JobFailed, NoLocalImplementation
from local_aws.services.sagemaker.data_plane.running_jobs import (
    JobStopped,
    RunningJobs,
    StopSignal,
    moving_data,
)
from local_aws.services.sagemaker.data_plane.s3 import NoObjects
from tests.patience import PATIENCE_SECONDS


class FakeRecord:
    def __init__(self) -> None:
        self.ended = threading.Event()
        self.end: tuple[str, str, str | None] | None = None

    def enter(self, secondary_status: str) -> None:
        raise AssertionError("only the work itself enters states")

    def finish(self, status: str, secondary_status: str, reason: str | None) -> None:
        self.end = status, secondary_status, reason
        self.ended.set()


@pytest.fixture
def instance(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    return Instance("http://127.0.0.1:1", tmp_path_factory.mktemp("site"))


def raises(error: Exception) -> Callable[[StopSignal], None]:
    def work(stop: StopSignal) -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("work", "end"),
    [
        (lambda stop: None, ("Completed", "Completed", None)),
        (raises(JobStopped("MaxRuntimeExceeded")), ("Stopped", "MaxRuntimeExceeded", None)),
        (raises(JobFailed("AlgorithmError: no")), ("Failed", "Failed", "AlgorithmError: no")),
        (raises(JobFailed("x" * 2000)), ("Failed", "Failed", "x" * 1024)),
        (raises(ZeroDivisionError("0")), ("Failed", "Failed", "InternalServerError: ZeroDivisionError: 0")),
    ],
)
def test_a_job_ends_as_its_work_does(
    instance: Instance, work: Callable[[StopSignal], None], end: tuple[str, str, str | None]
) -> None:
    record = FakeRecord()

    RunningJobs(instance).start("arn", record, work)

    assert record.ended.wait(PATIENCE_SECONDS)
    assert record.end == end


def test_an_image_without_container_is_a_failure_that_says_so(instance: Instance) -> None:
    record = FakeRecord()

    RunningJobs(instance).start("arn", record, raises(NoLocalImplementation("registry/forest:1")))

    assert record.ended.wait(PATIENCE_SECONDS)
    assert record.end is not None
    assert str(record.end[2]).startswith("ClientError: no local implementation of image registry/forest:1")


def test_stopping_reaches_the_right_job(instance: Instance) -> None:
    def until_asked(stop: StopSignal) -> None:
        assert stop.asked.wait(PATIENCE_SECONDS)
        raise JobStopped("Stopped")

    jobs, asked, other = RunningJobs(instance), FakeRecord(), FakeRecord()
    jobs.start("asked", asked, until_asked)
    jobs.start("other", other, until_asked)

    jobs.stop("asked")
    jobs.stop("unknown")

    assert asked.ended.wait(PATIENCE_SECONDS)
    assert not other.ended.is_set()
    jobs.stop("other")
    assert other.ended.wait(PATIENCE_SECONDS)


def test_closing_ends_jobs_without_publishing_anything(instance: Instance) -> None:
    ended = threading.Event()

    def until_asked(stop: StopSignal) -> None:
        assert stop.asked.wait(PATIENCE_SECONDS)
        ended.set()

    record = FakeRecord()
    RunningJobs(instance).start("arn", record, until_asked)

    instance.close()

    assert ended.is_set()
    assert record.end is None


def test_what_s3_refuses_becomes_the_failure_reason() -> None:
    expected = pytest.raises(JobFailed, match="ClientError: Data download failed: nothing there")

    with expected, moving_data("Data download"):
        raise NoObjects("nothing there")
