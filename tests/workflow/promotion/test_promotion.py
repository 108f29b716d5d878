"""A promotion end to end: first, next, back, repeated, stale, and beside others."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from bakeoff.domain.cost.prices import Item, Kind
from bakeoff.domain.cost.production import ProductionBudget
from bakeoff.domain.run.history import PAGE, change_keys, read_changes
from local_aws.core.instance import Instance
from tests.unit.bakeoff.domain.cost.runs import LARGE, FixedPrices
from tests.workflow.promotion.calls import ENDPOINT, functions
from tests.workflow.promotion.conftest import Promotions, definition
from tests.workflow.promotion.matrix import cases
from tests.workflow.promotion.runs import REASON, put_run
from tests.workflow.promotion.world import World, started


def live(world: World) -> str:
    assert world.endpoint
    return world.endpoint.config


def test_the_first_model_gets_an_endpoint(promotions: Promotions, world: World) -> None:
    ended = promotions.promote(1)

    assert (ended["status"], world.serving) == ("SUCCEEDED", 1), ended["cause"]
    record = world.store.read_json(f"production/versions/{live(world)}.json")
    assert (record["run"], record["previous"], record["why"]) == ("run-1", None, REASON)
    assert record["image"].startswith("registry/xgboost@sha256:")
    assert record["data"]["columns"]["features"] == ["column 2", "column 3"]
    assert record["model"]["url"] == f"s3://data-bucket/production/models/{live(world)}/model.tar.gz"


def test_a_better_model_replaces_it_without_a_request_that_fails(
    in_production: Promotions, world: World
) -> None:
    before = live(world)

    ended = in_production.promote(2)

    assert (ended["status"], world.serving, world.unanswered) == ("SUCCEEDED", 2, 0)
    assert world.requests > 0
    [update] = world.updates
    assert update["RetainAllVariantProperties"] is True
    policy = update["DeploymentConfig"]
    assert {alarm["AlarmName"] for alarm in policy["AutoRollbackConfiguration"]["Alarms"]} == {
        "errors",
        "latency",
    }
    assert json.loads(ended["output"])["previous"] == before


def test_promotions_and_ways_back_stand_on_the_page_of_all_runs(
    in_production: Promotions, world: World
) -> None:
    first = live(world)
    promoted = in_production.promote(2)
    back = in_production.run({"config": first, "live": live(world)})

    changes = sorted(read_changes(world.store, change_keys(world.store)), key=lambda each: each["at"])
    assert [(each["kind"], each["run_id"]) for each in changes] == [
        ("promotion", "run-1"),
        ("promotion", "run-2"),
        ("rollback", "run-1"),
    ]
    assert [each["execution"] for each in changes[1:]] == [promoted["name"], back["name"]]
    assert changes[2]["before"] == {"run_id": "run-2", "candidate": "alpha"}
    assert all(json.loads(each["output"])["listed"] for each in (promoted, back))
    page = world.store.text(PAGE)
    assert page.count(">promotion</td>") == 2 and page.count(">rollback</td>") == 1


@pytest.mark.parametrize("kind", ["throttled for good", "crashes"])
def test_what_cannot_be_listed_is_in_production_all_the_same(
    in_production: Promotions, world: World, kind: str
) -> None:
    before = live(world)
    [fault] = [case for case in cases() if str(case) == f"Publish history / {kind}"]
    fault.prepare(world)

    ended = in_production.promote(2)

    assert (ended["status"], world.serving) == ("SUCCEEDED", 2), ended["cause"]
    output = json.loads(ended["output"])
    assert (output["listed"], output["previous"], output["notified"]) == (False, before, True)


@pytest.mark.parametrize(
    ("traffic", "instances", "expected"),
    [
        ("all-at-once", "1", {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}),
        (
            "canary",
            "2",
            {
                "Type": "CANARY",
                "WaitIntervalInSeconds": 300,
                "CanarySize": {"Type": "INSTANCE_COUNT", "Value": 1},
            },
        ),
        (
            "linear",
            "8",
            {
                "Type": "LINEAR",
                "WaitIntervalInSeconds": 300,
                "LinearStepSize": {"Type": "INSTANCE_COUNT", "Value": 2},
            },
        ),
    ],
)
def test_requests_move_as_the_stack_says(
    in_production: Promotions,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    traffic: str,
    instances: str,
    expected: dict[str, object],
) -> None:
    of_instances(monkeypatch, int(instances))
    in_production.promote(2, PromotionTraffic=traffic, ProductionInstanceCount=instances)

    [update] = world.updates
    policy = update["DeploymentConfig"]["BlueGreenUpdatePolicy"]
    assert policy["TrafficRoutingConfiguration"] == expected
    # The last move is watched, too: after it no interval follows, but the end of the old instances.
    assert policy["TerminationWaitInSeconds"] == 300


def of_instances(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """The parameter ProductionInstanceCount."""
    monkeypatch.setattr(functions()["TakeProduction"].module, "INSTANCES", count)


def routing(world: World) -> dict[str, object]:
    policy = world.updates[-1]["DeploymentConfig"]["BlueGreenUpdatePolicy"]
    return dict(policy["TrafficRoutingConfiguration"])


def test_an_endpoint_that_was_scaled_keeps_its_instances_and_they_move_by_quarters(
    in_production: Promotions, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_instances(monkeypatch, 2)
    world.instances = 16

    in_production.promote(2, PromotionTraffic="linear", ProductionInstanceCount="2")

    assert world.updates[-1]["RetainAllVariantProperties"] is True
    assert "ExcludeRetainedVariantProperties" not in world.updates[-1]
    assert routing(world)["LinearStepSize"] == {"Type": "INSTANCE_COUNT", "Value": 4}


def test_an_endpoint_of_fewer_instances_than_the_stack_says_gets_them(
    in_production: Promotions, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With those that it has, of which a canary would be all, SageMaker would refuse every update."""
    of_instances(monkeypatch, 2)
    world.instances = 1

    in_production.promote(2, PromotionTraffic="canary", ProductionInstanceCount="2")

    excluded = [{"VariantPropertyType": "DesiredInstanceCount"}]
    assert world.updates[-1]["ExcludeRetainedVariantProperties"] == excluded
    assert routing(world)["Type"] == "CANARY"


def test_on_the_way_back_the_instances_stay_as_many_as_there_are(
    in_production: Promotions, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests of one instance can only move together."""
    first = live(world)
    in_production.promote(2)
    of_instances(monkeypatch, 2)
    world.instances = 1

    ended = in_production.run({"config": first, "live": live(world)}, PromotionTraffic="canary")

    assert (ended["status"], world.serving) == ("SUCCEEDED", 1)
    assert "ExcludeRetainedVariantProperties" not in world.updates[-1]
    assert routing(world) == {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}


def test_a_repeated_approval_changes_nothing(in_production: Promotions, world: World) -> None:
    ended = in_production.run({"run_id": "run-1"})

    assert (ended["status"], world.serving, world.updates) == ("SUCCEEDED", 1, [])
    assert json.loads(ended["output"]) == {"config": live(world)}


def test_an_approval_of_what_beat_another_champion_is_refused(
    in_production: Promotions, world: World
) -> None:
    """Run 3 was judged against model 1; by now model 2 serves."""
    put_run(world.store, 3, live(world))
    in_production.promote(2)

    ended = in_production.run({"run_id": "run-3"})

    assert (ended["status"], ended["error"], world.serving) == ("FAILED", "ProductionMoved", 2)
    assert "decided about" in ended["cause"]


@pytest.mark.parametrize("decision", ["keep", "incomparable"])
def test_a_run_that_promotes_nothing_is_refused(
    in_production: Promotions, world: World, decision: str
) -> None:
    put_run(world.store, 2, live(world), decision)

    ended = in_production.run({"run_id": "run-2"})

    assert (ended["error"], world.serving) == ("NothingToPromote", 1)


def test_a_run_that_decided_nothing_is_refused(in_production: Promotions, world: World) -> None:
    ended = in_production.run({"run_id": "unknown"})

    assert (ended["error"], world.serving) == ("NothingToPromote", 1)
    assert "Promotion off" in ended["cause"]


def test_production_goes_back_to_a_version_that_it_kept(in_production: Promotions, world: World) -> None:
    first = live(world)
    in_production.promote(2)
    second = live(world)

    ended = in_production.run({"config": first, "live": second})

    assert (ended["status"], world.serving, live(world)) == ("SUCCEEDED", 1, first)
    # And forward again by a new run, judged against what is live now.
    assert in_production.promote(3)["status"] == "SUCCEEDED"
    assert world.serving == 3


def test_production_goes_forward_again_to_what_it_came_back_from(
    in_production: Promotions, world: World
) -> None:
    first = live(world)
    in_production.promote(2)
    second = live(world)
    in_production.run({"config": first, "live": second})

    ended = in_production.run({"config": second, "live": first})

    assert (ended["status"], world.serving, live(world)) == ("SUCCEEDED", 2, second), ended["cause"]


def test_a_version_that_is_gone_is_nothing_to_go_back_to(in_production: Promotions, world: World) -> None:
    ended = in_production.run({"config": f"{ENDPOINT}-0000000000", "live": live(world)})

    assert (ended["error"], world.serving) == ("NothingToPromote", 1)


def test_old_versions_go_and_their_records_stay(in_production: Promotions, world: World) -> None:
    for factor in (2, 3, 4, 5):
        assert in_production.promote(factor)["status"] == "SUCCEEDED"

    keys = world.store.stored_keys()
    kept = set(world.configs)
    assert len(kept) == 3 and live(world) in kept and set(world.models) == kept
    assert {key.split("/")[2] for key in keys if key.startswith("production/models/")} == kept
    assert len([key for key in keys if key.startswith("production/versions/")]) == 5


def test_two_approvals_at_once_are_promoted_one_after_the_other(
    in_production: Promotions, world: World
) -> None:
    """The second one waits while the first goes on, and finds then that production has moved."""
    champion = live(world)
    world.executions = [started("first", 1), started("second", 2)]
    second = in_production.start({"run_id": put_run(world.store, 3, champion)}, name="second")

    first = in_production.run({"run_id": put_run(world.store, 2, champion)}, name="first")
    world.executions = [started("second", 2)]
    ended = in_production.workflow.wait(second)

    assert first["status"] == "SUCCEEDED"
    assert (ended["error"], world.serving) == ("ProductionMoved", 2)


def test_a_model_that_does_not_answer_what_was_judged_is_taken_back(
    in_production: Promotions, world: World
) -> None:
    before = live(world)
    world.wrong_by = 1e-5

    ended = in_production.promote(2)

    assert (ended["status"], ended["error"], world.serving) == ("FAILED", "ProbeMismatch", 1)
    assert (live(world), set(world.configs), set(world.models)) == (before, {before}, {before})
    assert world.unanswered == 0


def test_differences_of_rounding_are_none(in_production: Promotions, world: World) -> None:
    world.wrong_by = 1e-7

    assert in_production.promote(2)["status"] == "SUCCEEDED"


def test_a_first_model_that_answers_otherwise_leaves_no_endpoint(
    promotions: Promotions, world: World
) -> None:
    world.wrong_by = 0.5

    ended = promotions.promote(1)

    assert ended["error"] == "ProbeMismatch"
    assert (world.endpoint, world.configs, world.models) == (None, {}, {})
    assert not [key for key in world.store.stored_keys() if key.startswith("production/")]


def limit(monkeypatch: pytest.MonkeyPatch, most: str, prices: FixedPrices | None = None) -> None:
    """MaxMonthlyProductionCost, of a stack with two instances of ml.m5.large: $167.90 a month."""
    budget = ProductionBudget(LARGE, 2, Decimal(most), lambda: prices or FixedPrices())
    monkeypatch.setattr(functions()["TakeProduction"].module, "BUDGET", budget)


@pytest.mark.parametrize(
    ("prices", "error", "words"),
    [
        (FixedPrices(), "BudgetExceeded", "would cost $167.90 a month"),
        (
            FixedPrices(missing=frozenset({Item(Kind.HOSTING, LARGE)})),
            "UnknownPrice",
            "No price is known of ml.m5.large for hosting",
        ),
    ],
)
def test_production_above_its_monthly_limit_is_refused_before_anything_is_made(
    in_production: Promotions,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    prices: FixedPrices,
    error: str,
    words: str,
) -> None:
    limit(monkeypatch, "167.89", prices)
    run = put_run(world.store, 2, live(world))
    before = world.store.stored_keys()

    ended = in_production.run({"run_id": run})

    assert (ended["status"], ended["error"], world.serving) == ("FAILED", error, 1)
    assert words in ended["cause"] and "MaxMonthlyProductionCost" in ended["cause"]
    assert not {"create_model", "create_endpoint_config", "update_endpoint"} & set(world.calls)
    assert world.store.stored_keys() == before


def test_production_within_its_monthly_limit_says_what_it_costs(
    in_production: Promotions, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, "167.90")

    assert in_production.promote(2)["status"] == "SUCCEEDED"

    record = world.store.read_json(f"production/versions/{live(world)}.json")
    assert (record["cost"]["amount"], record["cost"]["instances"]) == ("167.900000", 2)
    told = functions()["RecordProduction"].module.NOTIFIER.messages[-1]
    assert "It costs $167.90 a month by list prices: 2 x ml.m5.large, 730 hours." in told[1]


def test_without_a_limit_nobody_asks_for_a_price(in_production: Promotions, world: World) -> None:
    assert functions()["TakeProduction"].module.BUDGET is None
    assert "cost" not in world.store.read_json(f"production/versions/{live(world)}.json")


def test_no_limit_stands_in_the_way_back(
    in_production: Promotions, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = live(world)
    in_production.promote(2)
    limit(monkeypatch, "0.01")

    assert in_production.run({"config": first})["status"] == "SUCCEEDED"
    assert world.serving == 1


def test_the_workflow_is_fine(instance: Instance) -> None:
    """ValidateStateMachineDefinition has nothing to say, not even a warning."""
    states = instance.client("stepfunctions")
    answer = states.validate_state_machine_definition(definition=definition(), severity="WARNING")

    assert (answer["result"], answer["diagnostics"]) == ("OK", [])
