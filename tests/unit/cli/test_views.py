from __future__ import annotations

import io
from datetime import timedelta

from rich.console import Console

from cli.progress import RunProgress, progress
from cli.views import LineView, LiveView, progress_table
from tests.unit.cli.histories import START, Recorder, two_candidates, whole_run


def _half_way() -> Recorder:
    recorder = Recorder()
    _, xgboost, knn = two_candidates(recorder)
    recorder.add("TaskScheduled", recorder.fail_task(knn, "Throttled", "Rate exceeded"))
    failed = recorder.fail_task(xgboost, "States.TaskFailed", "[red]No[/red] such image.")
    last = recorder.task("Release resources", recorder.leave("Task", "Train model", failed))
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
    assert len(_lines(run)) == 2
