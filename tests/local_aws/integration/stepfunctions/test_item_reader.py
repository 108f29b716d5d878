"""ItemReader: the items of a Distributed Map come from S3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance

from .conftest import TRUST, Workflows, document, make_role, states

BUCKET = "items-of-maps"
MODE = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
ONLY_PASS = states({"Only": {"Type": "Pass", "End": True}})
PLACE = {"Bucket": BUCKET, "Key": "{% $states.input.key %}"}
STATES_API = {"Effect": "Allow", "Action": "states:*", "Resource": "*"}


def reader(arguments: Any = PLACE, resource: str = "s3:getObject", **config: Any) -> dict[str, Any]:
    return {
        "Resource": f"arn:aws:states:::{resource}",
        "ReaderConfig": {"InputType": "JSON", **config},
        "Arguments": arguments,
    }


def mapped(read: dict[str, Any], processor: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    processor = {**MODE, **ONLY_PASS} if processor is None else processor
    return states(
        {"Each": {"Type": "Map", "ItemReader": read, "ItemProcessor": processor, "End": True} | fields}
    )


@pytest.fixture(scope="module")
def put(instance: Instance) -> Iterator[Any]:
    s3 = instance.client("s3")
    s3.create_bucket(Bucket=BUCKET)

    def put(key: str, content: Any) -> dict[str, str]:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return {"key": key}

    yield put
    for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=item["Key"])
    s3.delete_bucket(Bucket=BUCKET)


def map_run_of(workflows: Workflows, arn: str) -> dict[str, Any]:
    *_, run = workflows.api.list_map_runs(executionArn=arn)["mapRuns"]
    described: dict[str, Any] = workflows.api.describe_map_run(mapRunArn=run["mapRunArn"])
    return described


def counted(described: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in described["itemCounts"].items() if count}


def test_the_items_are_those_of_the_object(workflows: Workflows, put: Any) -> None:
    selector = {
        "index": "{% $states.context.Map.Item.Index %}",
        "value": "{% $states.context.Map.Item.Value %}",
        "given": "{% $states.input.more %}",
    }
    given = {**put("three.json", ["a", {"b": 1}, None]), "more": "seen"}

    arn = workflows.start(mapped(reader(), ItemSelector=selector), given)

    assert json.loads(workflows.wait(arn)["output"]) == [
        {"index": 0, "value": "a", "given": "seen"},
        {"index": 1, "value": {"b": 1}, "given": "seen"},
        {"index": 2, "value": None, "given": "seen"},
    ]
    assert counted(map_run_of(workflows, arn)) == {"succeeded": 3, "total": 3}
    kinds = [event["type"] for event in workflows.events(arn)]
    assert kinds == [
        "ExecutionStarted",
        "MapStateEntered",
        "MapStateStarted",
        "MapRunStarted",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
        "ExecutionSucceeded",
    ]


def test_more_items_than_a_state_s_data_may_hold_are_read(workflows: Workflows, put: Any) -> None:
    items = [{"number": number, "padding": "x" * 6000} for number in range(80)]
    name = states({"Only": {"Type": "Pass", "Output": "{% $states.input.number %}", "End": True}})

    assert workflows.output(mapped(reader(), {**MODE, **name}), put("large.json", items)) == [*range(80)]


@pytest.mark.parametrize(("limit", "read"), [(2, [1, 2]), ("{% $states.input.most %}", [1]), (0, [1, 2, 3])])
def test_at_most_as_many_as_max_items_says(
    workflows: Workflows, put: Any, limit: Any, read: list[int]
) -> None:
    given = {**put("limited.json", [1, 2, 3]), "most": 1}

    assert workflows.output(mapped(reader(MaxItems=limit)), given) == read


def test_an_empty_array_is_a_map_without_children(workflows: Workflows, put: Any) -> None:
    arn = workflows.start(mapped(reader()), put("empty.json", []))

    assert json.loads(workflows.wait(arn)["output"]) == []
    assert counted(map_run_of(workflows, arn)) == {}


def test_each_entry_of_an_object_is_an_item(workflows: Workflows, put: Any) -> None:
    given = put("entries.json", {"a": 1, "b": {"c": 2}})
    selector = {"of": "{% $states.context.Map.Item.Key %}", "is": "{% $states.context.Map.Item.Value %}"}

    assert workflows.output(mapped(reader()), given) == [
        {"Key": "a", "Value": 1},
        {"Key": "b", "Value": {"c": 2}},
    ]
    assert workflows.output(mapped(reader(), ItemSelector=selector), given) == [
        {"of": "a", "is": 1},
        {"of": "b", "is": {"c": 2}},
    ]


@pytest.mark.parametrize(
    ("key", "content", "words"),
    [
        ("number.json", b"17", "Attempting to map over non-iterable node."),
        ("text.json", b'"a"', "Attempting to map over non-iterable node."),
        ("broken.json", b"[1,", "holds no JSON"),
        ("latin.json", b'["\xe9"]', "utf-8"),
        ("missing.json", None, "The specified key does not exist."),
    ],
)
def test_what_holds_no_items_fails_the_map_where_a_catch_takes_it(
    workflows: Workflows, put: Any, key: str, content: bytes | None, words: str
) -> None:
    given = {"key": key} if content is None else put(key, content)
    caught = {
        "ErrorEquals": ["States.ItemReaderFailed"],
        "Output": "{% $states.errorOutput %}",
        "Next": "Told",
    }
    lenient = mapped(reader(), Catch=[caught])
    lenient["States"]["Told"] = {"Type": "Succeed"}

    arn = workflows.start(mapped(reader()), given)
    ended, told = workflows.wait(arn), workflows.output(lenient, given)

    assert (ended["status"], ended["error"]) == ("FAILED", "States.ItemReaderFailed")
    # As AWS begins it.
    beginning = "An error occurred while executing the state 'Each' (entered at the event id #2). "
    assert ended["cause"].startswith(beginning)
    assert words in ended["cause"]
    assert told["Error"] == "States.ItemReaderFailed"
    assert map_run_of(workflows, arn)["status"] == "FAILED"
    kinds = [event["type"] for event in workflows.events(arn)]
    assert kinds[3:5] == ["MapRunStarted", "MapRunFailed"]


def test_the_role_must_be_allowed_to_read_and_a_redrive_reads_again(
    workflows: Workflows, instance: Instance, put: Any
) -> None:
    # Given a role that may not read the object
    role = make_role(instance, "reads-no-items", TRUST, STATES_API)
    machine = workflows.create(mapped(reader()), role)
    given = json.dumps(put("guarded.json", [1, 2]))
    arn = workflows.api.start_execution(stateMachineArn=machine, input=given)["executionArn"]
    refused = workflows.wait(arn)
    assert (refused["status"], refused["error"]) == ("FAILED", "States.ItemReaderFailed")
    assert "s3:GetObject" in refused["cause"]

    # When it is allowed to, and the execution is redriven
    reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/guarded.json"}
    instance.client("iam").put_role_policy(
        RoleName="reads-no-items", PolicyName="reads", PolicyDocument=document(reads)
    )
    workflows.api.redrive_execution(executionArn=arn)
    redriven = workflows.wait(arn)

    # Then another Map Run begins, with the items
    assert json.loads(redriven["output"]) == [1, 2], redriven.get("cause")
    kinds = [event["type"] for event in workflows.events(arn)]
    assert (kinds.count("MapRunStarted"), kinds.count("MapRunRedriven")) == (2, 0)
    assert counted(map_run_of(workflows, arn)) == {"succeeded": 2, "total": 2}


def test_a_redrive_goes_on_with_the_items_that_were_read(workflows: Workflows, put: Any) -> None:
    """The object may have changed: a child keeps the input that it was started with."""
    output = "{% $states.context.Execution.RedriveCount = 0 ? $error('not yet') : $states.input %}"
    stuck = states({"Only": {"Type": "Pass", "Output": output, "End": True}})
    arn = workflows.start(mapped(reader(), {**MODE, **stuck}), put("changing.json", ["old"]))
    assert workflows.wait(arn)["error"] == "States.ExceedToleratedFailureThreshold"
    put("changing.json", ["new", "more"])

    workflows.api.redrive_execution(executionArn=arn)

    assert json.loads(workflows.wait(arn)["output"]) == ["old"]
    assert map_run_of(workflows, arn)["redriveCount"] == 1


def test_a_retry_reads_again(workflows: Workflows, instance: Instance, put: Any) -> None:
    retry = {"ErrorEquals": ["States.ItemReaderFailed"], "IntervalSeconds": 1, "MaxAttempts": 2}

    ended = workflows.run(mapped(reader(), Retry=[retry]), {"key": "never.json"})

    assert ended["error"] == "States.ItemReaderFailed"
    runs = workflows.api.list_map_runs(executionArn=ended["executionArn"])["mapRuns"]
    assert len(runs) == 3


def test_an_item_that_is_too_large_for_an_execution_fails_the_map(workflows: Workflows, put: Any) -> None:
    ended = workflows.run(mapped(reader()), put("huge.json", ["x" * 262_144]))

    assert ended["error"] == "States.DataLimitExceeded"


def test_an_inline_map_reads_nothing(workflows: Workflows, put: Any) -> None:
    ended = workflows.run(mapped(reader(), ONLY_PASS), put("inline.json", [1]))

    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert "not supported for INLINE maps" in ended["cause"]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "both places": (mapped(reader(), Items=[1]), "Only one of the fields Items and ItemReader"),
    "another action": (mapped(reader(resource="s3:putObject")), "Resource"),
    "another service": (mapped(reader(resource="dynamodb:getItem")), "Resource"),
    "no key": (mapped(reader({"Bucket": BUCKET})), '"Key" is required'),
    "misspelt": (mapped(reader({**PLACE, "Version": "1"})), '"Version" is not supported'),
    "of another type": (mapped(reader({"Bucket": BUCKET, "Key": 1})), '"Key" must be of type string'),
    "header of JSON": (mapped(reader(CSVHeaderLocation="FIRST_ROW")), "CSVHeaderLocation"),
    "unknown type": (mapped(reader(InputType="YAML")), "YAML"),
    "unknown field": (mapped(reader(MaxItem=1)), "MaxItem"),
    "parameters of JSONPath": (
        mapped({"Resource": "arn:aws:states:::s3:getObject", "Parameters": PLACE}),
        "JSONPath",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_definition_that_can_read_nothing_is_refused(workflows: Workflows, case: str) -> None:
    definition, words = WRONG[case]
    text = json.dumps({"QueryLanguage": "JSONata", **definition})

    answer = workflows.api.validate_state_machine_definition(definition=text)

    assert answer["result"] == "FAIL"
    [told] = answer["diagnostics"]
    assert (told["code"], words in told["message"]) == ("SCHEMA_VALIDATION_FAILED", True), told
    with pytest.raises(ClientError, match="InvalidDefinition"):
        workflows.create(definition)
