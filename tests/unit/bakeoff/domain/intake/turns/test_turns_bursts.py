"""How many runs plan, which is what costs money: one for each burst of uploads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.intake.turns import MAX_QUIETS
from tests.unit.bakeoff.domain.intake.turns.bursts import POLL, SETTLE, Sent, Simulation, Times

# Events come in any order, some of them hours late; a run ends before or after them.
delays = st.floats(0.1, 5) | st.floats(0.1, 4 * 3600)
keys = st.sampled_from(["", "", "a", "b"])
times = st.builds(Times, to_plan=st.floats(0.1, 60), to_end=st.floats(1, 3600))


@st.composite
def uploads(draw: st.DrawFn, gaps: st.SearchStrategy[float], most: int = 12) -> list[Sent]:
    at, sent = 0.0, []
    for gap in [0.0, *draw(st.lists(gaps, max_size=most - 1))]:
        at += gap
        sent.append(Sent(at, draw(delays), draw(keys)))
    return sent


@pytest.mark.parametrize("count", [1, 2, 3, 20])
@pytest.mark.parametrize("apart", [0, 0.2, 5])
def test_files_uploaded_together_are_one_run(count: int, apart: float) -> None:
    done = Simulation().run([Sent(at=apart * n) for n in range(count)])

    assert len(done.planned) == 1 and len(done.superseded) == count - 1
    # It began, and the others ended, soon.
    assert done.looks <= 13 * count


@given(uploads(st.floats(0, SETTLE - 1), most=MAX_QUIETS), times, st.integers(1, 3))
def test_a_burst_is_one_run_however_late_its_events_are(
    burst: Sequence[Sent], times: Times, max_concurrent: int
) -> None:
    done = Simulation(times, max_concurrent=max_concurrent).run(burst)

    assert len(done.planned) == 1
    check_that_nothing_is_lost(done, burst)


@given(uploads(st.floats(0, 4 * SETTLE)), times, st.integers(1, 3), st.sampled_from([0, SETTLE]))
def test_there_are_no_more_runs_than_bursts(
    sent: Sequence[Sent], times: Times, max_concurrent: int, settle_seconds: int
) -> None:
    done = Simulation(times, settle_seconds, max_concurrent).run(sent)

    assert len(done.planned) <= 1 + sum(
        after.at - before.at >= settle_seconds for before, after in pairwise(sent)
    )
    check_that_nothing_is_lost(done, sent)


def check_that_nothing_is_lost(done: Simulation, sent: Sequence[Sent]) -> None:
    """Each upload, or a newer one of its key, is in the plan of its run, or of the one that its run names."""
    assert done.planned.keys().isdisjoint(done.superseded)
    for run_id, given_input in done.executions.inputs.items():
        upload = given_input["trigger"]
        planned = done.planned[done.superseded.get(run_id, run_id)]
        assert _number(planned[upload["key"]]) >= _number(upload["version_id"])
    assert len(done.executions.inputs) == len(sent)


def _number(version_id: str) -> int:
    return int(version_id.removeprefix("version-"))


def test_a_steady_stream_of_uploads_has_runs_and_no_more_than_may_go_on() -> None:
    stream = [Sent(at=n * 10, key="ab"[n % 2]) for n in range(120)]

    done = Simulation(Times(to_end=400)).run(stream)

    # Twenty minutes of uploads, and at the most two runs at once of seven minutes each.
    assert 2 <= len(done.planned) <= 2 * (1 + 1200 // 400)
    check_that_nothing_is_lost(done, stream)


def test_a_run_that_sleeps_through_the_turn_of_another_one_needs_none() -> None:
    """Two runs go on for hours; the fourth upload's looks are by then further apart than a run lasts."""
    busy = [Sent(at=0), Sent(at=60)]
    late = [Sent(at=4 * 3600), Sent(at=4 * 3600 + 1)]

    done = Simulation(Times(to_end=8 * 3600)).run([*busy, *late])

    assert len(done.planned) == 3 and done.superseded == {"run-003": "run-002"}
    assert POLL < 3600
