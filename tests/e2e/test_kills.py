"""kill -9 of whatever runs: the run tells of it, the rest goes on, and the next run works."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import psutil
import pytest

from local_aws.services.lambda_.configuration import Invocation
from local_aws.services.lambda_.environments.environment import ExecutionEnvironment, Result
from tests.e2e.stack import Stack
from tests.patience import eventually
from tests.processes import SPARK, TRAINING, WORKER, found

ROWS = b"".join(b"%d,%d,%d\n" % (n % 7 + n, n, n * n % 11) for n in range(300))
KILLED = "the process was ended by signal 9 (Killed), exit code: 137"
EXITED = "Runtime exited with error: signal: killed"
THREE = {"algorithms": ["xgboost", "linear-learner", "knn"]}
# Its training lasts until somebody kills it.
ENDLESS = {"name": "xgboost", "algorithm": "xgboost", "hyperparameters": {"num_round": "100000000"}}


@dataclass(frozen=True)
class Runs:
    spark: dict[str, Any]
    planning: dict[str, Any]
    candidates: dict[str, Any]
    afterwards: dict[str, Any]
    leftovers: list[str]


def last_worker(stack: Stack, function: str) -> psutil.Process:
    """The only idle worker of a function, stopped so that its next invocation takes as long as we like."""
    eventually(lambda: found(WORKER.format(function)))
    *others, last = found(WORKER.format(function))
    for worker in others:
        worker.kill()
    last.suspend()
    return last


@contextmanager
def handed_over() -> Iterator[Counter[str]]:
    """How many invocations of each handler a worker has got: if it dies now, no other one takes its place."""
    counts, run = Counter[str](), ExecutionEnvironment.run

    def counted(environment: ExecutionEnvironment, invocation: Invocation) -> Result:
        counts[environment.configuration.handler] += 1
        return run(environment, invocation)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ExecutionEnvironment, "run", counted)
        yield counts


def kill_at_work(worker: psutil.Process, begin: Callable[[], object], handler: str) -> None:
    with handed_over() as counts:
        begin()
        eventually(lambda: counts[handler])
        worker.kill()


@pytest.fixture(scope="module")
def runs(stack: Stack) -> Runs:
    stack.clear_inputs()
    # Given a Spark driver that is killed as soon as it runs
    first = stack.upload("Inputs/killed.csv", ROWS)
    eventually(lambda: found(SPARK))[0].kill()
    spark = stack.wait(first)

    # And a worker that is killed while it plans
    planner = last_worker(stack, "plan_run")
    begin = partial(stack.begin, "killed-planning", THREE)
    kill_at_work(planner, begin, "bakeoff.handlers.plan_run.handle")
    planning = stack.wait("killed-planning")

    # And, in one run, a training job that is killed, and the worker that scores the first of the others
    scorer = last_worker(stack, "score_candidate")

    def begin_without_xgboost() -> None:
        stack.begin("killed-candidates", {"algorithms": [ENDLESS, "linear-learner", "knn"]})
        eventually(lambda: found(TRAINING.format("xgboost")))[0].kill()

    kill_at_work(scorer, begin_without_xgboost, "bakeoff.handlers.score_candidate.handle")
    stack.begin("after-kills", {"algorithms": ["knn"]})
    candidates = stack.wait("killed-candidates")
    return Runs(spark, planning, candidates, stack.wait("after-kills"), stack.leftovers())


def results(stack: Stack, run: dict[str, Any]) -> dict[str, Any]:
    comparison = stack.read_json(f"runs/{run['name']}/comparison.json")
    return {candidate["name"]: candidate for candidate in comparison["candidates"]}


def test_a_killed_spark_driver_ends_its_run_with_that_cause(runs: Runs) -> None:
    assert runs.spark["status"] == "FAILED"
    assert KILLED in runs.spark["cause"] and not runs.spark["cause"].startswith("{")


def test_a_killed_worker_ends_a_run_that_cannot_do_without_it(runs: Runs) -> None:
    assert runs.planning["status"] == "FAILED"
    assert runs.planning["cause"].endswith(EXITED)


def test_a_killed_training_job_is_that_candidate_s_failure(stack: Stack, runs: Runs) -> None:
    assert runs.candidates["status"] == "SUCCEEDED"
    assert results(stack, runs.candidates)["xgboost"]["error"] == f"Train model: AlgorithmError: {KILLED}"


def test_a_killed_worker_is_the_failure_of_the_candidate_that_it_scored(stack: Stack, runs: Runs) -> None:
    linear, knn = (results(stack, runs.candidates)[name] for name in ("linear-learner", "knn"))
    [failed] = [result for result in (linear, knn) if result["status"] == "failed"]

    assert failed["error"].startswith("Score candidate: ") and failed["error"].endswith(EXITED)


def test_the_next_run_works_and_nothing_is_left(stack: Stack, runs: Runs) -> None:
    assert runs.afterwards["status"] == "SUCCEEDED"
    assert json.loads(runs.afterwards["output"])["best"] == "knn"
    assert runs.leftovers == []
