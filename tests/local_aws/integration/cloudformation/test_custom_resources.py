"""Custom resources: a function makes, changes and deletes them, and its answer counts."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from local_aws.core.instance import Instance

from .conftest import TestStack

# Writes down every request with the stack's status, then answers as the Answer property says.
CODE = """
import json, os, urllib.request

import boto3


def handle(event, context):
    [stack] = boto3.client("cloudformation").describe_stacks(StackName=event["StackId"])["Stacks"]
    seen = {**event, "StackStatus": stack["StackStatus"]}
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(seen))
    properties = event["ResourceProperties"]
    if properties["Answer"] == "crash":
        raise RuntimeError("no answer from me")
    fails = properties["Answer"] == "FAILED on " + event["RequestType"]
    answer = {
        "Status": "FAILED" if fails else "SUCCESS", "Reason": "because I say so",
        "PhysicalResourceId": properties["Id"], "Data": {"Colour": properties["Colour"]},
        **{key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")},
    }
    body = json.dumps(answer).encode()
    request = urllib.request.Request(event["ResponseURL"], body, {"Content-Type": ""}, method="PUT")
    urllib.request.urlopen(request)
"""
TEMPLATE = """
Parameters:
  Painted: {Type: String, Default: "yes"}
  Colour: {Type: String, Default: red}
  Id: {Type: String, Default: one}
  Answer: {Type: String, Default: SUCCESS}
Conditions:
  IsPainted: !Equals [!Ref Painted, "yes"]
Resources:
  Requests: {Type: AWS::SQS::Queue}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: write
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - {Effect: Allow, Action: "sqs:SendMessage", Resource: "*"}
              - {Effect: Allow, Action: "cloudformation:DescribeStacks", Resource: !Ref AWS::StackId}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handle
      Runtime: python3.13
      Role: !GetAtt Role.Arn
      Timeout: 60
      Environment: {Variables: {QUEUE: !Ref Requests}}
      Code: {ZipFile: CODE}
  Paint:
    Type: Custom::Paint
    Condition: IsPainted
    Properties:
      ServiceToken: !GetAtt Function.Arn
      Colour: !Ref Colour
      Id: !Ref Id
      Answer: !Ref Answer
      Layers: 2
      Glossy: true
Outputs:
  Colour: {Condition: IsPainted, Value: !GetAtt Paint.Colour}
  Paint: {Condition: IsPainted, Value: !Ref Paint}
""".replace("ZipFile: CODE", f"ZipFile: {json.dumps(CODE)}")


def _requests(stack: TestStack, queue: str) -> list[dict[str, Any]]:
    """The requests that the function got since the last look."""
    sqs, found = stack.instance.client("sqs"), []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        found += [json.loads(message["Body"]) for message in messages]
        for message in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return found


def _kinds(requests: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What was asked, and the stack's status at that time."""
    return [(each["RequestType"], each["StackStatus"]) for each in requests]


def test_a_custom_resource_lives_through_creation_update_and_deletion(stack: TestStack) -> None:
    # When the stack is created
    stack.create(TEMPLATE)
    queue = stack.resources()["Requests"]
    # Then the function was asked as on AWS, and its answer is what expressions see
    assert stack.outputs() == {"Colour": "red", "Paint": "one"}
    (request,) = _requests(stack, queue)
    assert (request["RequestType"], request["ResourceType"]) == ("Create", "Custom::Paint")
    assert (request["ResourceProperties"]["Layers"], request["ResourceProperties"]["Glossy"]) == ("2", "true")
    assert request["StackId"] == stack.describe()["StackId"]

    # When a property changes, the resource changes
    stack.update(TEMPLATE, {"Colour": "blue"})
    (request,) = _requests(stack, queue)
    assert stack.outputs() == {"Colour": "blue", "Paint": "one"}
    assert (request["RequestType"], request["PhysicalResourceId"]) == ("Update", "one")
    assert request["OldResourceProperties"]["Colour"] == "red"

    # When the answer names another resource, the old one is deleted
    stack.update(TEMPLATE, {"Colour": "blue", "Id": "two"})
    update, deletion = _requests(stack, queue)
    assert (update["RequestType"], deletion["RequestType"]) == ("Update", "Delete")
    assert (deletion["PhysicalResourceId"], stack.outputs()["Paint"]) == ("one", "two")

    # When the stack is deleted, the function is asked before it goes itself
    stack_id = stack.delete()["StackId"]
    order = [name for name, status in stack.events(stack_id) if status == "DELETE_COMPLETE"]
    assert order.index("Paint") < order.index("Function") < order.index("Role")


def test_a_failed_custom_resource_fails_the_stack_with_its_reason_and_is_deleted(stack: TestStack) -> None:
    described = stack.create(TEMPLATE, {"Answer": "FAILED on Create"})

    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "Message returned: because I say so" in stack.reason("Paint", "CREATE_FAILED")
    assert ("Paint", "DELETE_COMPLETE") in stack.events()


def test_a_function_that_crashes_fails_the_stack_at_once(stack: TestStack) -> None:
    described = stack.create(TEMPLATE, {"Answer": "crash"})

    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "RuntimeError: no answer from me" in stack.reason("Paint", "CREATE_FAILED")


def test_a_failed_deletion_keeps_the_stack(stack: TestStack) -> None:
    stack.create(TEMPLATE, {"Answer": "FAILED on Delete"})

    described = stack.delete()

    assert described["StackStatus"] == "DELETE_FAILED"
    assert "because I say so" in stack.reason("Paint", "DELETE_FAILED")
    assert set(stack.resources()) == {"Paint", "Function", "Role", "Requests"}
    assert stack.delete(RetainResources=["Paint"])["StackStatus"] == "DELETE_COMPLETE"


def test_a_function_that_is_told_to_delete_sees_that_the_stack_stays(stack: TestStack) -> None:
    """The statuses are AWS's: whether data may go is told by them."""
    # Given a stack without the custom resource
    stack.create(TEMPLATE, {"Painted": "no"})
    queue = stack.resources()["Requests"]

    # When an update adds it, and fails
    stack.update(TEMPLATE, {"Answer": "FAILED on Create"})
    # Then it is deleted while the roll-back cleans up
    assert _kinds(_requests(stack, queue)) == [
        ("Create", "UPDATE_IN_PROGRESS"),
        ("Delete", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
    ]

    # When one update adds it, the next one replaces it, and another one drops it
    stack.update(TEMPLATE)
    stack.update(TEMPLATE, {"Id": "two"})
    stack.update(TEMPLATE, {"Painted": "no"})
    # Then the old ones are deleted once the update is complete
    assert _kinds(_requests(stack, queue)) == [
        ("Create", "UPDATE_IN_PROGRESS"),
        ("Update", "UPDATE_IN_PROGRESS"),
        ("Delete", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("Delete", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
    ]


def test_an_update_that_the_function_refuses_is_rolled_back_through_it(stack: TestStack) -> None:
    stack.create(TEMPLATE)

    described = stack.update(TEMPLATE, {"Colour": "blue", "Answer": "FAILED on Update"})

    assert described["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.outputs() == {"Colour": "red", "Paint": "one"}
    colours = [
        request["ResourceProperties"]["Colour"] for request in _requests(stack, stack.resources()["Requests"])
    ]
    assert colours == ["red", "blue", "red"]


def test_an_answer_to_no_question_is_refused(instance: Instance) -> None:
    url = f"{instance.endpoint_url}/cloudformation_{instance.region}/cfnresponse?token=guessed"

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(url, b"{}", {"Content-Type": ""}, method="PUT"))

    assert refused.value.code == 403
    refused.value.close()
