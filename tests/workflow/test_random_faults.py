"""A hundred runs with faults at random: whatever comes together, nothing is left and somebody is told.

BAKEOFF_FAULT_SEED=17 make pytest        repeats (or adds) one schedule
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from typing import Any

import pytest

from tests.workflow.conftest import Workflow
from tests.workflow.fault_matrix.costs import LONG, assert_within_plan
from tests.workflow.fault_matrix.ending import Ending
from tests.workflow.fault_matrix.matrix import ENDS, ONLY_WITH_FOLDS, STATES, Case, cases
from tests.workflow.fault_matrix.outcomes import (
    assert_nothing_is_left,
    assert_readable,
    assert_receipt,
    cause_of,
    comparison_of,
    leaks,
)
from tests.workflow.simulation.costs import SimulatedRun
from tests.workflow.simulation.functions import FOLDED
from tests.workflow.simulation.scripted import CANDIDATES, ScriptedAws

SEEDS = [int(os.environ["BAKEOFF_FAULT_SEED"])] if "BAKEOFF_FAULT_SEED" in os.environ else range(100)


@dataclass(frozen=True)
class Schedule:
    """`ends_at` is the end of the whole execution, with the state and the visit at which it comes."""

    faults: tuple[Case, ...]
    ends_at: tuple[str, str, int] | None

    def __str__(self) -> str:
        end = f"; {self.ends_at[0]} at {self.ends_at[1]}, visit {self.ends_at[2]}" if self.ends_at else ""
        return "; ".join(f"{fault} {','.join(fault.where)}" for fault in self.faults) + end


def schedule_of(seed: int) -> Schedule:
    chance = random.Random(seed)
    # What takes real time stands in the matrix.
    possible = [case for case in cases() if not case.kind.change]
    faults = tuple(chance.sample(possible, chance.randint(1, 4)))
    if chance.random() < 0.6:
        return Schedule(faults, None)
    return Schedule(faults, (chance.choice([*ENDS]), chance.choice([*STATES]), chance.randint(1, 3)))


@pytest.mark.parametrize("seed", SEEDS)
def test_faults_at_random(
    workflow: Workflow,
    aws: ScriptedAws,
    seed: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given several faults, and perhaps an end of the execution
    aws.take(LONG)
    schedule = schedule_of(seed)
    print(f"seed {seed}: {schedule}")
    for fault in schedule.faults:
        fault.kind.script(aws, fault.operation, fault.where)
    ending = Ending(ENDS[schedule.ends_at[0]] if schedule.ends_at else ENDS["StopExecution"])
    if schedule.ends_at:
        ending.on_entering(schedule.ends_at[1], schedule.ends_at[2], monkeypatch)

    # When the workflow runs
    has_folds = any(fault.state in ONLY_WITH_FOLDS for fault in schedule.faults)
    run = ending.finish(workflow, workflow.start(FOLDED if has_folds else None))

    # Then a run that succeeds has left nothing by itself, and the janitor sees to the others
    _assert_told(aws, run, schedule)
    if run["status"] == "SUCCEEDED":
        assert leaks(aws) == set()
    assert_nothing_is_left(aws, run)
    assert_receipt(aws, run)
    assert_within_plan(SimulatedRun(workflow, aws, run["executionArn"]))


def _assert_told(aws: ScriptedAws, run: dict[str, Any], schedule: Schedule) -> None:
    """The outcome stands in comparison.json, or a person reads why there is none."""
    if run["status"] == "FAILED":
        cause_of(run)
    if run["status"] != "SUCCEEDED" and run["error"] not in ("NoCandidateFinished", "ResourcesRemain"):
        return
    unhurt = set(CANDIDATES) - {name for fault in schedule.faults for name in fault.where}
    for name, item in comparison_of(aws, run["name"]).items():
        assert item["status"] == "completed" or name not in unhurt
        if item["status"] == "failed":
            assert_readable(item["error"])
