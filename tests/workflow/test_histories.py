"""A history has at most 25,000 events: at the longest waits that the template's parameters allow."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bakeoff.domain.cost.workflow import Capacity
from bakeoff.domain.intake.turns import MAX_QUIETS, MAX_WAITED_SECONDS, next_wait
from bakeoff.domain.planning.algorithms import MAX_CANDIDATES
from bakeoff.domain.run.folds import MAX_FOLDS
from local_aws.services.stepfunctions.interpreter.quotas import MAX_EVENTS
from local_aws.services.stepfunctions.jsonata import engine as jsonata_engine
from tests.template import TEMPLATE, states_of
from tests.workflow.conftest import Workflow, definition
from tests.workflow.fault_matrix.faults import QUOTA
from tests.workflow.simulation.functions import FOLDED, FOLDS, functions
from tests.workflow.simulation.scripted import Fault, ScriptedAws

PARAMETERS = TEMPLATE["Parameters"]
# For retries, which are three events each.
RESERVE = 2000


def run_events(workflow: Workflow, *candidates: str, **overrides: str) -> int:
    """Events in the history of the run itself."""
    return len(_histories(workflow, candidates, overrides)[0])


def folded_events(workflow: Workflow, folds: int = FOLDS) -> int:
    """Events in the history of a run with folds itself."""
    arn = workflow.start({**FOLDED, "folds": folds})
    workflow.wait(arn)
    return len(workflow.events(arn))


def candidate_events(workflow: Workflow, *candidates: str, **overrides: str) -> int:
    """Events in the histories of the candidates, together."""
    return sum(map(len, _histories(workflow, candidates, overrides)[1:]))


def _histories(workflow: Workflow, candidates: tuple[str, ...], overrides: dict[str, str]) -> list[list[Any]]:
    requested = [{"name": name, "algorithm": "xgboost"} for name in candidates]
    arn = workflow.start({"algorithms": requested}, None, **overrides)
    workflow.wait(arn)
    return workflow.histories(arn)


def pause(name: str, **overrides: str) -> int:
    """What the workflow file's own expressions say: of "endpoint" or of "quota"."""
    [take] = [state for state in machine(**overrides) if f"{name}_pause" in state.get("Assign", {})]
    return int(evaluated(take["Assign"][f"{name}_pause"], {}))


def capacity(**overrides: str) -> Capacity:
    """As the bounds of costs have it, which a test of theirs holds to the workflow file."""
    fields = {
        "EndpointPollSeconds": "endpoint_poll_seconds",
        "EndpointTimeoutSeconds": "endpoint_seconds",
        "MaxConcurrency": "max_concurrency",
    }
    limits: dict[str, Any] = {fields[name]: int(overrides[name]) for name in fields.keys() & overrides.keys()}
    usual: Capacity = functions().module("PlanRun").BUDGET.capacity
    return replace(usual, **limits)


def machine(**overrides: str) -> list[dict[str, Any]]:
    return [state for _, state in states_of(json.loads(definition(**overrides)))]


def evaluated(text: str, states: dict[str, Any]) -> Any:
    return jsonata_engine.evaluate(text.removeprefix("{%").removesuffix("%}"), {"states": states})


def extreme(name: str, bound: str) -> int:
    return int(PARAMETERS[name][bound])


def longest() -> dict[str, str]:
    """Every parameter at the value that makes the longest history."""
    return {
        "EndpointPollSeconds": str(extreme("EndpointPollSeconds", "MinValue")),
        "EndpointTimeoutSeconds": str(extreme("EndpointTimeoutSeconds", "MaxValue")),
        "QuotaWaitSeconds": str(extreme("QuotaWaitSeconds", "MaxValue")),
    }


def test_the_longest_waits_fit_into_a_candidate_s_history(workflow: Workflow, aws: ScriptedAws) -> None:
    # Given what a look at an endpoint and a wait for a quota cost, as the interpreter writes it
    look = _difference(workflow, aws, "Creating", "Creating")
    quota = _quota_events(workflow, aws, "create_training_job", _of_alpha(candidate_events))

    # When every parameter takes the value that makes the longest history
    stack = capacity(**longest(), MaxConcurrency="1")
    looks = stack.looks_to_come + stack.looks_to_go
    waits = extreme("QuotaWaitSeconds", "MaxValue") // pause("quota", **longest())
    total = candidate_events(workflow, "alpha") + looks * look + waits * quota

    # Then there is room left for retries, whatever the other candidates do
    print(f"a candidate: {total} of {MAX_EVENTS} events")
    assert total < MAX_EVENTS - RESERVE


def test_the_longest_waits_fit_into_a_run_s_history(workflow: Workflow, aws: ScriptedAws) -> None:
    prepare = _quota_events(workflow, aws, "create_processing_job", _of_alpha(run_events))
    waits = extreme("QuotaWaitSeconds", "MaxValue") // pause("prepare", **longest())

    # With folds, the final training may wait as well.
    final = _quota_events(workflow, aws, "create_training_job", folded_events, "final")
    finals = extreme("QuotaWaitSeconds", "MaxValue") // pause("final", **longest())

    total = folded_events(workflow) + waits * prepare + finals * final + 9 * _turn_looks()

    print(f"a run: {total} of {MAX_EVENTS} events")
    assert total < MAX_EVENTS - RESERVE


def test_a_run_s_history_does_not_grow_with_its_candidates(workflow: Workflow, aws: ScriptedAws) -> None:
    many = [f"c{number:02d}" for number in range(MAX_CANDIDATES)]

    assert run_events(workflow, *many) == run_events(workflow, "alpha")


def test_a_run_s_history_does_not_grow_with_its_folds(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.upload(60 * MAX_FOLDS)
    assert folded_events(workflow, MAX_FOLDS) == folded_events(workflow)


def _difference(workflow: Workflow, aws: ScriptedAws, *more: str) -> int:
    """Events of one look at an endpoint that is not ready."""
    aws.reset()
    ready = candidate_events(workflow, "alpha")
    aws.reset()
    aws.sagemaker.endpoint_status["alpha"] = [*more, "InService"]
    later = candidate_events(workflow, "alpha")
    aws.reset()
    return -(-(later - ready) // len(more))


def _quota_events(
    workflow: Workflow, aws: ScriptedAws, operation: str, events_of: Callable[[Workflow], int], *where: str
) -> int:
    """Events of one wait for a quota."""
    counted = []
    for times in (1, 3):
        aws.reset()
        aws.faults = [Fault.raising(operation, QUOTA, *where, times=times)]
        counted.append(events_of(workflow))
    aws.reset()
    return -(-(counted[1] - counted[0]) // 2)


def _of_alpha(events_of: Callable[..., int]) -> Callable[[Workflow], int]:
    return lambda workflow: events_of(workflow, "alpha")


def _turn_looks() -> int:
    """At the shortest pause that the template allows, and at the end for a burst that never ends."""
    waited, looks = 0, 2 * MAX_QUIETS
    while waited <= MAX_WAITED_SECONDS:
        waited += next_wait(waited, extreme("TurnPollSeconds", "MinValue"))
        looks += 1
    return looks


def test_endpoints_that_never_come_make_the_history_that_was_reckoned_with(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    """The arithmetic above, held against a run in which every wait is as long as it may be."""
    # One after the other, because the clock does not know which of two waits is whose.
    limits = {"EndpointTimeoutSeconds": "600", "MaxConcurrency": "1"}
    healthy = candidate_events(workflow, "alpha", "beta", **limits)
    aws.reset()
    for name in ("alpha", "beta"):
        aws.sagemaker.endpoint_status[name] = ["Creating for 100000", "Failed"]

    stuck = candidate_events(workflow, "alpha", "beta", **limits)

    stack = capacity(**limits)
    looks = stack.looks_to_come + stack.looks_to_go
    assert stuck - healthy <= 2 * looks * 9
    assert stuck - healthy >= 2 * (looks - 8) * 9
