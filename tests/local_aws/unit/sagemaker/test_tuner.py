"""A tuning job's limits of time, and its end with the embedded AWS."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.utils import utcnow

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.container import JobFailed
from local_aws.services.sagemaker.control_plane.tuning.records import TuningRecord
from local_aws.services.sagemaker.control_plane.tuning.tuner import Tuner
from local_aws.services.sagemaker.data_plane.running_jobs import RunningJobs, StopSignal
from tests.patience import PATIENCE_SECONDS, eventually

REQUEST: dict[str, Any] = {
    "HyperParameterTuningJobName": "tuning",
    "HyperParameterTuningJobConfig": {
        "Strategy": "Random",
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
        "ResourceLimits": {
            "MaxNumberOfTrainingJobs": 9,
            "MaxParallelTrainingJobs": 2,
            "MaxRuntimeInSeconds": 120,
        },
        "ParameterRanges": {"IntegerParameterRanges": [{"Name": "n", "MinValue": "1", "MaxValue": "9"}]},
    },
    "TrainingJobDefinition": {},
}


class FakeTraining:
    """Stands behind the client: jobs that train until they are stopped or told to end."""

    def __init__(self, instance: Instance) -> None:
        self.jobs: dict[str, Any] = {}
        self._changes = instance.changes

    def create_training_job(self, **request: Any) -> None:
        name = request["TrainingJobName"]
        self.jobs[name] = SimpleNamespace(
            training_job_name=name, training_job_status="InProgress", final_metric_data_list=None
        )

    def stop_training_job(self, TrainingJobName: str) -> None:
        self.end(TrainingJobName, "Stopped")

    def end(self, name: str, status: str = "Completed", value: float = 1.0) -> None:
        job = self.jobs[name]
        job.final_metric_data_list = [{"MetricName": "loss", "Value": value}]
        job.training_job_status = status
        self._changes.note()

    def statuses(self) -> list[str]:
        return [job.training_job_status for job in self.jobs.values()]


@pytest.fixture
def instance(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Instance:
    instance = Instance("http://127.0.0.1:1", tmp_path_factory.mktemp("site"))
    training = FakeTraining(instance)
    monkeypatch.setattr(Instance, "client", lambda self, service: training)
    return instance


@pytest.fixture
def training(instance: Instance) -> FakeTraining:
    found: FakeTraining = instance.client("sagemaker")
    return found


@pytest.fixture
def record() -> TuningRecord:
    job = SimpleNamespace(
        arn="arn", hyper_parameter_tuning_job_name="tuning", tags=None, creation_time=utcnow()
    )
    return TuningRecord(job, REQUEST)


def tuner(
    instance: Instance, training: FakeTraining, record: TuningRecord, clock: Callable[[], float]
) -> Tuner:
    return Tuner(instance, training.jobs, REQUEST, record, clock)


def test_a_tuning_job_out_of_time_stops_what_trains_and_keeps_what_it_has(
    instance: Instance, training: FakeTraining, record: TuningRecord
) -> None:
    # Given a tuning job of which one training job has ended, and two train
    now = [0.0]
    RunningJobs(instance).start("arn", record, tuner(instance, training, record, lambda: now[0]).run)
    first = eventually(lambda: next(iter(training.jobs), None))
    training.end(str(first))
    eventually(lambda: len(training.jobs) == 3)

    # When its time is over
    now[0] = 120.0
    instance.changes.note()

    # Then it has completed, with the best of what there was
    eventually(lambda: not record.running)
    assert record.status == "Completed"
    assert training.statuses() == ["Completed", "Stopped", "Stopped"]
    assert record.best is not None and record.best.name == first


def test_no_thread_outlives_the_instance(
    instance: Instance, training: FakeTraining, record: TuningRecord
) -> None:
    # Given a tuning job whose training jobs never end
    RunningJobs(instance).start("arn", record, tuner(instance, training, record, lambda: 0.0).run)
    eventually(lambda: len(training.jobs) == 2)

    # When the embedded AWS ends
    instance.close()

    # Then so does the search, and it says nothing more
    assert instance.threads.join(PATIENCE_SECONDS) == []
    assert record.status == "InProgress"
    assert training.statuses() == ["InProgress", "InProgress"]


def test_a_stop_ends_what_trains_before_it_is_told(
    instance: Instance, training: FakeTraining, record: TuningRecord
) -> None:
    jobs = RunningJobs(instance)
    jobs.start("arn", record, tuner(instance, training, record, lambda: 0.0).run)
    eventually(lambda: len(training.jobs) == 2)

    jobs.stop("arn")

    eventually(lambda: record.status == "Stopped")
    assert training.statuses() == ["Stopped", "Stopped"]


def test_a_training_job_that_can_not_start_fails_the_tuning_job(
    instance: Instance, training: FakeTraining, record: TuningRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**request: Any) -> None:
        raise ClientError({"Error": {"Code": "ValidationException", "Message": "no"}}, "CreateTrainingJob")

    monkeypatch.setattr(training, "create_training_job", refuse)

    with pytest.raises(JobFailed, match=r"a training job could not be started: .*no"):
        tuner(instance, training, record, lambda: 0.0).run(StopSignal())
