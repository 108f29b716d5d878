"""Whatever befalls a promotion, over real endpoints: model servers that are asked all the while.

One endpoint serves all cases, one after the other: what a case has left, the next one would meet.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from local_aws.core.instance import Instance
from local_aws.services.stepfunctions.interpreter import waiting
from local_aws.services.stepfunctions.jsonata import functions as jsonata_functions
from local_aws.services.stepfunctions.tasks import clients
from tests.handlers import ATTRIBUTES
from tests.patience import eventually
from tests.workflow.conftest import Workflow
from tests.workflow.fault_matrix.ending import Ending
from tests.workflow.fault_matrix.matrix import ENDS
from tests.workflow.fault_matrix.outcomes import assert_readable
from tests.workflow.promotion.calls import (
    ENDPOINT,
    ROLLED_BACK,
    SILENT,
    Fault,
    functions,
    looked_after,
    sweep,
)
from tests.workflow.promotion.conftest import Promotions
from tests.workflow.promotion.hosted import ALARMS, BUCKET, Hosted
from tests.workflow.promotion.matrix import (
    FIRST_ONLY,
    OF_A_FIRST,
    OF_AN_UPDATE,
    PREPARED,
    REPEATED,
    Case,
    cases,
    end_at,
    moments,
    prepare,
)
from tests.workflow.promotion.runs import run_id_of

REQUESTS = 1000
# A look in a minute, and few of them, where all that ends it is a deadline.
FEW_LOOKS = {"EndpointPollSeconds": "60", "PromotionTimeoutSeconds": "600"}
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def hosted(instance: Instance) -> Iterator[Hosted]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ATTRIBUTES, "Fn::GetAtt:ProductionPrefix.Value", ENDPOINT)
        instance.client("s3").create_bucket(Bucket=BUCKET)
        _make_alarms(instance)
        made = Hosted(instance, _make_role(instance))
        with made.requests.running():
            yield made
        made.clear()


def _make_alarms(instance: Instance) -> None:
    for name in ALARMS:
        instance.client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/SageMaker",
            MetricName=name,
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )


def _make_role(instance: Instance) -> str:
    """The models': how little it may do is another test's."""
    iam = instance.client("iam")
    trusted = {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    allowed = {"Effect": "Allow", "Action": ["s3:*", "logs:*", "ecr:*", "cloudwatch:*"], "Resource": "*"}
    role = iam.create_role(RoleName="production-matrix", AssumeRolePolicyDocument=_policy(trusted))["Role"][
        "Arn"
    ]
    iam.put_role_policy(RoleName="production-matrix", PolicyName="all", PolicyDocument=_policy(allowed))
    return str(role)


def _policy(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


@pytest.fixture
def first(workflows: Workflow, hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> Promotions:
    """Promotions that find whatever the test before has left."""
    monkeypatch.setattr(clients._RoleSession, "client", lambda *_: hosted.client())
    monkeypatch.setattr(waiting, "pause", hosted.clock.pause)
    monkeypatch.setitem(jsonata_functions.FUNCTIONS, "millis", hosted.clock.millis)
    monkeypatch.setattr(workflows.instance, "pace", 1.0)
    hosted.heal()
    return Promotions(workflows, hosted, {"ProductionRoleArn": hosted.role})


@dataclass(frozen=True)
class Before:
    """What serves: the number of the model, its configuration, and the versions that are kept; `new` is the
    number of the model to come.
    """

    number: int | None
    config: str | None
    kept: frozenset[str]
    new: int


@pytest.fixture
def promotions(first: Promotions, hosted: Hosted) -> Promotions:
    """Something serves, and a version is kept that served before."""
    while hosted.live() is None or len(hosted.configs()) < 2:
        assert_promoted(first, hosted)
        hosted.requests.begin()
    return first


@pytest.fixture
def before(promotions: Promotions, hosted: Hosted, request: pytest.FixtureRequest) -> Before:
    hosted.requests.turn_to(request.node.name)
    hosted.updates.clear()
    hosted.calls.clear()
    hosted.lost.clear()
    return Before(hosted.ask(), hosted.live(), frozenset(hosted.configs()), next(_NUMBERS))


def assert_promoted(promotions: Promotions, hosted: Hosted) -> int:
    """A promotion that nothing befalls works; the number of its model."""
    number = next(_NUMBERS)
    ended = promotions.promote(number)
    assert (ended["status"], hosted.ask()) == ("SUCCEEDED", number), ended["cause"]
    return number


def assert_sound(promotions: Promotions, hosted: Hosted, before: Before, ended: dict[str, Any]) -> int:
    """The old model serves or the new one, nothing else is left, and the next promotion works; no request has
    failed. Returns which model served before that.
    """
    hosted.heal()
    if ended["status"] != "SUCCEEDED":
        hosted.look_after(ended)
    hosted.at_rest()
    serving = hosted.ask()
    assert serving in (before.number, before.new)
    assert_nothing_else_is_left(hosted, before)
    after = assert_promoted(promotions, hosted)
    assert set(hosted.requests.answers[hosted.requests.case]) <= {before.number, before.new, after}
    assert hosted.requests.failures == []
    return serving


def assert_nothing_else_is_left(hosted: Hosted, before: Before) -> None:
    live, remains = hosted.live(), hosted.remains()
    kept = remains["configuration"] = remains["configuration"] | hosted.lost
    assert all(names == kept for names in remains.values()), remains
    # The version before is there to go back to.
    assert {live, before.config} - {None} <= kept <= before.kept | {live}
    assert hosted.fleets() == (live is not None)


@pytest.mark.parametrize("case", [c for c in cases() if c.state not in FIRST_ONLY], ids=str)
def test_a_fault(promotions: Promotions, hosted: Hosted, before: Before, case: Case) -> None:
    case.prepare(hosted)

    ended = promotions.promote(before.new, **(FEW_LOOKS if case.ends_at_a_deadline else {}))

    assert case.is_met(hosted)
    if ended["status"] == "FAILED":
        assert_readable(ended["cause"])
    serving = assert_sound(promotions, hosted, before, ended)
    if case.kind.survived and case.state not in PREPARED:
        assert (ended["status"], serving) == ("SUCCEEDED", before.new), ended["cause"]
    if case.state in ("Roll back", "Check way back") and not case.kind.survived:
        # Nobody knows whether it is back, so that a person must look.
        assert ended["error"] == "ProductionMixed"


@pytest.mark.parametrize(("state", "moment"), moments([*OF_AN_UPDATE, REPEATED]))
def test_an_end_that_nothing_catches(
    promotions: Promotions,
    hosted: Hosted,
    before: Before,
    state: str,
    moment: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prepare(state, hosted)
    ending = Ending(ENDS["StopExecution"])
    end_at(ending, state, moment, hosted, monkeypatch)

    again = before.number if state == REPEATED else None
    run = run_id_of(again) if again else hosted.put_run(before.new, before.config)
    looks = FEW_LOOKS if state == "Way back failed" else {}
    arn = promotions.start({"run_id": run}, None, None, **looks)
    ended = ending.finish(promotions.workflow, arn)

    assert ending.pulled
    assert_sound(promotions, hosted, before, ended)


def test_two_approvals_at_once(promotions: Promotions, hosted: Hosted, before: Before) -> None:
    """The later one waits, and finds then that production has moved."""
    hosted.hold()
    other = next(_NUMBERS)
    runs = [hosted.put_run(number, before.config) for number in (before.new, other)]
    one = promotions.start({"run_id": runs[0]}, name=f"one-{before.new}")
    two = promotions.start({"run_id": runs[1]}, name=f"two-{before.new}")
    eventually(lambda: "Wait for production" in promotions.workflow.entered(two), "a promotion that waits")
    hosted.let_go()

    ended = [promotions.workflow.wait(arn) for arn in (one, two)]

    assert [each["status"] for each in ended] == ["SUCCEEDED", "FAILED"], ended
    assert ended[1]["error"] == "ProductionMoved"
    assert assert_sound(promotions, hosted, before, ended[1]) == before.new


def test_a_stale_approval(promotions: Promotions, hosted: Hosted, before: Before) -> None:
    """It was decided about what served before."""
    stale = hosted.put_run(next(_NUMBERS), before.config)
    assert promotions.promote(before.new)["status"] == "SUCCEEDED"

    ended = promotions.run({"run_id": stale})

    assert (ended["status"], ended["error"]) == ("FAILED", "ProductionMoved")
    assert assert_sound(promotions, hosted, before, ended) == before.new


def test_a_repeated_approval(promotions: Promotions, hosted: Hosted, before: Before) -> None:
    run = hosted.put_run(before.new, before.config)
    assert promotions.run({"run_id": run})["status"] == "SUCCEEDED"
    hosted.updates.clear()

    ended = promotions.run({"run_id": run})

    assert (ended["status"], hosted.updates) == ("SUCCEEDED", [])
    assert assert_sound(promotions, hosted, before, ended) == before.new


def test_an_update_by_somebody_else_is_waited_for(
    promotions: Promotions, hosted: Hosted, before: Before
) -> None:
    hosted.update_by_others()

    ended = promotions.promote(before.new)

    assert ended["status"] == "SUCCEEDED", ended["cause"]
    assert assert_sound(promotions, hosted, before, ended) == before.new


def test_an_update_by_somebody_else_right_before_is_not_overwritten(
    promotions: Promotions, hosted: Hosted, before: Before
) -> None:
    """SageMaker refuses the promotion's own, and production is compared anew."""
    back = next(name for name in before.kept if name != before.config)

    def meet(work: Any) -> Any:
        hosted.answer("update_endpoint", {"EndpointName": ENDPOINT, "EndpointConfigName": back})
        return work()

    hosted.faults.append(Fault("update_endpoint", meet, times=1))
    ended = promotions.promote(before.new)

    assert (ended["status"], ended["error"], hosted.live()) == ("FAILED", "ProductionMoved", back)
    hosted.look_after(ended)
    assert_nothing_else_is_left(hosted, before)
    assert_promoted(promotions, hosted)
    assert hosted.requests.failures == []


def test_an_endpoint_that_was_scaled_keeps_its_instances(
    promotions: Promotions, hosted: Hosted, before: Before
) -> None:
    hosted.scale(3)

    ended = promotions.promote(before.new)

    assert (ended["status"], hosted.instances()) == ("SUCCEEDED", 3), ended["cause"]
    assert assert_sound(promotions, hosted, before, ended) == before.new


def test_a_stack_that_says_more_instances_gets_them_and_a_canary_of_them(
    promotions: Promotions, hosted: Hosted, before: Before, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted.scale(1)
    monkeypatch.setattr(functions()["TakeProduction"].module, "INSTANCES", 2)

    ended = promotions.promote(before.new, ProductionInstanceCount="2", PromotionTraffic="canary")

    assert (ended["status"], hosted.instances()) == ("SUCCEEDED", 2), ended["cause"]
    assert assert_sound(promotions, hosted, before, ended) == before.new


@pytest.mark.parametrize(
    ("how", "words"), [(ROLLED_BACK, "went into the ALARM state"), (SILENT, "SageMaker gave no reason")]
)
def test_an_update_that_is_taken_back(
    promotions: Promotions, hosted: Hosted, before: Before, how: str, words: str
) -> None:
    hosted.endings.append(how)

    ended = promotions.promote(before.new)

    assert (ended["status"], ended["error"]) == ("FAILED", "PromotionRolledBack")
    assert words in ended["cause"]
    assert assert_sound(promotions, hosted, before, ended) == before.number


def test_an_alarm_while_requests_are_watched(promotions: Promotions, hosted: Hosted, before: Before) -> None:
    hosted.hold()
    arn = promotions.start({"run_id": hosted.put_run(before.new, before.config)})
    seen = hosted.requests.answers[hosted.requests.case]
    eventually(lambda: seen[before.new] >= 3, "answers of the new model")

    hosted.set_off_alarm()
    ended = promotions.workflow.wait(arn)

    assert (ended["status"], ended["error"]) == ("FAILED", "PromotionRolledBack")
    assert assert_sound(promotions, hosted, before, ended) == before.number


def test_an_update_that_outlasts_the_repetitions_of_the_event(
    promotions: Promotions, hosted: Hosted, before: Before
) -> None:
    """Of a promotion that was stopped; the schedule looks after what is left when it is taken back."""
    hosted.hold()
    arn = promotions.start({"run_id": hosted.put_run(before.new, before.config)})
    eventually(lambda: hosted.updates, "an update")
    ENDS["StopExecution"](promotions.workflow.execution(arn))
    ended = promotions.workflow.wait(arn)
    assert not looked_after(ended)

    hosted.set_off_alarm()
    hosted.at_rest()
    assert hosted.configs() > before.kept
    assert sweep()

    assert hosted.ask() == before.number
    assert_nothing_else_is_left(hosted, before)
    assert_sound(promotions, hosted, before, ended)


def test_a_model_that_does_not_answer_what_was_judged(
    promotions: Promotions, hosted: Hosted, before: Before
) -> None:
    hosted.wrong_by = 1e-5

    ended = promotions.promote(before.new)

    assert (ended["status"], ended["error"]) == ("FAILED", "ProbeMismatch")
    assert assert_sound(promotions, hosted, before, ended) == before.number


def test_a_configuration_deleted_by_hand(promotions: Promotions, hosted: Hosted, before: Before) -> None:
    hosted.lose_config()

    ended = promotions.promote(before.new)

    assert ended["status"] == "SUCCEEDED", ended["cause"]
    assert before.config in hosted.configs()
    assert assert_sound(promotions, hosted, before, ended) == before.new


def test_an_endpoint_deleted_by_hand(promotions: Promotions, hosted: Hosted, before: Before) -> None:
    """What was decided about it is stale; what is decided without one makes one."""
    run = hosted.put_run(before.new, before.config)
    hosted.lose_endpoint()

    ended = promotions.run({"run_id": run})

    assert (ended["status"], ended["error"]) == ("FAILED", "ProductionMoved")
    hosted.look_after(ended)
    assert_nothing_else_is_left(hosted, before)
    assert_promoted(promotions, hosted)
    hosted.requests.begin()


@pytest.mark.parametrize("stopped", [False, True], ids=["goes on", "stopped"])
def test_a_way_back_after_the_endpoint_was_deleted(
    promotions: Promotions, hosted: Hosted, before: Before, stopped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It creates the endpoint again, also if somebody stops it meanwhile."""
    hosted.lose_endpoint()
    ending = Ending(ENDS["StopExecution"])
    if stopped:
        ending.on_entering("Await endpoint", 1, monkeypatch)

    ended = ending.finish(promotions.workflow, promotions.start({"config": before.config, "live": None}))

    assert ended["status"] == ("ABORTED" if stopped else "SUCCEEDED"), ended["cause"]
    hosted.at_rest()
    hosted.requests.begin()
    assert assert_sound(promotions, hosted, before, ended) == before.number


def test_an_endpoint_deleted_by_hand_meanwhile(
    promotions: Promotions, hosted: Hosted, before: Before
) -> None:
    def meet(work: Any) -> Any:
        hosted.lose_endpoint()
        return work()

    hosted.faults.append(Fault("update_endpoint", meet, times=1))
    ended = promotions.promote(before.new)

    assert (ended["status"], ended["error"]) == ("FAILED", "ProductionDown")
    hosted.look_after(ended)
    assert_nothing_else_is_left(hosted, before)
    assert_promoted(promotions, hosted)
    hosted.requests.begin()


@pytest.mark.parametrize("case", [c for c in cases() if c.state in FIRST_ONLY], ids=str)
def test_a_fault_of_a_first_promotion(first: Promotions, hosted: Hosted, case: Case) -> None:
    hosted.clear()
    case.prepare(hosted)

    ended = first.promote(number := next(_NUMBERS))

    assert case.is_met(hosted)
    hosted.heal()
    if case.kind.survived:
        assert (ended["status"], hosted.ask()) == ("SUCCEEDED", number), ended["cause"]
    else:
        assert ended["status"] == "FAILED"
        assert_readable(ended["cause"])
        assert_nothing_is_there(hosted)
    assert_promoted(first, hosted)


@pytest.mark.parametrize(("state", "moment"), moments(OF_A_FIRST))
def test_a_first_promotion_that_is_stopped(
    first: Promotions, hosted: Hosted, state: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted.clear()
    hosted.wrong_by = 0.5 if state == "Wait to discard" else 0.0
    ending = Ending(ENDS["StopExecution"])
    end_at(ending, state, moment, hosted, monkeypatch)

    arn = first.start({"run_id": hosted.put_run(number := next(_NUMBERS), None)})
    ended = ending.finish(first.workflow, arn)

    hosted.heal()
    hosted.look_after(ended)
    if hosted.live() is None:
        assert_nothing_is_there(hosted)
    else:
        assert hosted.ask() == number
    assert_promoted(first, hosted)


def assert_nothing_is_there(hosted: Hosted) -> None:
    assert hosted.live() is None and hosted.fleets() == 0
    assert not any(hosted.remains().values())


def test_more_than_a_thousand_requests_and_none_has_failed(promotions: Promotions, hosted: Hosted) -> None:
    """Last, because it counts those of all tests before."""
    hosted.requests.begin()
    eventually(lambda: hosted.requests.total() >= REQUESTS, f"{REQUESTS} requests")

    assert hosted.requests.failures == []
