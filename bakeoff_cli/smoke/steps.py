"""The runs of a rehearsal. Each step notes what it saw, and settles what that settles."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bakeoff.domain.run.executions import UNFINISHED
from bakeoff_cli.data.choice import Chosen
from bakeoff_cli.data.sample import SAMPLE_FILE
from bakeoff_cli.errors import CliError
from bakeoff_cli.finished_run import FinishedRun
from bakeoff_cli.session import Session
from bakeoff_cli.smoke.findings import Findings
from bakeoff_cli.smoke.jobs import Job, causes, describe, jobs_of, request_id
from bakeoff_cli.stack.history import RunHistory
from bakeoff_cli.stack.stack import run_id_from

ALGORITHMS = ("xgboost", "linear-learner", "knn")
# Closed source: only a run in AWS shows what their containers do.
_CLOSED = ("linear-learner", "knn")
_ON_THE_WAY = ("InProgress", "Stopping")
_POLL_SECONDS = 2.0
_PATIENCE_SECONDS = 3600.0
_WORDS = re.compile(r"already existing|could not find|is in status|CapacityError|ResourceLimitExceeded", re.I)
_RETRIED = re.compile(r"-\d+-\d+-[1-9]\d*$")
T = TypeVar("T")


class Unexpected(CliError):
    """AWS did something else than the step was to show."""


@dataclass
class RehearsalRuns:
    """`note` is told what happens; `jobs` are all that were seen. `sleep` takes seconds."""

    session: Session
    findings: Findings
    note: Callable[[str], None]
    jobs: dict[str, Job] = field(default_factory=dict)
    sleep: Callable[[float], None] = time.sleep

    def stop_a_run(self) -> None:
        """An upload starts a run; stopping it stops the job that it waits for."""
        arn = self.session.start([Chosen(SAMPLE_FILE, "smoke.libsvm")])[0]
        self.findings.settle("upload", True, f"Inputs/smoke.libsvm started {arn}")
        job = self._first_job(arn)
        answer = self._states.stop_execution(executionArn=arn, error="Smoke", cause="bakeoff smoke stops it")
        self.note(f"Stopped {run_id_from(arn)} (request {request_id(answer)}).")
        status = self._wait_for_end(arn)["status"]
        if status != "ABORTED":
            raise Unexpected(f"The run {run_id_from(arn)} was stopped, but is {status}.")
        self.note(self._wait_for_job(job).told())

    def stop_a_job(self) -> None:
        """A Spark job that somebody stops has to fail its run."""
        arn = self._start([ALGORITHMS[0]])
        job = self._first_job(arn)
        self.session.aws.sagemaker.stop_processing_job(ProcessingJobName=job.arn.rpartition("/")[2])
        ended, stopped = self._wait_for_end(arn), self._wait_for_job(job)
        self.note(
            f"{stopped.told()}; the run is {ended['status']}, {ended.get('error')}: {ended.get('cause')}"
        )
        if stopped.status == "Stopped":
            evidence = f"{stopped.told()}; {arn} is {ended['status']} with {ended.get('error')}"
            self.findings.settle("stopped-job", ended["status"] == "FAILED", evidence)

    def compare(self) -> None:
        """All algorithms, the first of them on spot instances."""
        first, *others = ALGORITHMS
        self._compare([{"name": first, "spot": True}, *others])

    def compare_in_subnets(self) -> None:
        """One algorithm, when the stack has been given subnets."""
        jobs = self._compare([ALGORITHMS[0]])
        inside = [job for job in jobs if _network(job).get("Subnets")]
        if len(inside) != len(jobs):
            raise Unexpected("The stack was given subnets, but not every job of its run was in them.")
        self.findings.settle("subnets", True, "; ".join(job.told() for job in inside))

    def refute_by_causes(self, arn: str) -> None:
        for cause in causes(RunHistory(self._states, arn).everything()):
            self.findings.refute_by(cause, run_id_from(arn))
            if _WORDS.search(cause):
                self.findings.settle("words", True, f"{run_id_from(arn)}: {cause[:200]}")

    @property
    def _states(self) -> Any:
        return self.session.aws.stepfunctions

    def _compare(self, algorithms: list[Any]) -> list[Job]:
        arn = self._start(algorithms)
        run = self.session.watch(arn)
        jobs = jobs_of(self.session.aws, arn)
        self.jobs |= {job.arn: job for job in jobs}
        self.refute_by_causes(arn)
        for job in jobs:
            self.note(job.told())
            self._settle_job(job)
        self._settle_candidates(run)
        if not run.complete:
            why = run.end.cause or f"without {', '.join(run.unfinished)}"
            raise Unexpected(f"The run {run.end.run_id} ended as {run.end.status}: {why}")
        self.note(f"{arn} succeeded in {run.end.seconds:.0f} s; report {run.end.report_uri}")
        return jobs

    def _settle_job(self, job: Job) -> None:
        if job.status != "Completed":
            return
        keys = ["training-images"] if job.trains else ["spark", "spark-image"]
        if job.trains and job.description.get("EnableManagedSpotTraining"):
            keys.append("spot")
        if job.trains and _isolated(job):
            keys.append("isolation")
        if job.trains and _RETRIED.search(job.arn):
            keys.append("retry-names")
        if job.description.get("OutputDataConfig", {}).get("KmsKeyId"):
            keys.append("key")
        for key in keys:
            self.findings.settle(key, True, job.told())

    def _settle_candidates(self, run: FinishedRun) -> None:
        """A candidate is completed only when its endpoint has answered, and its training job was told of."""
        for item in run.comparison["candidates"] if run.comparison else []:
            completed = item["status"] == "completed"
            told = (
                f"{item['name']} of {run.end.run_id} is {item['status']}, trained for "
                f"{item.get('training_seconds')} s, {item.get('metrics') or item.get('error')}"
            )
            if item["name"] in _CLOSED:
                self.findings.settle("containers", completed, told)
            if completed:
                for key in ("candidates", "units", "trust-jobs"):
                    self.findings.settle(key, True, told)
                self.findings.settle("job-fields", item.get("training_seconds") is not None, told)

    def _start(self, algorithms: list[Any]) -> str:
        given = json.dumps({"algorithms": algorithms})
        machine = self.session.stack.state_machine_arn
        arn = str(self._states.start_execution(stateMachineArn=machine, input=given)["executionArn"])
        self.note(f"Started {run_id_from(arn)} with {given}.")
        return arn

    def _first_job(self, arn: str) -> Job:
        """The run's Spark job, once it is under way."""

        def look() -> Job | None:
            jobs = jobs_of(self.session.aws, arn)
            if not jobs:
                ended = self._states.describe_execution(executionArn=arn)
                if ended["status"] not in UNFINISHED:
                    self.refute_by_causes(arn)
                    raise Unexpected(
                        f"The run {run_id_from(arn)} ended before it had a job: {ended.get('cause')}"
                    )
            return jobs[0] if jobs else None

        return self._until(look, f"a job of the run {run_id_from(arn)}")

    def _wait_for_end(self, arn: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            found: dict[str, Any] = self._states.describe_execution(executionArn=arn)
            return None if found["status"] in UNFINISHED else found

        return self._until(look, f"the end of the run {run_id_from(arn)}")

    def _wait_for_job(self, job: Job) -> Job:
        def look() -> Job | None:
            found = describe(self.session.aws, job.arn)
            return None if found.status in _ON_THE_WAY else found

        self.jobs[job.arn] = self._until(look, f"the end of {job.arn}")
        return self.jobs[job.arn]

    def _until(self, look: Callable[[], T | None], what: str) -> T:
        for _ in range(round(_PATIENCE_SECONDS / _POLL_SECONDS)):
            if (found := look()) is not None:
                return found
            self.sleep(_POLL_SECONDS)
        raise Unexpected(
            f"Within {_PATIENCE_SECONDS / 60:.0f} minutes there was nothing to be seen of {what}."
        )


def _network(job: Job) -> dict[str, Any]:
    """A job's VpcConfig, which a processing job has inside its NetworkConfig."""
    about = job.description if job.trains else job.description.get("NetworkConfig", {})
    return dict(about.get("VpcConfig", {}))


def _isolated(job: Job) -> bool:
    flags = ("EnableNetworkIsolation", "EnableInterContainerTrafficEncryption")
    return all(job.description.get(flag) for flag in flags)
