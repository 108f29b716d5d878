"""StopExecution and the execution's timeout at every state: the janitor leaves nothing, and results stay."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.workflow.conftest import Expected, Workflow
from tests.workflow.fault_matrix.costs import LONG, assert_within_plan
from tests.workflow.fault_matrix.ending import Ending
from tests.workflow.fault_matrix.faults import operation_of
from tests.workflow.fault_matrix.matrix import ENDS, IN_THE_MAP, STATES, EndCase, end_cases, positions_of
from tests.workflow.fault_matrix.outcomes import assert_nothing_is_left, assert_receipt, assert_results_are
from tests.workflow.fault_matrix.ways import Ways
from tests.workflow.simulation.costs import SimulatedRun
from tests.workflow.simulation.hosting import JobEnd
from tests.workflow.simulation.scripted import CANDIDATES, ScriptedAws

MIDDLE = CANDIDATES[1:-1]


@pytest.fixture(scope="module")
def ways() -> Iterator[Ways]:
    yield Ways()


@pytest.mark.parametrize("case", end_cases(), ids=str)
def test_an_end_that_nothing_catches(
    workflow: Workflow,
    aws: ScriptedAws,
    expected_of: Expected,
    ways: Ways,
    case: EndCase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a run on its way into the state
    aws.take(LONG)
    way = ways.find(case.state, workflow, aws)
    expected = expected_of(way.given)
    way.prepare(aws)
    ending = Ending(ENDS[case.end])
    where = MIDDLE if case.state in IN_THE_MAP else positions_of(case.state).popitem()[1]
    if case.moment == "on entering":
        visit = 2 if case.state in IN_THE_MAP and way.is_undisturbed else 1
        ending.on_entering(case.state, visit, monkeypatch)
    elif case.moment == "unheard":
        ending.during(aws, operation_of(STATES[case.state]), where)
    else:
        aws.sagemaker.job_ends[where[0] if where else "prepare"] = JobEnd("InProgress")
        ending.during(aws, operation_of(STATES[case.state]).replace("create", "describe"), where)

    # When it is ended there
    described = ending.finish(workflow, way.start(workflow))

    # Then Step Functions itself has stopped the job that it waited for, and the janitor does the rest
    assert ending.pulled
    if STATES[case.state]["Type"] not in ("Fail", "Succeed"):
        assert described["status"] == ("ABORTED" if case.end == "StopExecution" else "TIMED_OUT")
    if case.moment == "while the job runs":
        assert aws.sagemaker.running == set()
    assert_nothing_is_left(aws, described)
    assert_receipt(aws, described)
    assert_results_are(aws, described["name"], expected)
    # And its receipt says what it cost: no more than its plan said
    assert_within_plan(SimulatedRun(workflow, aws, described["executionArn"]))
