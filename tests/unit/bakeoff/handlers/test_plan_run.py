from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from bakeoff.domain.cost.prices import Item, Kind
from bakeoff.domain.errors import (
    BudgetExceeded,
    InvalidAlgorithms,
    InvalidEvent,
    InvalidSettings,
    UnknownPrice,
    UnknownTarget,
)
from tests.fakes import InMemoryRunStore
from tests.handlers import Loaded
from tests.unit.bakeoff.domain.cost.runs import LARGE, FixedPrices
from tests.unit.bakeoff.handlers.conftest import Load

TRIGGER = {"bucket": "data-bucket", "key": "Inputs/dataset1.csv", "version_id": "v1", "sequencer": "1"}


@pytest.fixture
def plan_run(load: Load, store: InMemoryRunStore, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    store.put("Inputs/dataset1.csv", b"15 1:0.4 2:0.3\n")
    loaded = load("PlanRunFunction")
    budget = dataclasses.replace(loaded.module.BUDGET, prices=lambda items: FixedPrices())
    planner = dataclasses.replace(loaded.module.PLANNER, store=store, budget=budget)
    monkeypatch.setattr(loaded.module, "PLANNER", planner)
    return loaded


def planned(store: InMemoryRunStore, run_id: str = "run-1") -> dict[str, Any]:
    plan: dict[str, Any] = store.read_json(f"runs/{run_id}/plan.json")
    return plan


def names_of(plan: dict[str, Any]) -> list[str]:
    return [candidate["name"] for candidate in plan["candidates"]]


def test_a_person_s_list_of_algorithms_is_planned(
    plan_run: Loaded, store: InMemoryRunStore, event_of: Callable[[str], dict[str, Any]]
) -> None:
    event = event_of("PlanRunFunction")

    answer = plan_run(event)

    plan = planned(store, event["run_id"])
    assert names_of(plan) == ["xgboost", "xgboost-deep"]
    assert answer["run_id"] == event["run_id"]
    assert answer["processing_job_name"].startswith("bakeoff-1a2b3c4d-")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"trigger": TRIGGER},
        # What the console of Step Functions proposes, and what a workflow that starts this one adds
        {"Comment": "Insert your JSON here"},
        {"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "arn:aws:states:us-east-1:1:execution:a:b"},
    ],
)
def test_an_upload_compares_the_stack_s_algorithms(
    plan_run: Loaded, store: InMemoryRunStore, given: dict[str, Any]
) -> None:
    plan_run({"run_id": "run-1", "input": given})

    assert names_of(planned(store)) == ["xgboost", "linear-learner"]


def test_the_plan_follows_the_stack_s_parameters(plan_run: Loaded, store: InMemoryRunStore) -> None:
    plan_run({"run_id": "run-1", "input": {}})

    plan = planned(store)
    assert plan["split"]["train_below"] == 700_000
    assert plan["max_rejected_share"] == 0.01
    assert {candidate["volume_gb"] for candidate in plan["candidates"]} == {30}
    assert plan["spark_image_uri"].startswith("173754725891.dkr.ecr.us-east-1.amazonaws.com/")


def test_the_layer_s_script_is_stored_with_the_run(plan_run: Loaded, store: InMemoryRunStore) -> None:
    plan_run({"run_id": "run-1", "input": {}})

    assert "main()" in store.text("runs/run-1/code/prepare_datasets.py")
    assert "pyspark" in store.text("runs/run-1/code/preparation/job.py")


def test_the_time_of_the_plan_is_utc_to_the_second(plan_run: Loaded, store: InMemoryRunStore) -> None:
    plan_run({"run_id": "run-1", "input": {}})

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", planned(store)["created_at"])


@pytest.mark.parametrize("wrong", [None, [], "xgboost", 3])
def test_an_execution_s_input_must_be_an_object(plan_run: Loaded, wrong: Any) -> None:
    with pytest.raises(InvalidEvent, match=r"must be a JSON object: \{\} or \{\"algorithms\": \[\.\.\.\]\}"):
        plan_run({"run_id": "run-1", "input": wrong})


@pytest.mark.parametrize("wrong", ["algoritms", "rounds", "Algorithms", "volume_gb", "x" * 5000])
def test_a_key_that_nothing_reads_is_refused_instead_of_ignored(plan_run: Loaded, wrong: str) -> None:
    with pytest.raises(
        InvalidSettings, match=r"^The execution's input: nothing reads '.{4,80}': (did you|the)"
    ):
        plan_run({"run_id": "run-1", "input": {"algorithms": ["xgboost"], wrong: 1}})


@pytest.mark.parametrize("wrong", [None, "xgboost", {"name": "xgboost"}])
def test_the_algorithms_must_be_a_list(plan_run: Loaded, wrong: Any) -> None:
    with pytest.raises(InvalidSettings, match="algorithms must be a list of names or objects, not "):
        plan_run({"run_id": "run-1", "input": {"algorithms": wrong}})


@pytest.mark.parametrize("wrong", [[], ["prophet"], ["knn", "knn"], [{"name": "knn", "spot": "yes"}]])
def test_a_list_that_a_person_must_mend_is_refused(plan_run: Loaded, wrong: list[Any]) -> None:
    with pytest.raises(InvalidAlgorithms):
        plan_run({"run_id": "run-1", "input": {"algorithms": wrong}})


CSV = b"price,area\n1,2\n3,5\n"


@pytest.mark.parametrize(("target", "position"), [("area", 2), (2, 2), ("1", 1)])
def test_a_person_s_target_is_planned(
    plan_run: Loaded, store: InMemoryRunStore, target: object, position: int
) -> None:
    store.put("Inputs/dataset1.csv", CSV)

    plan_run({"run_id": "run-1", "input": {"target": target}})

    name = ("price", "area")[position - 1]
    expected = {"name": name, "position": position, "source": "the execution's input"}
    assert planned(store)["target"] == expected


@pytest.mark.parametrize("target", [None, "", " ", 0, -1, 1.5, True, ["area"], {}])
def test_a_target_that_is_no_column_is_refused(plan_run: Loaded, target: object) -> None:
    with pytest.raises(InvalidSettings, match=r"^The execution's input: target must be a column's name "):
        plan_run({"run_id": "run-1", "input": {"target": target}})


def test_an_unknown_column_is_refused_by_its_source(plan_run: Loaded, store: InMemoryRunStore) -> None:
    store.put("Inputs/dataset1.csv", CSV)

    with pytest.raises(
        UnknownTarget, match="no column 'cost', which the execution's input names: its columns"
    ):
        plan_run({"run_id": "run-1", "input": {"target": "cost"}})


def with_budget(plan_run: Loaded, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    planner = plan_run.module.PLANNER
    budget = dataclasses.replace(planner.budget, **changes)
    monkeypatch.setattr(plan_run.module, "PLANNER", dataclasses.replace(planner, budget=budget))


def test_the_plan_says_what_the_run_may_cost_at_most(plan_run: Loaded, store: InMemoryRunStore) -> None:
    answer = plan_run({"run_id": "run-1", "input": {}})

    cost = planned(store)["cost"]
    assert (cost["bound"], cost["currency"], cost["region"]) == ("deadline", "USD", "us-east-1")
    assert Decimal(cost["amount"]) == min(Decimal(cost["by_steps"]), Decimal(cost["by_deadline"]))
    # Rounded up to a cent.
    assert 0 <= Decimal(answer["most"].removeprefix("$")) - Decimal(cost["amount"]) < Decimal("0.01")


def test_a_limit_of_one_cent_refuses_before_anything_is_stored(
    plan_run: Loaded, store: InMemoryRunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_budget(plan_run, monkeypatch, most=Decimal("0.01"))

    with pytest.raises(BudgetExceeded, match=r"may cost up to \$2\.13 .* more than MaxRunCost of \$0\.01"):
        plan_run({"run_id": "run-1", "input": {}})

    assert "runs/run-1/plan.json" not in store.stored_keys()


def test_without_a_limit_an_unknown_price_stops_nobody_and_is_told(
    plan_run: Loaded, store: InMemoryRunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = FixedPrices(missing=frozenset({Item(Kind.HOSTING, LARGE)}))
    with_budget(plan_run, monkeypatch, prices=lambda items: missing)

    answer = plan_run({"run_id": "run-1", "input": {}})

    assert planned(store)["cost"]["amount"] is None
    assert answer["most"] == "unknown: no price of ml.m5.large for hosting in us-east-1"


def test_with_a_limit_it_refuses(plan_run: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = FixedPrices(missing=frozenset({Item(Kind.HOSTING, LARGE)}))
    with_budget(plan_run, monkeypatch, prices=lambda items: missing, most=Decimal(100))

    with pytest.raises(UnknownPrice, match=r"ml\.m5\.large for hosting in us-east-1"):
        plan_run({"run_id": "run-1", "input": {}})


def test_whoever_starts_a_run_may_limit_it_further(plan_run: Loaded, store: InMemoryRunStore) -> None:
    with pytest.raises(BudgetExceeded, match=r"max_cost of \$0\.50, which stands in the execution's input: "):
        plan_run({"run_id": "run-1", "input": {"max_cost": 0.5}})

    plan_run({"run_id": "run-2", "input": {"max_cost": 5}})
    setting = {"value": 5, "source": "the execution's input"}
    assert planned(store, "run-2")["settings"]["max_cost"] == setting


@pytest.mark.parametrize("max_cost", [0, 1000, None])
def test_nobody_raises_the_stack_s_own_limit(
    plan_run: Loaded, monkeypatch: pytest.MonkeyPatch, max_cost: float | None
) -> None:
    with_budget(plan_run, monkeypatch, most=Decimal("0.01"))

    with pytest.raises(BudgetExceeded, match=r"more than MaxRunCost of \$0\.01"):
        plan_run({"run_id": "run-1", "input": {"max_cost": max_cost}})


@pytest.mark.parametrize("max_cost", [-1, "5", True, float("nan")])
def test_a_limit_that_is_none_is_refused(plan_run: Loaded, max_cost: object) -> None:
    with pytest.raises(InvalidSettings, match="max_cost must be a number, 0 or more"):
        plan_run({"run_id": "run-1", "input": {"max_cost": max_cost}})
