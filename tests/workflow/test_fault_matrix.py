"""Every way in which every Task can end: nothing leaks, nobody else suffers, and a person reads why.

The cases are told from the workflow file (fault_matrix/matrix.py). docs/reliability.md states the promises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bakeoff.domain.cost import bounds
from bakeoff.domain.run.files import FINAL
from tests.workflow.conftest import Expected, Workflow
from tests.workflow.fault_matrix.costs import LONG, assert_within_bounds, assert_within_plan
from tests.workflow.fault_matrix.faults import kinds_of
from tests.workflow.fault_matrix.matrix import (
    IN_THE_MAP,
    ONLY_WITH_FOLDS,
    ONLY_WITH_PROMOTION,
    STATES,
    Case,
    cases,
    changed,
    end_cases,
    input_of,
    prelude_of,
)
from tests.workflow.fault_matrix.outcomes import (
    assert_candidates,
    assert_nothing_is_left,
    assert_readable,
    assert_receipt,
    cause_of,
    leaks,
    result_of,
)
from tests.workflow.fault_matrix.report import REPORT, report
from tests.workflow.simulation.costs import SimulatedRun
from tests.workflow.simulation.functions import functions
from tests.workflow.simulation.scripted import CANDIDATES, ScriptedAws

RELIABILITY = REPORT.parent / "reliability.md"
UNTOUCHED: tuple[str, ...] = ()


def test_the_report_is_that_of_the_workflow_file() -> None:
    assert REPORT.read_text("utf-8") == report(), "run `make faults`"


def test_the_promises_state_the_matrix_s_numbers() -> None:
    faults, ends, tasks = cases(), end_cases(), {case.state for case in cases()}
    promises = " ".join(RELIABILITY.read_text("utf-8").split())

    assert (
        f"its {len(faults) + len(ends)} cases are {len(faults)} faults of {len(tasks)} "
        f"Tasks and {len(ends)} ends in {len(set(STATES) - ONLY_WITH_PROMOTION)} states" in promises
    )


def test_every_task_is_in_the_matrix() -> None:
    assert {case.state for case in cases()} == {
        name for name, state in STATES.items() if state["Type"] == "Task" and name not in ONLY_WITH_PROMOTION
    }


@pytest.mark.parametrize("resource", ["arn:aws:states:::sns:publish", "arn:aws:states:::sagemaker:stopModel"])
def test_a_resource_without_a_failure_vocabulary_is_refused(resource: str) -> None:
    with pytest.raises(LookupError, match=f"No failure vocabulary for the resource {resource}"):
        kinds_of({"Resource": resource}, functions())


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_fault(
    workflow: Workflow,
    aws: ScriptedAws,
    expected_of: Expected,
    case: Case,
) -> None:
    given = input_of(case.state)
    expected = expected_of(given)
    aws.take(LONG)
    # Given a fault, and one before it where only a failure leads to the state
    case.kind.script(aws, case.operation, case.where)
    prelude = prelude_of(case)
    if prelude:
        prelude.kind.script(aws, prelude.operation, prelude.where)

    # When the workflow runs
    described = workflow.run(given, changed(case))

    # Then the fault was met, and its outcome is what it has to be
    assert case.state in workflow.entered(described["executionArn"])
    _assert_outcome(aws, case, described, expected)
    assert_nothing_is_left(aws, described)
    assert_receipt(aws, described)
    # And its receipt says what it cost: no more than its plan said, nor than its own times allow
    run = SimulatedRun(workflow, aws, described["executionArn"])
    assert_within_plan(run)
    if not case.kind.loses_jobs:
        assert_within_bounds(run)


def _forget_trainings(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bounds, "TRAININGS", 1)


def _forget_endpoints(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bounds, "_hosting", lambda *_: [])


def _forget_retries(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bounds, "_unit_transitions", lambda _: 30)


@pytest.mark.parametrize(
    ("fault", "forget", "words"),
    [
        ("Train model / SageMaker's own mishap, once / all", _forget_trainings, "for training: "),
        ("Score candidate / service error once / first", _forget_endpoints, "for hosting: "),
        ("Create endpoint / quota for good / all", _forget_retries, "a state transition: "),
    ],
)
def test_a_bound_that_forgets_something_does_not_hold(
    workflow: Workflow,
    aws: ScriptedAws,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    forget: Callable[[pytest.MonkeyPatch], None],
    words: str,
) -> None:
    """So the matrix tells where a bound is too small."""
    [case] = [each for each in cases() if str(each) == fault]
    aws.take(LONG)
    case.kind.script(aws, case.operation, case.where)
    run = SimulatedRun(workflow, aws, workflow.run(input_of(case.state))["executionArn"])
    assert_within_bounds(run)

    forget(monkeypatch)

    with pytest.raises(AssertionError, match=words):
        assert_within_bounds(run)


def test_a_worst_case_that_is_too_small_does_not_hold(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.take(LONG)
    run = SimulatedRun(workflow, aws, workflow.run()["executionArn"])
    assert_within_plan(run)
    plan = aws.store.read_json(f"runs/{run.run_id}/plan.json")
    plan["cost"]["amount"] = "0.10"
    aws.store.write_json(f"runs/{run.run_id}/plan.json", plan)

    with pytest.raises(AssertionError, match=r"0\.10"):
        assert_within_plan(run)


def _assert_outcome(aws: ScriptedAws, case: Case, described: Any, expected: dict[str, Any]) -> None:
    if case.state in ONLY_WITH_FOLDS:
        _assert_final_model(aws, case, described, expected)
    elif case.state not in IN_THE_MAP:
        _assert_run(aws, case, described, expected)
    elif functions().uses(case.operation, "HOSTING"):
        _assert_clean_up(aws, case, described, expected)
    else:
        _assert_candidate(aws, case, described, expected)


def _assert_run(aws: ScriptedAws, case: Case, described: Any, expected: dict[str, Any]) -> None:
    assert aws.live == set()
    if case.kind.survived:
        assert leaks(aws) == set()
        assert described["status"] == "SUCCEEDED", cause_of(described)
        assert_candidates(aws, described["name"], expected, UNTOUCHED)
    else:
        assert described["status"] == "FAILED"
        assert case.kind.words in cause_of(described)


def _assert_final_model(aws: ScriptedAws, case: Case, described: Any, expected: dict[str, Any]) -> None:
    assert_candidates(aws, described["name"], expected, UNTOUCHED)
    if functions().uses(case.operation, "HOSTING") and not case.kind.survived:
        assert (described["status"], described["error"]) == ("FAILED", "ResourcesRemain")
        assert f"-{FINAL}-" in cause_of(described)
        return
    assert leaks(aws) == set()
    assert described["status"] == "SUCCEEDED", cause_of(described)
    final = aws.store.read_json(f"runs/{described['name']}/final.json")
    if case.kind.survived and not prelude_of(case):
        assert (final["status"], final["error"]) == ("completed", None)
    else:
        assert (final["status"], final["model_data_url"]) == ("failed", None)
        assert_readable(final["error"])
        assert prelude_of(case) or case.kind.words in final["error"]


def _assert_candidate(aws: ScriptedAws, case: Case, described: Any, expected: dict[str, Any]) -> None:
    assert leaks(aws) == set()
    failed = UNTOUCHED if case.kind.survived and not prelude_of(case) else case.where
    assert_candidates(aws, described["name"], expected, failed)
    if set(failed) == set(CANDIDATES):
        assert (described["status"], described["error"]) == ("FAILED", "NoCandidateFinished")
    else:
        assert described["status"] == "SUCCEEDED", cause_of(described)
    for name in failed:
        recorded = result_of(aws, described["name"], name)
        if recorded and not prelude_of(case):
            assert case.kind.words in recorded["error"]


def _assert_clean_up(aws: ScriptedAws, case: Case, described: Any, expected: dict[str, Any]) -> None:
    assert_candidates(aws, described["name"], expected, UNTOUCHED)
    if case.kind.survived:
        assert leaks(aws) == set()
        assert described["status"] == "SUCCEEDED", cause_of(described)
        return
    assert (described["status"], described["error"]) == ("FAILED", "ResourcesRemain")
    named = cause_of(described)
    assert all(name in named for name in case.where)
    assert {name.split("-")[-1] for name in leaks(aws)} <= set(case.where)
