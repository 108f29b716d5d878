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
            training_job_name=name,
            training_job_status="InProgress",
            final_metric_data_list=None,
            hyperparameters=request["HyperParameters"],
        )

    def stop_training_job(self, TrainingJobName: str) -> None:
        self.end(TrainingJobName, "Stopped")

    def end(self, name: str, status: str = "Completed", value: float = 1.0) -> None:
        job = self.jobs[name]
        job.final_metric_data_list = [{"MetricName": "loss", "Value": value}]
        job.training_job_status = status
        self._changes.note()

    def running(self) -> list[str]:
        return [name for name, job in self.jobs.items() if job.training_job_status == "InProgress"]

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


def record_of(request: dict[str, Any]) -> TuningRecord:
    job = SimpleNamespace(
        arn="arn", hyper_parameter_tuning_job_name="tuning", tags=None, creation_time=utcnow()
    )
    return TuningRecord(job, request)


@pytest.fixture
def record() -> TuningRecord:
    return record_of(REQUEST)


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


def searching(strategy: str, parallel: int) -> dict[str, Any]:
    ranges = {"ContinuousParameterRanges": [{"Name": "n", "MinValue": "0", "MaxValue": "1"}]}
    limits = {"MaxNumberOfTrainingJobs": 10, "MaxParallelTrainingJobs": parallel}
    config = REQUEST["HyperParameterTuningJobConfig"] | {
        "Strategy": strategy,
        "RandomSeed": 1,
        "ParameterRanges": ranges,
        "ResourceLimits": limits,
    }
    return REQUEST | {"HyperParameterTuningJobConfig": config}


def searched(
    instance: Instance,
    request: dict[str, Any],
    next_to_end: Callable[[list[str]], str],
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[list[dict[str, str]], list[int]]:
    """The values of all jobs, and how many trained each time that one ended: the one of `next_to_end`."""
    training, record, at_once = FakeTraining(instance), record_of(request), list[int]()

    def end_one(*_: Any, **__: Any) -> None:
        running = training.running()
        at_once.append(len(running))
        name = next_to_end(running)
        training.end(name, value=abs(float(training.jobs[name].hyperparameters["n"]) - 0.3))

    monkeypatch.setattr(Instance, "client", lambda self, service: training)
    monkeypatch.setattr(instance.changes, "wait", end_one)
    Tuner(instance, training.jobs, request, record, lambda: 0.0).run(StopSignal())
    return [each.values for each in record.trials], at_once


@pytest.mark.parametrize("parallel", [1, 2, 4])
@pytest.mark.parametrize("strategy", ["Bayesian", "Random"])
def test_what_is_tried_does_not_depend_on_which_job_ends_first(
    instance: Instance, strategy: str, parallel: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = searching(strategy, parallel)

    oldest, at_once = searched(instance, request, min, monkeypatch)
    newest, _ = searched(instance, request, max, monkeypatch)

    assert len(oldest) == 10
    assert newest == oldest
    # And nothing waits for more than it must
    assert at_once == [parallel] * (11 - parallel) + [*range(parallel - 1, 0, -1)]


def test_what_learns_nothing_waits_for_no_result(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    _, at_once = searched(instance, searching("Random", 3), max, monkeypatch)

    assert at_once == [3] * 8 + [2, 1]
