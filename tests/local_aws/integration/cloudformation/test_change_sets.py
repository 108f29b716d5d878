"""Change sets: what they show, what executing one does, and how `sam deploy` goes through them."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .conftest import TestStack

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Word: {Type: String, Default: hello}
Resources:
  Kept: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Word}}
  Dropped: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: x}}
Outputs:
  Said: {Value: !GetAtt Kept.Value}
"""
CHANGED = TEMPLATE.replace("Dropped", "Added").replace("hello", "bye")


def test_a_stack_born_from_a_change_set_is_complete(stack: TestStack) -> None:
    # Given a change set for a stack that does not exist
    change_set = stack.propose(TEMPLATE, "CREATE")
    # Then it shows what will be, and the stack waits
    assert (change_set["Status"], change_set["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert {
        (item["ResourceChange"]["Action"], item["ResourceChange"]["LogicalResourceId"])
        for item in change_set["Changes"]
    } == {
        ("Add", "Kept"),
        ("Add", "Dropped"),
    }
    assert stack.describe()["StackStatus"] == "REVIEW_IN_PROGRESS"
    # When it is executed
    stack.execute()
    # Then the stack has its outputs, parameters and template
    described = stack.describe()
    assert described["StackStatus"] == "CREATE_COMPLETE"
    assert stack.outputs() == {"Said": "hello"}
    assert described["Parameters"] == [{"ParameterKey": "Word", "ParameterValue": "hello"}]
    assert stack.client.get_template(StackName=stack.name)["TemplateBody"] == TEMPLATE
    assert (
        "Transform"
        not in stack.client.get_template(StackName=stack.name, TemplateStage="Processed")["TemplateBody"]
    )


def test_an_update_goes_through_a_change_set(stack: TestStack) -> None:
    stack.create(TEMPLATE)

    change_set = stack.propose(CHANGED, "UPDATE")
    changes = [item["ResourceChange"] for item in change_set["Changes"]]
    stack.execute()

    assert {
        (change["Action"], change["LogicalResourceId"], change.get("Replacement")) for change in changes
    } == {
        ("Modify", "Kept", "False"),
        ("Add", "Added", None),
        ("Remove", "Dropped", None),
    }
    assert stack.outputs() == {"Said": "bye"}
    assert set(stack.resources()) == {"Kept", "Added"}


def test_a_change_set_shows_what_a_replacement_draws_with_it(stack: TestStack) -> None:
    template = """
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: %s}}
  Name: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Topic}}
"""
    stack.create(template % f"{stack.name}-a")

    change_set = stack.propose(template % f"{stack.name}-b", "UPDATE")

    changes = [item["ResourceChange"] for item in change_set["Changes"]]
    assert [(change["LogicalResourceId"], change["Replacement"]) for change in changes] == [
        ("Topic", "True"),
        ("Name", "False"),
    ]


def test_a_change_set_without_changes_fails_and_cannot_be_executed(stack: TestStack) -> None:
    stack.create(TEMPLATE)

    change_set = stack.propose(TEMPLATE, "UPDATE")

    assert change_set["Status"] == "FAILED"
    assert "didn't contain changes" in change_set["StatusReason"]
    with pytest.raises(ClientError, match="InvalidChangeSetStatus"):
        stack.execute()


def test_change_sets_of_one_name_belong_to_their_stacks(stack: TestStack) -> None:
    stack.propose(TEMPLATE, "CREATE", "same")
    other = TestStack(stack.instance)
    other.propose(TEMPLATE, "CREATE", "same")

    stack.client.delete_change_set(ChangeSetName="same", StackName=other.name)

    assert [
        item["ChangeSetName"] for item in stack.client.list_change_sets(StackName=stack.name)["Summaries"]
    ] == ["same"]
    assert stack.client.list_change_sets(StackName=other.name)["Summaries"] == []
    other.delete()


def test_a_change_set_can_be_made_again_while_its_stack_waits(stack: TestStack) -> None:
    first = stack.propose(TEMPLATE, "CREATE", "first")
    second = stack.propose(CHANGED, "CREATE", "second")

    assert first["StackId"] == second["StackId"]
    stack.execute("second")
    assert stack.outputs() == {"Said": "bye"}


def test_an_update_of_a_missing_stack_is_refused(stack: TestStack) -> None:
    with pytest.raises(ClientError, match="does not exist"):
        stack.propose(TEMPLATE, "UPDATE")


def test_previous_values_and_the_previous_template_can_be_kept(stack: TestStack) -> None:
    stack.create(TEMPLATE, {"Word": "ciao"})

    stack.client.update_stack(
        StackName=stack.name,
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "Word", "UsePreviousValue": True}],
        Capabilities=["CAPABILITY_AUTO_EXPAND"],
        Tags=[{"Key": "new", "Value": "tag"}],
    )

    assert stack.settled()["StackStatus"] == "UPDATE_COMPLETE"
    assert stack.outputs() == {"Said": "ciao"}
