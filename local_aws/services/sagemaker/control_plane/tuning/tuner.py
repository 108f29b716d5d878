"""A tuning job at work: ordinary training jobs, a few at a time, with values of its strategy's choice."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.container import JobFailed
from local_aws.services.sagemaker.control_plane.tuning.parameter_ranges import space_of
from local_aws.services.sagemaker.control_plane.tuning.records import Trial, TuningRecord
from local_aws.services.sagemaker.control_plane.tuning.requests import (
    OBJECTIVE_PARAMETER,
    max_jobs,
    training_request,
)
from local_aws.services.sagemaker.data_plane.running_jobs import JobStopped, StopSignal
from local_aws.services.sagemaker.search.strategies import STRATEGIES
from local_aws.services.sagemaker.search.strategy import Observation

# Of a job's end the tuner is told; it looks now and then for what tells nobody.
_LOOK_SECONDS = 1.0
# A tuning job gives up after so many: the number in the message that users quote, as of
# https://github.com/aws/amazon-sagemaker-examples/issues/2437
_ATTEMPTS = 5
_NONE_SUCCEEDED = (
    "No training job succeeded after {} attempts. Please take a look at the training job failures to get "
    "more details."
)
# Less certain: AWS documents neither the words nor the number of jobs for it.
_NONE_MEASURED = (
    "No objective metrics found after running {} training jobs. Please ensure that the custom algorithm is "
    "emitting the objective metric as defined by the regular expression provided."
)


class Tuner:
    """`training_jobs` is where training jobs' records are found, `clock` tells seconds."""

    def __init__(
        self,
        instance: Instance,
        training_jobs: Mapping[str, Any],
        request: Mapping[str, Any],
        record: TuningRecord,
        clock: Callable[[], float],
    ) -> None:
        self._site, self._training_jobs, self._record, self._clock = instance, training_jobs, record, clock
        self._definition = request["TrainingJobDefinition"]
        config = request["HyperParameterTuningJobConfig"]
        limits = config["ResourceLimits"]
        self._parallel, self._jobs = limits["MaxParallelTrainingJobs"], max_jobs(request)
        self._enough = min(_ATTEMPTS, self._jobs)
        self._deadline = clock() + limits.get("MaxRuntimeInSeconds", float("inf"))
        self._strategy = STRATEGIES[config["Strategy"]](space_of(request), config.get("RandomSeed"))
        self._client: Any = instance.client("sagemaker")

    def run(self, stop: StopSignal) -> None:
        """Search until the limits are reached; raises JobFailed, or JobStopped when asked to stop."""
        try:
            self._search(stop)
        finally:
            self._end_training()
        if stop.asked.is_set():
            raise JobStopped("Stopped")

    def _search(self, stop: StopSignal) -> None:
        changes = self._site.changes
        while not self._is_over(stop):
            seen = changes.count
            self._require_success()
            while len(self._running()) < self._parallel and self._launch():
                pass
            if not self._running():
                return
            changes.wait(seen, _LOOK_SECONDS, unless=stop.asked.is_set)

    def _is_over(self, stop: StopSignal) -> bool:
        return stop.asked.is_set() or self._site.closing or self._clock() >= self._deadline

    def _running(self) -> list[Trial]:
        return [each for each in self._record.trials if each.running]

    def _require_success(self) -> None:
        """Give up, as AWS does, when none of the first jobs was of any use."""
        ended = [each for each in self._record.trials if not each.running]
        completed = [each for each in ended if each.status == "Completed"]
        if len(ended) >= self._enough and not completed:
            raise JobFailed(_NONE_SUCCEEDED.format(len(ended)))
        if len(completed) >= _ATTEMPTS and self._record.best is None:
            raise JobFailed(_NONE_MEASURED.format(len(completed)))

    def _launch(self) -> bool:
        """Start the next training job; False when nothing is left to try, or not yet."""
        trials = self._record.trials
        values = self._chosen() if len(trials) < self._jobs else None
        if values is None:
            return False
        name = f"{self._record.name}-{len(trials) + 1:03}-{secrets.token_hex(4)}"
        self._create(name, values)
        job = self._training_jobs[name]
        job.tuning_job_arn = self._record.arn
        trials.append(Trial(job, values, self._record.objective))
        return True

    def _chosen(self) -> dict[str, str] | None:
        """The values of the next training job; None when nothing is left to try, or not yet.

        They follow from what all jobs told but the last `parallel - 1` before it, which may still train, even
        if they do not: so the result does not depend on which of the jobs at work ends first.
        """
        trials = self._record.trials
        known = max(len(trials) + 1 - self._parallel, 0)
        if self._strategy.learns(len(trials)) and any(each.running for each in trials[:known]):
            return None
        told = [each.loss if number < known else None for number, each in enumerate(trials)]
        return self._strategy.next(
            [Observation(each.values, loss) for each, loss in zip(trials, told, strict=True)]
        )

    def _create(self, name: str, values: Mapping[str, str]) -> None:
        own = {OBJECTIVE_PARAMETER: self._record.objective.metric}
        request = training_request(self._definition) | {
            "TrainingJobName": name,
            "HyperParameters": {**self._definition.get("StaticHyperParameters", {}), **values, **own},
            "Tags": self._record.tags,
        }
        try:
            self._client.create_training_job(**request)
        except (BotoCoreError, ClientError) as err:
            raise JobFailed(f"ClientError: a training job could not be started: {err}") from err

    def _end_training(self) -> None:
        """Stop what still trains, and wait for its end; not when the whole of this AWS ends."""
        changes, site = self._site.changes, self._site
        for trial in self._running():
            self._stop(trial)
        while not site.closing:
            seen = changes.count
            if not self._running():
                return
            changes.wait(seen, _LOOK_SECONDS, unless=lambda: site.closing)

    def _stop(self, trial: Trial) -> None:
        if self._site.closing:
            return
        try:
            self._client.stop_training_job(TrainingJobName=trial.name)
        except (BotoCoreError, ClientError):
            # It may have ended by itself in the meantime, or this AWS has.
            if trial.running and not self._site.closing:
                raise
