from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.run.causes import QUOTA_USED_UP
from bakeoff_cli.stack.progress import progress
from tests.unit.bakeoff_cli.histories import (
    START,
    Recorder,
    candidate_run,
    distributed_run,
    two_candidates,
    unit,
    whole_run,
)


def test_no_event_yet_is_a_run_without_states() -> None:
    run = progress([])
    assert (run.status, run.started, run.steps, run.candidates) == ("RUNNING", None, [], [])


def test_a_finished_run_has_left_all_its_states_in_order() -> None:
    run = progress(whole_run())
    assert [step.name for step in run.steps] == ["Plan run", "Compare candidates", "Judge candidates"]
    assert all(step.exited for step in run.steps)
    assert (run.status, run.started, run.failed_step) == ("SUCCEEDED", START, None)


def test_interleaved_iterations_are_told_apart_and_named_after_their_candidates() -> None:
    recorder = Recorder()
    _, xgboost, _ = two_candidates(recorder)
    recorder.enter("Task", "Create model", recorder.leave("Task", "Train model", xgboost))
    run = progress(recorder.events)
    states = {candidate.name: [step.name for step in candidate.steps] for candidate in run.candidates}
    assert states == {"xgboost": ["Train model", "Create model"], "knn": ["Train model"]}
    assert all(candidate.map_step is run.steps[-1] for candidate in run.candidates)


def test_an_iteration_that_is_chained_to_the_one_before_it_is_a_candidate_of_its_own() -> None:
    recorder = Recorder()
    last = recorder.enter("Map", "Compare candidates", recorder.start())
    for index, name in enumerate(("xgboost", "knn")):
        # Given that a worker of the Map goes on from its last event to its next iteration
        item = {"name": name, "algorithm": name}
        entered = recorder.enter("Task", "Train model", recorder.iterate(last, index), item)
        last = recorder.leave("Task", "Train model", entered)
        recorder.add("MapIterationSucceeded", last)
    run = progress(recorder.events)
    assert [(each.name, len(each.steps), each.status) for each in run.candidates] == [
        ("xgboost", 1, "succeeded"),
        ("knn", 1, "succeeded"),
    ]


def test_finished_candidates_have_their_time_and_outcome() -> None:
    xgboost, knn = progress(whole_run()).candidates
    assert xgboost.status == knn.status == "succeeded"
    assert knn.ended is not None
    assert knn.seconds(START) == (knn.ended - knn.started).total_seconds() > 0


def test_a_caught_error_stays_with_the_candidate_that_went_on() -> None:
    recorder = Recorder()
    _, xgboost, _ = two_candidates(recorder)
    failed = recorder.fail_task(xgboost, "States.TaskFailed", '{"FailureReason": "No such image."}')
    recorder.enter("Task", "Record failure", recorder.leave("Task", "Train model", failed))
    first, second = progress(recorder.events).candidates
    assert (first.failure, second.failure) == ("No such image.", None)


def test_a_candidate_that_gets_over_a_caught_error_has_not_failed() -> None:
    # Given a candidate that was refused for a quota, waited, and trained after all
    recorder = Recorder()
    _, xgboost, _ = two_candidates(recorder)
    failed = recorder.fail_task(xgboost, "SageMaker.ResourceLimitExceededException", "The quota is 1.")
    last = recorder.leave("Task", "Train model", failed)
    waiting = recorder.enter("Wait", "Wait for another attempt", last)
    last = recorder.task("Train model", recorder.leave("Wait", "Wait for another attempt", waiting))
    recorder.add("MapIterationSucceeded", last)
    (candidate, _) = progress(recorder.events).candidates
    assert candidate.steps[0].error == f"{QUOTA_USED_UP}The quota is 1."
    assert (candidate.status, candidate.failure) == ("succeeded", None)


def test_a_candidate_whose_endpoint_failed_has_failed_without_any_error() -> None:
    recorder = Recorder()
    _, xgboost, _ = two_candidates(recorder)
    last = recorder.task("Record failure", recorder.leave("Task", "Train model", xgboost))
    recorder.add("MapIterationSucceeded", last)
    assert progress(recorder.events).candidates[0].failure == "see the run's results"


def test_a_retry_counts_attempts_and_forgets_the_error() -> None:
    recorder = Recorder()
    _, xgboost, _ = two_candidates(recorder)
    failed = recorder.fail_task(xgboost, "SageMaker.AmazonSageMakerException", "Rate exceeded")
    assert progress(recorder.events).candidates[0].steps[0].error == "Rate exceeded"
    recorder.add("TaskScheduled", failed)
    step = progress(recorder.events).candidates[0].steps[0]
    assert (step.attempts, step.error) == (2, None)


def test_a_failed_run_names_the_state_it_could_not_leave() -> None:
    recorder = Recorder()
    failed = recorder.fail_task(recorder.enter("Task", "Plan run", recorder.start()), "NoInputData", "Empty.")
    recorder.add("ExecutionFailed", failed, executionFailedEventDetails={"error": "NoInputData"})
    run = progress(recorder.events)
    assert (run.status, run.error, run.outcome) == ("FAILED", "NoInputData", "failed")
    assert run.failed_step is run.steps[0]


@pytest.mark.parametrize(
    ("end", "details", "outcome"),
    [
        ("ExecutionAborted", {}, "stopped"),
        ("ExecutionTimedOut", {}, "timed out"),
        ("ExecutionFailed", {"executionFailedEventDetails": {"error": "States.Timeout"}}, "timed out"),
    ],
)
def test_a_run_that_was_stopped_or_ran_out_of_time_has_not_failed(
    end: str, details: dict[str, Any], outcome: str
) -> None:
    recorder = Recorder()
    recorder.add(end, recorder.enter("Task", "Plan run", recorder.start()), **details)
    assert progress(recorder.events).outcome == outcome


def test_a_timed_out_task_without_a_cause_still_has_an_error() -> None:
    recorder = Recorder()
    last = recorder.add("TaskScheduled", recorder.enter("Task", "Plan run", recorder.start()))
    recorder.add("TaskTimedOut", last, taskTimedOutEventDetails={"error": "States.Timeout"})
    (step,) = progress(recorder.events).steps
    assert (step.error, step.timed_out) == ("It took longer than the workflow allows.", True)


def test_a_candidate_whose_input_was_cut_short_is_numbered() -> None:
    recorder = Recorder()
    iteration = recorder.iterate(recorder.enter("Map", "Compare candidates", recorder.start()), 1)
    details = {"name": "Train model", "input": '{"name": "xgb'}
    recorder.add("TaskStateEntered", iteration, stateEnteredEventDetails=details)
    assert progress(recorder.events).candidates[0].name == "candidate 2"


def test_a_map_that_ends_out_of_an_iteration_is_still_left() -> None:
    recorder = Recorder()
    map_entered, xgboost, _ = two_candidates(recorder)
    aborted = recorder.add("MapStateAborted", recorder.add("MapIterationFailed", xgboost))
    recorder.leave("Map", "Compare candidates", aborted)
    run = progress(recorder.events)
    assert map_entered and run.steps[-1].exited
    assert run.candidates[0].status == "failed"


def test_a_redriven_run_goes_on() -> None:
    recorder = Recorder()
    recorder.add("ExecutionRedriven", recorder.add("ExecutionAborted", recorder.start()))
    run = progress(recorder.events)
    assert (run.status, run.ended) == ("RUNNING", None)


@given(st.randoms(use_true_random=False))
def test_the_order_in_which_events_arrive_does_not_matter(shuffler: random.Random) -> None:
    events = whole_run()
    expected = progress(events)
    shuffler.shuffle(events)
    assert progress(events) == expected


@given(st.integers(0, len(whole_run())))
def test_every_beginning_of_a_history_is_a_run_that_only_grows(length: int) -> None:
    events = whole_run()
    before, after = progress(events[:length]), progress(events)
    assert [step.name for step in after.steps][: len(before.steps)] == [step.name for step in before.steps]
    assert all(step.seconds(START + timedelta(hours=1)) > 0 for step in before.steps)


def test_candidates_that_are_executions_of_their_own_are_told_like_iterations() -> None:
    # Given their histories in another order than the Map's input
    candidates = [candidate_run("knn", "ExecutionSucceeded"), candidate_run("xgboost")]

    run = progress(distributed_run(), candidates)

    assert [(each.name, each.status) for each in run.candidates] == [
        ("xgboost", "running"),
        ("knn", "succeeded"),
    ]
    assert [each.steps[0].name for each in run.candidates] == ["Train model", "Train model"]
    assert all(each.map_step is run.steps[-1] for each in run.candidates)
    assert run.status == "RUNNING"


@pytest.mark.parametrize(
    ("end", "details", "status", "failure"),
    [
        ("ExecutionAborted", {}, "aborted", None),
        ("ExecutionTimedOut", {}, "failed", "It took longer than the workflow allows."),
        (
            "ExecutionFailed",
            {"executionFailedEventDetails": {"error": "States.Runtime"}},
            "failed",
            "States.Runtime",
        ),
    ],
)
def test_a_candidate_whose_execution_ended_unheard_says_so(
    end: str, details: dict[str, Any], status: str, failure: str | None
) -> None:
    [candidate] = progress(distributed_run(), [candidate_run("knn", end, **details)]).candidates
    assert candidate.status == status
    assert candidate.failure == failure


def test_a_candidate_of_which_nothing_has_happened_is_not_told() -> None:
    assert progress(distributed_run(), [[]]).candidates == []


def test_units_are_told_in_the_order_of_the_map_with_their_folds() -> None:
    # Given two candidates in three folds, whose executions are listed in another order
    units = [unit(name, fold) for name in ("xgboost", "knn") for fold in range(3)]
    started = [candidate_run(name, fold=fold) for fold in (2, 0) for name in ("knn", "xgboost")]

    run = progress(distributed_run(units), started)

    assert [each.name for each in run.candidates] == [
        "xgboost, fold 1",
        "xgboost, fold 3",
        "knn, fold 1",
        "knn, fold 3",
    ]
    assert len(run.units) == 6 and run.has_folds


@pytest.mark.parametrize("items", [[{"name": "xgboost", "algorithm": "xgboost"}, {"name": "knn"}], None])
def test_a_run_of_an_earlier_release_or_without_folds_is_told_by_candidates(items: Any) -> None:
    run = progress(distributed_run(items), [candidate_run("knn"), candidate_run("xgboost")])

    assert [each.name for each in run.candidates] == ["xgboost", "knn"]
    assert not run.has_folds


def test_of_a_map_whose_input_was_cut_short_units_keep_the_order_of_their_begin() -> None:
    events = distributed_run()
    entered = next(event for event in events if event["type"] == "MapStateEntered")
    entered["stateEnteredEventDetails"]["input"] = '[{"candidate": "xgb'

    run = progress(events, [candidate_run("knn", fold=1), candidate_run("xgboost", fold=0)])

    assert [each.name for each in run.candidates] == ["knn, fold 2", "xgboost, fold 1"]
    assert run.units == []
