"""Rules of EventBridge: what they deliver, to whom, and what executions report to them."""

from __future__ import annotations

import itertools
import json
import queue
from collections.abc import Iterator
from typing import Any

import pytest
from moto.sns.models import sns_backends

from tests.patience import PATIENCE_SECONDS, eventually

from .conftest import ScriptedFunctions, Workflows, document, states

NAMES = (f"rule-{number}" for number in itertools.count())
DONE = states({"Keep": {"Type": "Pass", "End": True}})
FAIL = states({"Fail": {"Type": "Fail", "Error": "Broken", "Cause": "on purpose"}})
WAIT = states({"Wait": {"Type": "Wait", "Seconds": 30, "End": True}})


class Inbox:
    """A function that keeps what rules send to it."""

    def __init__(self, workflows: Workflows, functions: ScriptedFunctions) -> None:
        self._workflows = workflows
        self._received: queue.Queue[Any] = queue.Queue()
        self.name = next(NAMES)
        self.arn = functions.add(self.name, self._received.put)
        self.events = workflows.instance.client("events")

    def rule(
        self, pattern: dict[str, Any], *, permit: bool = True, state: str = "ENABLED", **target: Any
    ) -> str:
        created = self.events.put_rule(Name=self.name, EventPattern=json.dumps(pattern), State=state)
        arn = str(created["RuleArn"])
        if permit:
            self.permit(arn)
        self.events.put_targets(Rule=self.name, Targets=[{"Id": "inbox", "Arn": self.arn, **target}])
        return arn

    def permit(self, rule_arn: str) -> None:
        self._workflows.instance.client("lambda").add_permission(
            FunctionName=self.name,
            StatementId="events",
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=rule_arn,
        )

    def put(self, detail: Any, source: str = "my.app") -> None:
        self.events.put_events(
            Entries=[{"Source": source, "DetailType": "note", "Detail": json.dumps(detail)}]
        )

    def take(self) -> Any:
        return self._received.get(timeout=PATIENCE_SECONDS)

    def is_empty(self) -> bool:
        try:
            self._received.get(timeout=0.3)
        except queue.Empty:
            return True
        return False


@pytest.fixture
def inbox(workflows: Workflows, functions: ScriptedFunctions) -> Iterator[Inbox]:
    inbox = Inbox(workflows, functions)
    yield inbox
    inbox.events.remove_targets(Rule=inbox.name, Ids=["inbox"])
    inbox.events.delete_rule(Name=inbox.name)


def test_an_event_reaches_a_function_as_eventbridge_writes_it(inbox: Inbox) -> None:
    inbox.rule({"source": ["my.app"]})

    inbox.put({"n": 1})

    event = inbox.take()
    assert (event["detail-type"], event["source"], event["detail"]) == ("note", "my.app", {"n": 1})
    assert event["time"].endswith("Z")
    assert event.keys() == {
        "version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("target", "received"),
    [
        ({"Input": '{"fixed": true}'}, {"fixed": True}),
        ({"InputPath": "$.detail.items[1]"}, "b"),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {
                        "name": "$.detail.name",
                        "items": "$.detail.items",
                        "none": "$.detail.x",
                    },
                    "InputTemplate": '{"name": <name>, "text": "<name> has <items>", "list": <items>, '
                    '"none": <none>}',
                }
            },
            {"name": 'a "b"', "text": 'a "b" has ["a", "b"]', "list": ["a", "b"], "none": None},
        ),
        (
            {
                "InputTransformer": {
                    "InputTemplate": '{"rule": <aws.events.rule-name>, "all": <aws.events.event.json>}'
                }
            },
            None,
        ),
    ],
)
def test_a_target_says_what_it_wants(inbox: Inbox, target: dict[str, Any], received: Any) -> None:
    inbox.rule({"source": ["my.app"]}, **target)

    inbox.put({"name": 'a "b"', "items": ["a", "b"]})

    arrived = inbox.take()
    if received is None:
        assert (arrived["rule"], arrived["all"]["detail"]["items"]) == (inbox.name, ["a", "b"])
    else:
        assert arrived == received


def test_what_does_not_match_is_not_delivered(inbox: Inbox) -> None:
    inbox.rule({"source": ["my.app"], "detail": {"n": [{"numeric": [">", 5]}]}})

    inbox.put({"n": 5})
    inbox.put({"n": 6}, source="other.app")

    assert inbox.is_empty()


def test_a_disabled_rule_delivers_nothing(inbox: Inbox) -> None:
    inbox.rule({"source": ["my.app"]}, state="DISABLED")

    inbox.put({"n": 1})

    assert inbox.is_empty()


def test_a_function_that_does_not_permit_it_is_not_called(
    inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    inbox.rule({"source": ["my.app"]}, permit=False)

    inbox.put({"n": 1})

    assert inbox.is_empty()
    assert f"Rule {inbox.name} may not use {inbox.arn}" in caplog.text


def test_a_rule_starts_a_state_machine(workflows: Workflows, inbox: Inbox) -> None:
    machine = workflows.create(DONE)
    inbox.rule({"source": ["my.app"]}, Arn=machine, RoleArn=workflows.role, InputPath="$.detail")

    inbox.put({"run": 7})

    started = _first_execution(workflows, machine)
    assert json.loads(workflows.wait(started)["output"]) == {"run": 7}


def test_a_rule_publishes_to_a_topic(workflows: Workflows, inbox: Inbox) -> None:
    sns = workflows.instance.client("sns")
    topic = sns.create_topic(Name=inbox.name)["TopicArn"]
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
    }
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document(allow))
    inbox.rule({"source": ["my.app"]}, Arn=topic, Input='"hello"')

    inbox.put({})

    published = sns_backends["123456789012"]["us-east-1"].topics[topic].sent_notifications
    eventually(lambda: len(published) == 1)
    assert published[0][1] == '"hello"'


def test_an_execution_reports_its_status_in_the_shape_of_aws(workflows: Workflows, inbox: Inbox) -> None:
    machine = workflows.create(DONE)
    inbox.rule({"source": ["aws.states"], "detail": {"stateMachineArn": [machine]}})

    started = workflows.api.start_execution(stateMachineArn=machine, name="seen", input='{"a": 1}')

    events = {event["detail"]["status"]: event for event in (inbox.take(), inbox.take())}
    ended = workflows.wait(started["executionArn"])
    running, succeeded = events["RUNNING"]["detail"], events["SUCCEEDED"]["detail"]
    assert events["RUNNING"]["detail-type"] == "Step Functions Execution Status Change"
    assert events["RUNNING"]["resources"] == [started["executionArn"]]
    assert (running["stopDate"], running["output"], running["outputDetails"]) == (None, None, None)
    assert (running["input"], running["inputDetails"]) == ('{"a": 1}', {"included": True})
    assert running["startDate"] == round(started["startDate"].timestamp() * 1000)
    assert succeeded["stopDate"] == round(ended["stopDate"].timestamp() * 1000)
    assert (succeeded["output"], succeeded["outputDetails"]) == ('{"a":1}', {"included": True})
    assert (succeeded["name"], succeeded["executionArn"]) == ("seen", started["executionArn"])


@pytest.mark.parametrize(
    ("definition", "status", "error"),
    [
        (FAIL, "FAILED", "Broken"),
        ({**WAIT, "TimeoutSeconds": 1}, "TIMED_OUT", None),
        (WAIT, "ABORTED", "Enough"),
    ],
)
def test_every_bad_end_is_reported(
    workflows: Workflows, inbox: Inbox, definition: Any, status: str, error: str | None
) -> None:
    machine = workflows.create(definition)
    ends = ["FAILED", "TIMED_OUT", "ABORTED"]
    inbox.rule({"source": ["aws.states"], "detail": {"stateMachineArn": [machine], "status": ends}})

    execution = workflows.api.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    if status == "ABORTED":
        workflows.api.stop_execution(executionArn=execution, error="Enough")

    detail = inbox.take()["detail"]
    assert (detail["status"], detail["error"], detail["output"]) == (status, error, None)
    assert inbox.is_empty()


def test_too_large_an_input_is_left_out_of_the_event(workflows: Workflows, inbox: Inbox) -> None:
    machine = workflows.create(DONE)
    inbox.rule({"source": ["aws.states"], "detail": {"stateMachineArn": [machine], "status": ["SUCCEEDED"]}})

    workflows.api.start_execution(stateMachineArn=machine, input=json.dumps("x" * 130_000))

    detail = inbox.take()["detail"]
    assert (detail["input"], detail["inputDetails"]) == (None, {"included": False})
    assert (len(detail["output"]), detail["outputDetails"]) == (130_002, {"included": True})


def _first_execution(workflows: Workflows, machine: str) -> str:
    def executions() -> Any:
        return workflows.api.list_executions(stateMachineArn=machine)["executions"]

    eventually(lambda: len(executions()) == 1)
    return str(executions()[0]["executionArn"])
