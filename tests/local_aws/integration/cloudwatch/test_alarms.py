"""The state of alarms, which guards of deployments read."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from local_aws.core.instance import Instance

DEFINITION = {
    "Namespace": "AWS/SageMaker",
    "MetricName": "Invocation5XXErrors",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}


class TestAlarm:
    """One alarm through CloudWatch's API."""

    __test__ = False

    def __init__(self, instance: Instance) -> None:
        self.client, self.name = instance.client("cloudwatch"), f"alarm-{uuid.uuid4().hex[:8]}"

    def put(self, **changes: Any) -> dict[str, Any]:
        self.client.put_metric_alarm(AlarmName=self.name, **{**DEFINITION, **changes})
        return self.describe()

    def describe(self) -> dict[str, Any]:
        [found] = self.client.describe_alarms(AlarmNames=[self.name])["MetricAlarms"]
        return dict(found)


@pytest.fixture
def alarm(instance: Instance) -> TestAlarm:
    return TestAlarm(instance)


def test_a_new_alarm_has_no_data(alarm: TestAlarm) -> None:
    assert alarm.put()["StateValue"] == "INSUFFICIENT_DATA"


def test_an_alarm_has_the_state_that_it_is_set_to(alarm: TestAlarm) -> None:
    alarm.put()

    for state in ("ALARM", "OK"):
        alarm.client.set_alarm_state(AlarmName=alarm.name, StateValue=state, StateReason="a test")
        described = alarm.describe()
        assert (described["StateValue"], described["StateReason"]) == (state, "a test")
        found = alarm.client.describe_alarms(AlarmNames=[alarm.name], StateValue=state)["MetricAlarms"]
        assert len(found) == 1


def test_another_definition_leaves_the_state(alarm: TestAlarm) -> None:
    alarm.put()
    alarm.client.set_alarm_state(AlarmName=alarm.name, StateValue="ALARM", StateReason="a test")

    described = alarm.put(Threshold=2)

    assert (described["StateValue"], described["StateReason"], described["Threshold"]) == (
        "ALARM",
        "a test",
        2,
    )
