from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from bakeoff_cli.show.live_view import LineView, LiveView, progress_table
from bakeoff_cli.stack.progress import RunProgress, progress
from tests.unit.bakeoff_cli.histories import (
    START,
    Recorder,
    candidate_run,
    candidate_run_in,
    distributed_run,
    failed_candidate_run,
    two_candidates,
    unit,
    whole_run,
)


def _half_way() -> Recorder:
    recorder = Recorder()
    _, xgboost, knn = two_candidates(recorder)
    recorder.add("TaskScheduled", recorder.fail_task(knn, "Throttled", "Rate exceeded"))
    failed = recorder.fail_task(xgboost, "States.TaskFailed", "[red]No[/red] such image.")
    last = recorder.task("Record failure", recorder.leave("Task", "Train model", failed))
    recorder.add("MapIterationSucceeded", last)
    return recorder


def _rows(run: RunProgress) -> list[list[str]]:
    stream = io.StringIO()
    Console(file=stream, width=120).print(progress_table(run, START + timedelta(minutes=1)))
    return [line.split() for line in stream.getvalue().splitlines()[3:] if line.strip()]


def _lines(*runs: RunProgress) -> list[str]:
    stream = io.StringIO()
    with LineView(Console(file=stream, width=120)) as view:
        for run in runs:
            view.update(run)
    return stream.getvalue().splitlines()


def test_the_table_shows_each_candidate_with_its_state_below_the_map() -> None:
    assert _rows(progress(_half_way().events)) == [
        ["Plan", "run", "done", "3.0", "s"],
        ["Compare", "candidates", "running", "55.0", "s"],
        ["xgboost", "failed:", "[red]No[/red]", "such", "image.", "14.0", "s"],
        ["knn", "Train", "model", "(attempt", "2)", "52.0", "s"],
    ]


def test_the_table_of_a_failed_run_shows_where_it_failed_and_stops_its_clock() -> None:
    recorder = Recorder()
    recorder.add("ExecutionFailed", recorder.enter("Task", "Plan run", recorder.start()))
    assert _rows(progress(recorder.events)) == [["Plan", "run", "failed", "1.0", "s"]]


def test_a_state_whose_error_the_workflow_caught_has_failed() -> None:
    recorder = Recorder()
    failed = recorder.fail_task(
        recorder.enter("Task", "Plan run", recorder.start()), "E", "Nothing " + "there " * 50
    )
    recorder.add(
        "ExecutionFailed", recorder.enter("Fail", "Run failed", recorder.leave("Task", "Plan run", failed))
    )
    run = progress(recorder.events)
    assert [row[2:4] for row in _rows(run)] == [["failed", "3.0"], ["failed", "1.0"]]
    assert len([line for line in _lines(run) if "Plan run failed: Nothing there" in line]) == 1
    assert len(_lines(run)) == 4


def test_the_table_of_a_finished_run_has_nothing_running() -> None:
    rows = _rows(progress(whole_run()))
    assert len(rows) == 5 and not any("running" in row for row in rows)


def test_lines_tell_each_thing_once_however_often_they_are_updated() -> None:
    run = progress(whole_run())
    lines = _lines(RunProgress(), run, run)
    assert lines == _lines(run)
    assert len(lines) == len(set(lines))
    assert lines[0] == "    1.0 s  Plan run"
    assert lines[-1].endswith("The run has succeeded.")


def test_lines_tell_what_failed_and_that_the_candidate_did_not_finish() -> None:
    lines = [line.partition(" s  ")[2] for line in _lines(progress(_half_way().events))]
    assert "xgboost: Train model failed: [red]No[/red] such image." in lines
    assert "xgboost: failed: [red]No[/red] such image." in lines


def test_a_state_that_a_candidate_polls_is_told_once() -> None:
    recorder = Recorder()
    _, xgboost, _ = two_candidates(recorder)
    last = recorder.leave("Task", "Train model", xgboost)
    for _ in range(5):
        last = recorder.task("Check endpoint", last)
    assert sum("Check endpoint" in line for line in _lines(progress(recorder.events))) == 1


def test_a_terminal_gets_the_final_table() -> None:
    stream = io.StringIO()
    with LiveView(Console(file=stream, force_terminal=True, width=120)) as view:
        view.update(progress(whole_run()))
    assert "Judge candidates" in stream.getvalue()


def test_a_run_that_waits_for_its_turn_fills_no_screen() -> None:
    recorder = Recorder()
    last = recorder.start()
    for _ in range(50):
        last = recorder.task("Take turn", last)
        last = recorder.leave("Wait", "Wait for turn", recorder.enter("Wait", "Wait for turn", last))
    recorder.enter("Task", "Take turn", last)
    run = progress(recorder.events)

    assert [row[:-2] for row in _rows(run)] == [["Take", "turn", "running"], ["Wait", "for", "turn", "done"]]
    assert [line.partition(" s  ")[2] for line in _lines(run)] == [
        "Take turn",
        "Wait for turn (until another run ends)",
    ]


def test_the_table_says_until_when_a_run_and_a_candidate_wait() -> None:
    recorder = Recorder()
    recorder.enter("Wait", "Wait for turn", recorder.start())
    assert "waits until another run ends" in " ".join(_rows(progress(recorder.events))[0])

    recorder = Recorder()
    _, xgboost, _ = two_candidates(recorder)
    failed = recorder.fail_task(xgboost, "SageMaker.ResourceLimitExceededException", "The quota is 1.")
    recorder.enter("Wait", "Wait for another attempt", recorder.leave("Task", "Train model", failed))
    row = " ".join(_rows(progress(recorder.events))[2])
    assert "waits for quota or capacity" in row


@pytest.mark.parametrize(
    ("end", "details", "word", "sentence"),
    [
        ("ExecutionAborted", {}, "stopped", "The run was stopped."),
        ("ExecutionTimedOut", {}, "timed out", "The run has timed out."),
        (
            "ExecutionFailed",
            {"executionFailedEventDetails": {"error": "States.Timeout"}},
            "timed out",
            "The run has timed out.",
        ),
    ],
)
def test_a_run_that_was_stopped_or_ran_out_of_time_reads_nowhere_as_failed(
    end: str, details: dict[str, Any], word: str, sentence: str
) -> None:
    recorder = Recorder()
    map_entered, _, _ = two_candidates(recorder)
    recorder.add(end, map_entered, **details)
    run = progress(recorder.events)
    rows = [" ".join(row) for row in _rows(run)]
    assert len([row for row in rows if f" {word} " in row]) == 3 and "failed" not in "".join(rows)
    lines = _lines(run)
    assert lines[-1].endswith(sentence) and "failed" not in "".join(lines)


def test_a_step_that_ran_out_of_time_reads_as_timed_out() -> None:
    recorder = Recorder()
    last = recorder.add("TaskScheduled", recorder.enter("Task", "Check datasets", recorder.start()))
    last = recorder.add("TaskTimedOut", last, taskTimedOutEventDetails={"error": "States.Timeout"})
    recorder.leave("Task", "Check datasets", last)
    run = progress(recorder.events)
    assert "timed out" in " ".join(_rows(run)[0])
    assert "Check datasets timed out: It took longer" in _lines(run)[-1]


def test_in_aws_a_line_says_how_long_its_step_usually_takes() -> None:
    stream = io.StringIO()
    with LineView(Console(file=stream, width=120), in_aws=True) as view:
        view.update(progress(whole_run()))
    lines = [line.partition(" s  ")[2] for line in stream.getvalue().splitlines()]
    assert "Plan run" in lines and "xgboost: Train model (usually 3 to 6 min)" in lines


@pytest.mark.parametrize(
    ("in_aws", "width", "said"), [(True, 80, True), (True, 60, False), (False, 80, False)]
)
def test_in_aws_the_table_says_it_too_where_there_is_room(in_aws: bool, width: int, said: bool) -> None:
    recorder = Recorder()
    two_candidates(recorder)
    stream = io.StringIO()
    with LiveView(Console(file=stream, force_terminal=True, width=width), in_aws) as view:
        view.update(progress(recorder.events))
    assert ("3 to 6 min" in stream.getvalue()) is said


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_keeps_names_and_states_whole(width: int) -> None:
    name, recorder = "a-name-of-24-characters-", Recorder()
    entered = recorder.enter("Map", "Compare candidates", recorder.start())
    item = {"name": name, "algorithm": "knn"}
    last = recorder.enter("Task", "Train model", recorder.iterate(entered, 0), item)
    failed = recorder.fail_task(last, "States.TaskFailed", "Nothing " + "there " * 90)
    recorder.task("Record failure", recorder.leave("Task", "Train model", failed))
    recorder.add("MapIterationSucceeded", len(recorder.events))
    stream = io.StringIO()
    Console(file=stream, width=width).print(
        progress_table(progress(recorder.events), START + timedelta(hours=1), usual=width >= 80)
    )
    drawn = stream.getvalue()
    assert name in drawn and "Compare candidates" in drawn and "59 min 59 s" in drawn
    assert len(drawn.splitlines()) < 12 and "\N{HORIZONTAL ELLIPSIS}" not in drawn


FOLDS = [unit(name, fold) for name in ("xgboost", "knn") for fold in range(10)]


def _in_folds() -> RunProgress:
    done = [candidate_run("xgboost", "ExecutionSucceeded", fold) for fold in range(6)]
    where = [
        candidate_run_in("Score candidate", "xgboost", 6),
        candidate_run_in("Wait for endpoint", "xgboost", 7),
        candidate_run("xgboost", fold=8),
        candidate_run("xgboost", fold=9),
        failed_candidate_run("knn", 3),
    ]
    return progress(distributed_run(FOLDS), [*done, *where])


def test_with_folds_a_candidate_is_one_line_that_counts_them() -> None:
    rows = [" ".join(row) for row in _rows(_in_folds())]
    assert rows[1:] == [
        "Compare candidates running 55.0 s",
        "xgboost 6 of 10 folds done, 1 scoring, 1 deploying, 2 training 60.0 s",
        "knn 0 of 10 folds done, fold 4 failed: No such image. 9.0 s",
    ]


def test_with_folds_a_line_names_the_candidate_and_its_fold() -> None:
    lines = [line.partition(" s  ")[2] for line in _lines(_in_folds())]
    assert "xgboost, fold 9: Train model" in lines
    assert "knn, fold 4: Train model failed: No such image." in lines
    assert "knn, fold 4: failed: No such image." in lines
    assert len(lines) == len(set(lines))


def test_of_many_folds_that_failed_some_are_named() -> None:
    failed = [failed_candidate_run("knn", fold) for fold in range(10)]
    drawn = " ".join(_rows(progress(distributed_run(FOLDS), failed))[-1])
    assert "0 of 10 folds done, folds 1, 2, 3 and 7 more failed: No such image." in drawn


def test_folds_of_a_run_that_was_stopped_are_not_told_to_go_on() -> None:
    events = distributed_run(FOLDS)
    recorder = Recorder(events)
    recorder.add("ExecutionAborted", len(events))
    units = [candidate_run("knn", "ExecutionAborted", 0), candidate_run("knn", fold=1)]
    assert "0 of 10 folds done, 2 stopped" in " ".join(_rows(progress(recorder.events, units))[-1])


def test_forty_candidates_in_ten_folds_are_forty_lines() -> None:
    names = [f"a-name-of-24-character-{number:02}" for number in range(40)]
    units = [unit(name, fold) for name in names for fold in range(10)]
    run = progress(
        distributed_run(units), [candidate_run(each["candidate"], fold=each["fold"]) for each in units]
    )
    assert len(_rows(run)) == 2 + 40


def test_in_aws_nobody_says_how_long_folds_usually_take() -> None:
    stream = io.StringIO()
    with LineView(Console(file=stream, width=120), in_aws=True) as view:
        view.update(_in_folds())
    lines = [line.partition(" s  ")[2] for line in stream.getvalue().splitlines()]
    assert "Compare candidates" in lines and "xgboost, fold 9: Train model (usually 3 to 6 min)" in lines
