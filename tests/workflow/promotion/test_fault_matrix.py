"""Whatever befalls a promotion: production serves the old or the new model, and the next one works."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflow.fault_matrix.ending import Ending
from tests.workflow.fault_matrix.matrix import ENDS
from tests.workflow.fault_matrix.outcomes import assert_readable
from tests.workflow.promotion.calls import (
    DOWN,
    MIXED,
    NEW,
    ROLLED_BACK,
    SILENT,
    STUCK,
    Fault,
    looked_after,
    sweep,
)
from tests.workflow.promotion.conftest import Promotions
from tests.workflow.promotion.matrix import (
    BUSY_FOR_EVER,
    FIRST_ONLY,
    OF_A_FIRST,
    OF_AN_UPDATE,
    PREPARED,
    REPEATED,
    STATES,
    Case,
    cases,
    end_at,
    moments,
    prepare,
)
from tests.workflow.promotion.runs import put_run, run_id_of
from tests.workflow.promotion.world import World


def live(world: World) -> str:
    assert world.endpoint
    return world.endpoint.config


def assert_sound(promotions: Promotions, world: World, ended: dict[str, Any]) -> None:
    """Nothing is left but what serves and what served before, and the next promotion works."""
    if ended["status"] != "SUCCEEDED":
        world.heal()
        world.look_after(ended)
    assert world.serving in (1, 2)
    assert world.unanswered == 0 and world.requests > 0
    kept = set(world.configs) | world.lost
    assert live(world) in kept and set(world.models) == kept
    assert len(kept) == (1 if world.serving == 1 else 2), kept
    world.heal()
    after = promotions.promote(7)
    assert (after["status"], world.serving, world.unanswered) == ("SUCCEEDED", 7, 0), after["cause"]


@pytest.mark.parametrize("case", [c for c in cases() if c.state not in FIRST_ONLY], ids=str)
def test_a_fault(in_production: Promotions, world: World, case: Case) -> None:
    case.prepare(world)

    ended = in_production.promote(2)

    assert case.is_met(world)
    if case.kind.survived and case.state not in PREPARED:
        assert (ended["status"], world.serving) == ("SUCCEEDED", 2), ended["cause"]
    if ended["status"] == "FAILED":
        assert_readable(ended["cause"])
    if case.state in ("Roll back", "Check way back") and not case.kind.survived:
        # Nobody knows whether it is back, so that a person must look; it answers all the while.
        assert world.serving == (2 if case.state == "Roll back" else 1)
        assert (world.unanswered, ended["error"]) == (0, "ProductionMixed")
        return
    assert_sound(in_production, world, ended)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(("state", "moment"), moments([*OF_AN_UPDATE, REPEATED, BUSY_FOR_EVER]))
def test_an_end_that_nothing_catches(
    in_production: Promotions,
    world: World,
    state: str,
    moment: str,
    end: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prepare(state, world)
    ending = Ending(ENDS[end])
    end_at(ending, state, moment, world, monkeypatch)

    run = run_id_of(1) if state == REPEATED else put_run(world.store, 2, live(world))
    ended = ending.finish(in_production.workflow, in_production.start({"run_id": run}))

    assert ending.pulled
    if state == "Way back failed":
        assert (world.serving, world.unanswered) == (2, 0)
        return
    assert_sound(in_production, world, ended)


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        (ROLLED_BACK, "PromotionRolledBack", "An alarm went off"),
        (SILENT, "PromotionRolledBack", "SageMaker gave no reason"),
        (STUCK, "States.Timeout", "is in state Updating"),
    ],
)
def test_an_update_that_does_not_come(
    in_production: Promotions, world: World, how: str, error: str, words: str
) -> None:
    before = live(world)
    world.endings.append(how)

    ended = in_production.promote(2)

    assert (ended["status"], ended["error"]) == ("FAILED", error)
    assert words in ended["cause"]
    assert (world.serving, live(world), world.unanswered) == (1, before, 0)
    if how != STUCK:
        assert_sound(in_production, world, ended)


@pytest.mark.parametrize(("how", "error"), [(MIXED, "ProductionMixed"), (DOWN, "ProductionDown")])
def test_an_endpoint_that_needs_a_person_is_named_so(
    in_production: Promotions, world: World, how: str, error: str
) -> None:
    world.endings.append(how)

    ended = in_production.promote(2)
    after = in_production.promote(3)

    assert (ended["error"], after["error"]) == (error, error)
    assert_readable(ended["cause"])


def test_a_rollback_that_fails_is_told(in_production: Promotions, world: World) -> None:
    world.wrong_by = 0.5
    world.endings += [NEW, MIXED]

    ended = in_production.promote(2)

    assert (ended["status"], ended["error"]) == ("FAILED", "ProductionMixed")
    assert "does not answer" not in ended["cause"] and "answers row" in ended["cause"]


def test_an_update_by_somebody_else_is_waited_for_and_compared_anew(
    in_production: Promotions, world: World
) -> None:
    """It was taken back, so that production serves what the decision was about."""
    PREPARED["Wait for production"](world)

    ended = in_production.promote(2)

    assert (ended["status"], world.serving, world.unanswered) == ("SUCCEEDED", 2, 0)


def test_an_update_that_comes_in_between_is_not_overwritten(in_production: Promotions, world: World) -> None:
    """Somebody updates right before this promotion does: SageMaker refuses, and it compares anew."""
    in_production.promote(2)
    second = live(world)
    first = next(name for name in world.configs if name != second)

    def meet(work: Any) -> Any:
        world.begin_update(first)
        return work()

    world.faults.append(Fault("update_endpoint", meet, times=1))
    ended = in_production.promote(3)

    assert (ended["error"], world.serving, live(world)) == ("ProductionMoved", 1, first)
    assert set(world.configs) == {first, second}


def test_an_update_that_goes_on_for_ever_is_not_waited_for_that_long(
    in_production: Promotions, world: World
) -> None:
    world.update_for_ever()

    ended = in_production.promote(2)

    assert (ended["error"], world.serving) == ("ProductionMoved", 1)
    assert "PromotionTimeoutSeconds" in ended["cause"]


def test_an_endpoint_deleted_by_hand_is_no_longer_what_was_decided_about(
    in_production: Promotions, world: World
) -> None:
    run = put_run(world.store, 2, live(world))
    world.endpoint = None

    ended = in_production.run({"run_id": run})

    assert ended["error"] == "ProductionMoved"
    assert (
        "This was decided about 'bakeoff-live-" in ended["cause"]
        and ", but there is no endpoint " in ended["cause"]
    )
    # What was decided without one makes one.
    assert in_production.promote(3)["status"] == "SUCCEEDED"
    assert world.serving == 3


def test_an_endpoint_deleted_by_hand_meanwhile_is_told(in_production: Promotions, world: World) -> None:
    def meet(work: Any) -> Any:
        answer = work()
        world.endpoint = None
        return answer

    world.faults.append(Fault("update_endpoint", meet, times=1))
    ended = in_production.promote(2)

    assert ended["error"] == "ProductionDown"
    assert set(world.models) == set(world.configs) and len(world.configs) == 1


def test_a_configuration_deleted_by_hand_is_made_again(in_production: Promotions, world: World) -> None:
    """SageMaker refuses every update of an endpoint whose own configuration is gone."""
    before = live(world)
    world.lose_config()

    ended = in_production.promote(2)

    assert (ended["status"], world.serving) == ("SUCCEEDED", 2), ended["cause"]
    assert set(world.configs) == {before, live(world)}
    assert in_production.run({"config": before, "live": live(world)})["status"] == "SUCCEEDED"


def test_a_configuration_that_nobody_knows_is_not_made_again(in_production: Promotions, world: World) -> None:
    """Somebody else made it, and deleted it."""
    before = live(world)
    world.configs["by-hand"] = world.configs[before]
    world.begin_update("by-hand")
    world.clock.pause(None, 600)
    assert world.serving and live(world) == "by-hand"
    world.lose_config()

    ended = in_production.run({"config": before})

    assert ended["status"] == "FAILED" and "Could not find endpoint configuration" in ended["cause"]
    assert (live(world), set(world.configs)) == ("by-hand", {before})


def test_a_way_back_creates_an_endpoint_that_somebody_deleted(
    in_production: Promotions, world: World
) -> None:
    first = live(world)
    in_production.promote(2)
    kept = set(world.configs)
    world.endpoint = None

    ended = in_production.run({"config": first, "live": None})

    assert (ended["status"], world.serving, live(world)) == ("SUCCEEDED", 1, first), ended["cause"]
    assert (set(world.configs), set(world.models)) == (kept, kept)
    assert in_production.promote(3)["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("how", "wrong_by", "error"), [(DOWN, 0.0, "ProductionDown"), (NEW, 0.5, "ProbeMismatch")]
)
def test_of_a_way_back_in_vain_no_endpoint_is_left_but_the_version(
    in_production: Promotions, world: World, how: str, wrong_by: float, error: str
) -> None:
    first, kept = live(world), set(world.configs)
    world.endpoint, world.wrong_by = None, wrong_by
    world.endings.append(how)

    ended = in_production.run({"config": first, "live": None})

    assert (ended["error"], world.endpoint) == (error, None)
    assert (set(world.configs), set(world.models)) == (kept, kept)
    world.heal()
    assert in_production.run({"config": first, "live": None})["status"] == "SUCCEEDED"
    assert world.serving == 1


def test_a_way_back_that_was_decided_without_an_endpoint_leaves_a_new_one(
    in_production: Promotions, world: World
) -> None:
    first = live(world)
    in_production.promote(2)

    ended = in_production.run({"config": first, "live": None})

    assert (ended["error"], world.serving) == ("ProductionMoved", 2)


@pytest.mark.parametrize("case", [c for c in cases() if c.state in FIRST_ONLY], ids=str)
def test_a_fault_of_a_first_promotion(promotions: Promotions, world: World, case: Case) -> None:
    case.prepare(world)

    ended = promotions.promote(1)

    assert case.is_met(world)
    if case.kind.survived:
        assert (ended["status"], world.serving) == ("SUCCEEDED", 1), ended["cause"]
    else:
        assert ended["status"] == "FAILED"
        assert_readable(ended["cause"])
        assert (world.endpoint, world.configs, world.models) == (None, {}, {})
    world.heal()
    assert promotions.promote(7)["status"] == "SUCCEEDED"
    assert world.serving == 7


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(("state", "moment"), moments(OF_A_FIRST))
def test_a_first_promotion_that_is_stopped(
    promotions: Promotions,
    world: World,
    state: str,
    moment: str,
    end: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Another answer than was judged leads to the end of the endpoint.
    world.wrong_by = 0.5 if state == "Wait to discard" else 0.0
    ending = Ending(ENDS[end])
    end_at(ending, state, moment, world, monkeypatch)
    arn = promotions.start({"run_id": put_run(world.store, 1, None)})
    ended = ending.finish(promotions.workflow, arn)

    assert ending.pulled
    world.heal()
    world.look_after(ended)

    assert world.serving in (None, 1)
    assert promotions.promote(7)["status"] == "SUCCEEDED"
    assert world.serving == 7


def test_a_first_endpoint_that_fails_leaves_nothing(promotions: Promotions, world: World) -> None:
    world.endings.append(DOWN)

    ended = promotions.promote(1)

    assert (ended["error"], world.endpoint, world.configs, world.models) == ("ProductionDown", None, {}, {})
    assert promotions.promote(2)["status"] == "SUCCEEDED"


def test_a_late_event_of_a_promotion_that_went_live_leaves_the_way_back(
    in_production: Promotions, world: World
) -> None:
    """EventBridge may tell of an end again, hours later."""
    [crash] = [case for case in cases() if str(case) == "Record production / crashes"]
    crash.prepare(world)
    ended, second = in_production.promote(2), live(world)
    world.heal()
    in_production.promote(3)

    world.look_after(ended)

    assert (ended["status"], world.serving) == ("FAILED", 3)
    back = in_production.run({"config": second, "live": live(world)})
    assert (back["status"], world.serving) == ("SUCCEEDED", 2), back["cause"]


def test_what_an_update_leaves_that_outlasts_the_repetitions_of_the_event_is_swept(
    in_production: Promotions, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SageMaker takes the update back, of a promotion that was stopped, when Lambda repeats no more."""
    before, ending = live(world), Ending(ENDS["StopExecution"])
    ending.on_entering("Await endpoint", 1, monkeypatch)
    world.endings.append(ROLLED_BACK)
    arn = in_production.start({"run_id": put_run(world.store, 2, before)})
    ended = ending.finish(in_production.workflow, arn)
    world.ended_badly.append(ended["name"])

    assert [looked_after(ended), looked_after(ended), sweep()] == [False, False, False]
    world.clock.pause(None, 3600)
    assert set(world.configs) > {before}
    assert sweep()

    assert (set(world.configs), set(world.models), world.serving) == ({before}, {before}, 1)
    assert not [key for key in world.store.stored_keys() if "production/" in key and before not in key]


def test_the_sweep_leaves_alone_what_serves_has_served_or_is_to_serve(
    in_production: Promotions, world: World
) -> None:
    [crash] = [case for case in cases() if str(case) == "Record production / crashes"]
    crash.prepare(world)
    world.ended_badly.append(in_production.promote(2)["name"])
    served = live(world)
    assert sweep() and live(world) in world.configs
    world.heal()
    in_production.promote(3)

    assert sweep()

    assert {served, live(world)} <= set(world.configs)
    assert in_production.run({"config": served, "live": live(world)})["status"] == "SUCCEEDED"


def test_every_state_has_its_place_here() -> None:
    assert {*OF_AN_UPDATE, *FIRST_ONLY, REPEATED, BUSY_FOR_EVER} == set(STATES)
