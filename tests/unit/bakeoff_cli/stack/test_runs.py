from __future__ import annotations

from typing import Any, cast

import pytest

from bakeoff_cli.errors import RunNotFound, RunNotStarted
from bakeoff_cli.stack.history import History, RunHistory
from bakeoff_cli.stack.progress import RunProgress
from bakeoff_cli.stack.runs import StackRuns, UploadedObject
from bakeoff_cli.stack.stack import Stack
from tests.unit.bakeoff_cli.fakes import BUCKET, MACHINE, Account, Execution, FakeStates, arn_of
from tests.unit.bakeoff_cli.histories import (
    MAP_RUN,
    START,
    Event,
    Recorder,
    candidate_run,
    distributed_run,
    ended_map_run,
    unit,
    whole_run,
)

UPLOAD = UploadedObject("Inputs/dataset1.csv", "v1")


class Seen:
    def __init__(self) -> None:
        self.updates: list[RunProgress] = []

    def update(self, run: RunProgress) -> None:
        self.updates.append(run)


def _runs(account: Account, waited: list[float] | None = None) -> StackRuns:
    waits = waited if waited is not None else []
    return StackRuns(cast(Any, account.stepfunctions), Stack("bakeoff", BUCKET, MACHINE), waits.append)


def _trigger(version: str = "v1", key: str = UPLOAD.key) -> dict[str, Any]:
    return {"trigger": {"bucket": BUCKET, "key": key, "version_id": version}}


def test_without_a_name_the_newest_run_is_found() -> None:
    account = Account()
    account.add_run("old", age=9)
    account.add_run("new", age=1)
    account.add_run("older", age=12)
    assert _runs(account).find(None) == arn_of("new")


def test_a_named_run_is_found() -> None:
    account = Account()
    account.add_run("this")
    assert _runs(account).find("this") == arn_of("this")


def test_an_unknown_run_is_an_error_that_names_it() -> None:
    with pytest.raises(RunNotFound, match=r"The stack 'bakeoff' has no run 'nope'"):
        _runs(Account()).find("nope")


def test_a_stack_without_runs_says_how_to_start_one() -> None:
    with pytest.raises(RunNotFound, match="bakeoff upload"):
        _runs(Account()).find(None)


def test_the_run_of_an_upload_is_the_one_with_its_key_and_version() -> None:
    account = Account()
    account.add_run("same-key-before", input=_trigger("v0"))
    account.add_run("another-key", input=_trigger(key="Inputs/other.csv"))
    account.add_run("by-hand", input={})
    account.add_run("ours", input=_trigger())
    assert _runs(account).wait_for(UPLOAD, frozenset(), timeout=1) == arn_of("ours")


def test_runs_that_were_there_before_the_upload_are_not_looked_at() -> None:
    account = Account()
    account.add_run("ours", input=_trigger())
    runs = _runs(account)
    with pytest.raises(RunNotStarted):
        runs.wait_for(UPLOAD, runs.known(), timeout=1)


def test_an_upload_that_starts_nothing_is_an_error_after_the_timeout() -> None:
    waited: list[float] = []
    with pytest.raises(RunNotStarted, match=r"Inputs/dataset1\.csv is uploaded, but within 7 s"):
        _runs(Account(), waited).wait_for(UPLOAD, frozenset(), timeout=7)
    assert sum(waited) == 7


def test_a_run_is_followed_until_it_has_ended() -> None:
    account, view, waited = Account(), Seen(), list[float]()
    account.add_run(statuses=["RUNNING", "RUNNING", "SUCCEEDED"])
    end = _runs(account, waited).follow(arn_of("run-1"), view)
    assert (end.run_id, end.succeeded, end.cause, end.seconds) == ("run-1", True, None, 20)
    assert (len(view.updates), len(waited)) == (3, 2)
    assert view.updates[-1].status == "SUCCEEDED"


def test_a_failed_run_ends_with_its_cause() -> None:
    account = Account()
    account.add_run(statuses=["FAILED"], error="NoInputData", cause='{"errorMessage": "Nothing there."}')
    end = _runs(account).follow(arn_of("run-1"), Seen())
    assert (end.succeeded, end.status, end.cause) == (False, "FAILED", "Nothing there.")


def test_the_end_of_a_run_as_json() -> None:
    account = Account()
    account.add_run()
    assert _runs(account).follow(arn_of("run-1"), Seen()).as_json() == {
        "run_id": "run-1",
        "status": "SUCCEEDED",
        "started_at": "2026-01-01T12:00:00+00:00",
        "ended_at": "2026-01-01T12:00:20+00:00",
        "seconds": 20.0,
        "outcome": "succeeded",
        "error": None,
        "cause": None,
        "report_uri": None,
    }


def test_a_run_that_succeeded_says_where_its_report_is() -> None:
    account = Account()
    account.add_run(
        output={"run_id": "run-1", "best": "xgboost", "report_uri": "s3://b/runs/run-1/report.html"}
    )
    end = _runs(account).follow(arn_of("run-1"), Seen())
    assert end.report_uri == "s3://b/runs/run-1/report.html"


def test_a_run_that_ran_out_of_its_own_time_has_timed_out() -> None:
    account = Account()
    account.add_run(
        statuses=["FAILED"], error="States.Timeout", cause="A step took longer than the workflow allows."
    )
    end = _runs(account).follow(arn_of("run-1"), Seen())
    assert (end.as_json()["status"], end.as_json()["outcome"]) == ("FAILED", "timed out")


@pytest.mark.parametrize("page_size", [1, 3, 1000])
def test_a_history_is_read_whole_whatever_the_size_of_its_pages(page_size: int) -> None:
    states = _states_with_history(page_size)
    assert History(cast(Any, states), arn_of("run-1")).read() == whole_run()


def test_a_history_is_read_again_only_from_its_new_end() -> None:
    # Given a history of which all but the last two events are known
    states = _states_with_history(page_size=3)
    everything = states.executions["run-1"].events
    states.executions["run-1"].events = everything[:-2]
    history = History(cast(Any, states), arn_of("run-1"))
    history.read()
    states.executions["run-1"].events, states.pages_read = everything, 0
    # When it is read again, then one page is enough
    assert history.read() == everything
    assert states.pages_read == 1


def test_candidates_histories_are_read_until_they_have_ended() -> None:
    # Given a run with two candidates, of which one has ended
    account = Account()
    account.add_run(events=distributed_run())
    states = account.stepfunctions
    candidates = {"c-1": candidate_run("xgboost"), "c-2": candidate_run("knn", "ExecutionSucceeded")}
    states.executions |= {name: Execution(name, events=events) for name, events in candidates.items()}
    states.children[MAP_RUN] = [
        {
            "executionArn": arn_of("c-2"),
            "name": "c-2",
            "status": "SUCCEEDED",
            "startDate": START,
            "stopDate": START,
        },
        {"executionArn": arn_of("c-1"), "name": "c-1", "status": "RUNNING", "startDate": START},
    ]
    history = RunHistory(cast(Any, states), arn_of("run-1"))

    # When they are read twice
    assert history.read() == (distributed_run(), list(candidates.values()))
    states.pages_read = 0
    assert history.everything() == [*distributed_run(), *candidates["c-1"], *candidates["c-2"]]

    # Then the ended one was read once
    assert states.pages_read == 2


UNITS = [unit(name, fold) for name in ("xgboost", "knn") for fold in range(10)]


def _states_with_units(events: list[Event], ended: int) -> FakeStates:
    """A run of 20 units, of which the first so many have ended."""
    account = Account()
    account.add_run(events=events, statuses=["RUNNING"])
    states = account.stepfunctions
    for number, each in enumerate(UNITS):
        name, end = f"c-{number:02}", "ExecutionSucceeded" if number < ended else None
        child = {"executionArn": arn_of(name), "name": name, "startDate": START}
        states.executions[name] = Execution(name, events=candidate_run(each["candidate"], end, each["fold"]))
        states.children.setdefault(MAP_RUN, []).append(child | ({"stopDate": START} if end else {}))
    return states


def test_no_more_histories_are_fetched_at_once_than_asked_and_each_gets_its_turn() -> None:
    states = _states_with_units(distributed_run(UNITS), ended=0)
    history = RunHistory(cast(Any, states), arn_of("run-1"))
    told = []
    for _ in range(3):
        states.pages_read = 0
        told.append(sum(1 for events in history.read(most=8)[1] if events))
        # The run's own, and eight of its units'
        assert states.pages_read == 9
    assert told == [8, 16, 20]
    # Those that were not read for the longest time come next: all but the last eight are known to have grown
    for execution in states.executions.values():
        Recorder(execution.events).add("TaskScheduled", len(execution.events))
    lengths = [len(events) for events in history.read(most=12)[1]]
    assert sorted(lengths) == [2] * 8 + [3] * 12


def test_the_histories_of_ended_units_are_fetched_once_and_their_list_too() -> None:
    states = _states_with_units(ended_map_run(distributed_run(UNITS)), ended=20)
    history = RunHistory(cast(Any, states), arn_of("run-1"))
    _, first = history.read()
    states.pages_read = states.listings_read = 0

    _, again = history.read()

    assert again == first and len(first) == 20
    # But for the run's own
    assert (states.pages_read, states.listings_read) == (1, 0)


def test_the_units_of_a_map_run_that_goes_on_again_are_listed_again() -> None:
    # Given a Map Run that had ended with all its units
    states = _states_with_units(ended_map_run(distributed_run(UNITS)), ended=20)
    history = RunHistory(cast(Any, states), arn_of("run-1"))
    history.read()
    # When it is redriven, and with it one unit, which does something
    events = Recorder(states.executions["run-1"].events)
    events.add("MapRunRedriven", 0, mapRunRedrivenEventDetails={"mapRunArn": MAP_RUN, "redriveCount": 1})
    Recorder(states.executions["c-03"].events).add("ExecutionRedriven", 0)
    del states.children[MAP_RUN][3]["stopDate"]

    _, units = history.read()

    assert units[3][-1]["type"] == "ExecutionRedriven"


def test_at_the_end_of_a_run_all_its_units_are_told() -> None:
    states, seen = _states_with_units(distributed_run(UNITS), ended=20), Seen()
    states.executions["run-1"].statuses = ["RUNNING", "SUCCEEDED"]
    runs = StackRuns(cast(Any, states), Stack("bakeoff", BUCKET, MACHINE), lambda seconds: None)

    runs.follow(arn_of("run-1"), seen)

    assert [len(update.candidates) for update in seen.updates] == [10, 20]


def _states_with_history(page_size: int) -> FakeStates:
    account = Account()
    account.add_run()
    account.stepfunctions.page_size = page_size
    return account.stepfunctions
