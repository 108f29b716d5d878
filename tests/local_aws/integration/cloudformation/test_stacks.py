"""Stacks from creation to deletion: what is made, changed, rolled back, kept and refused."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from local_aws.services.cloudformation.engine import operations

from .conftest import TestStack

PARAMETER = """
Parameters:
  Greeting: {Type: String, Default: hello}
Resources:
  Word:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: !Sub "${Greeting}, ${AWS::StackName}"}
Outputs:
  Said: {Value: !GetAtt Word.Value, Description: What was said}
  Name: {Value: !Ref Word}
"""
TAKEN_BUCKET = """
Resources:
  Word:
    Type: AWS::SSM::Parameter
    %s
    Properties: {Type: String, Value: x, Name: %s}
  Bucket:
    Type: AWS::S3::Bucket
    DependsOn: Word
    Properties: {BucketName: Not_A_Bucket_Name}
"""


def test_a_created_stack_has_its_outputs_parameters_and_templates(stack: TestStack) -> None:
    described = stack.create(PARAMETER, {"Greeting": "good day"}, Tags=[{"Key": "team", "Value": "blue"}])

    assert described["StackStatus"] == "CREATE_COMPLETE"
    assert described["Parameters"] == [{"ParameterKey": "Greeting", "ParameterValue": "good day"}]
    assert described["Tags"] == [{"Key": "team", "Value": "blue"}]
    assert described["Outputs"][0] == {
        "OutputKey": "Said",
        "OutputValue": f"good day, {stack.name}",
        "Description": "What was said",
    }
    assert stack.client.get_template(StackName=stack.name)["TemplateBody"] == PARAMETER
    name = stack.outputs()["Name"]
    assert (
        stack.instance.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
        == f"good day, {stack.name}"
    )


def test_a_stack_id_splits_into_a_prefix_as_on_aws(stack: TestStack) -> None:
    stack.create("""
Resources:
  Prefix:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Value: !Select [0, !Split ["-", !Select [2, !Split ["/", !Ref AWS::StackId]]]]
Outputs:
  Prefix: {Value: !GetAtt Prefix.Value}
""")

    assert f"/{stack.outputs()['Prefix']}-" in stack.describe()["StackId"]
    assert len(stack.outputs()["Prefix"]) == 8


def test_a_failed_creation_deletes_what_it_made_and_says_why(stack: TestStack) -> None:
    described = stack.create(TAKEN_BUCKET % ("", f"/{stack.name}"))

    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "The following resource(s) failed to create: [Bucket]" in stack.reason(
        stack.name, "ROLLBACK_IN_PROGRESS"
    )
    assert "specified bucket is not valid" in stack.reason("Bucket", "CREATE_FAILED")
    assert stack.resources() == {}
    with pytest.raises(ClientError, match="ParameterNotFound"):
        stack.instance.client("ssm").get_parameter(Name=f"/{stack.name}")
    with pytest.raises(ClientError, match="ROLLBACK_COMPLETE state and can not be updated"):
        stack.update(PARAMETER)


@pytest.mark.parametrize(("policy", "is_kept"), [("Retain", True), ("RetainExceptOnCreate", False)])
def test_only_retain_outlives_the_rollback_of_its_creation(
    stack: TestStack, policy: str, is_kept: bool
) -> None:
    stack.create(TAKEN_BUCKET % (f"DeletionPolicy: {policy}", f"/{stack.name}"))

    names = stack.instance.client("ssm").get_parameters(Names=[f"/{stack.name}"])["Parameters"]
    assert bool(names) is is_kept


def test_without_rollback_a_failed_creation_stays_to_be_looked_at(stack: TestStack) -> None:
    described = stack.create(TAKEN_BUCKET % ("", f"/{stack.name}"), DisableRollback=True)

    assert described["StackStatus"] == "CREATE_FAILED"
    assert stack.resources() == {"Word": f"/{stack.name}"}


def test_an_update_changes_what_differs_and_nothing_else(stack: TestStack) -> None:
    other = "  Other: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: same}}\nOutputs:"
    template = PARAMETER.replace("Outputs:", other)
    stack.create(template)
    before = stack.resources()

    described = stack.update(template, {"Greeting": "bye"})

    assert described["StackStatus"] == "UPDATE_COMPLETE"
    assert stack.outputs()["Said"] == f"bye, {stack.name}"
    assert stack.resources() == before
    changed = {name for name, status in stack.events() if status == "UPDATE_COMPLETE"}
    assert changed == {"Word", stack.name}


def test_an_update_without_changes_is_refused(stack: TestStack) -> None:
    stack.create(PARAMETER)

    with pytest.raises(ClientError, match="No updates are to be performed"):
        stack.update(PARAMETER)


def test_a_changed_fixed_property_makes_a_new_resource_and_deletes_the_old_one(stack: TestStack) -> None:
    template = (
        "Resources:\n  Word: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: x, Name: /%s/%s}}"
    )
    stack.create(template % (stack.name, "old"))

    stack.update(template % (stack.name, "new"))

    found = stack.instance.client("ssm").get_parameters_by_path(Path=f"/{stack.name}")["Parameters"]
    assert [item["Name"] for item in found] == [f"/{stack.name}/new"]


def test_a_failed_update_goes_back_to_what_was(stack: TestStack) -> None:
    # Given a stack with one parameter
    stack.create(PARAMETER)
    # When an update changes it, replaces nothing, adds one resource and fails at the next
    broken = PARAMETER.replace("hello", "bye").replace(
        "Outputs:",
        "  Added: {Type: AWS::SSM::Parameter, DependsOn: Word, Properties: {Type: String, Value: x}}\n"
        "  Bucket: {Type: AWS::S3::Bucket, DependsOn: Added, Properties: {BucketName: Not_Valid}}\nOutputs:",
    )
    described = stack.update(broken)
    # Then everything is as before
    assert described["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.outputs()["Said"] == f"hello, {stack.name}"
    name = stack.outputs()["Name"]
    assert (
        stack.instance.client("ssm").get_parameter(Name=name)["Parameter"]["Value"] == f"hello, {stack.name}"
    )
    assert set(stack.resources()) == {"Word"}
    assert ("Added", "DELETE_COMPLETE") in stack.events()
    # And the next update works
    assert stack.update(PARAMETER, {"Greeting": "again"})["StackStatus"] == "UPDATE_COMPLETE"


def test_a_bucket_with_objects_in_it_resists_deletion_until_it_is_retained(stack: TestStack) -> None:
    # Given a versioned bucket whose only object is deleted, but still there as a version
    stack.create("""
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {VersioningConfiguration: {Status: Enabled}}}
""")
    bucket, s3 = stack.resources()["Bucket"], stack.instance.client("s3")
    s3.put_object(Bucket=bucket, Key="x", Body=b"1")
    s3.delete_object(Bucket=bucket, Key="x")
    # When the stack is deleted
    described = stack.delete()
    # Then it says which resource is in the way
    assert described["StackStatus"] == "DELETE_FAILED"
    assert "[Bucket]" in described["StackStatusReason"]
    assert "BucketNotEmpty" in stack.reason("Bucket", "DELETE_FAILED")
    # And it goes without it
    assert stack.delete(RetainResources=["Bucket"])["StackStatus"] == "DELETE_COMPLETE"
    s3.head_bucket(Bucket=bucket)


@pytest.mark.parametrize(("keep", "is_kept"), [("yes", True), ("no", False)])
def test_a_parameter_decides_a_deletion_policy_with_language_extensions(
    stack: TestStack, keep: str, is_kept: bool
) -> None:
    stack.create(
        """
Transform: AWS::LanguageExtensions
Parameters: {Keep: {Type: String}}
Conditions: {Kept: !Equals [!Ref Keep, "yes"]}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: !If [Kept, Retain, Delete]
""",
        {"Keep": keep},
    )
    bucket = stack.resources()["Bucket"]

    assert stack.delete()["StackStatus"] == "DELETE_COMPLETE"

    buckets = [item["Name"] for item in stack.instance.client("s3").list_buckets()["Buckets"]]
    assert (bucket in buckets) is is_kept


def test_resources_are_made_and_deleted_in_the_order_of_their_references(stack: TestStack) -> None:
    stack_id = stack.create("""
Resources:
  Last: {Type: AWS::SSM::Parameter, DependsOn: [Middle], Properties: {Type: String, Value: x}}
  Middle: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Sub "${First}"}}
  First: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: x}}
""")["StackId"]
    stack.delete()

    done = [
        name for name, status in stack.events(stack_id) if status in ("CREATE_COMPLETE", "DELETE_COMPLETE")
    ]
    names = [name for name in done if name != stack.name]
    assert names == ["First", "Middle", "Last", "Last", "Middle", "First"]


def test_a_deleted_stack_is_found_by_its_id_only(stack: TestStack) -> None:
    stack_id = stack.create(PARAMETER)["StackId"]
    stack.delete()

    assert stack.describe(stack_id)["StackStatus"] == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match="does not exist"):
        stack.describe()


def test_a_protected_stack_is_not_deleted(stack: TestStack) -> None:
    stack.create(PARAMETER, EnableTerminationProtection=True)

    with pytest.raises(ClientError, match="TerminationProtection is enabled"):
        stack.delete()

    stack.client.update_termination_protection(StackName=stack.name, EnableTerminationProtection=False)
    assert stack.delete()["StackStatus"] == "DELETE_COMPLETE"


def test_a_stack_uses_what_another_exports(new_stack: Callable[[], TestStack]) -> None:
    giver, taker = new_stack(), new_stack()
    export = giver.name
    giver.create(PARAMETER.replace("Description: What was said", f"Export: {{Name: {export}}}"))

    taker.create(f"""
Resources:
  Echo: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: !ImportValue {export}}}}}
Outputs: {{Echo: {{Value: !GetAtt Echo.Value}}}}
""")

    assert taker.outputs()["Echo"] == f"hello, {giver.name}"
    exports = giver.client.list_exports()["Exports"]
    assert [item["Value"] for item in exports if item["Name"] == export] == [f"hello, {giver.name}"]


def test_a_template_comes_from_s3_as_well(stack: TestStack) -> None:
    s3, bucket = stack.instance.client("s3"), f"templates-{stack.name}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a template.json", Body=json.dumps(_JSON_TEMPLATE).encode())

    stack.client.create_stack(
        StackName=stack.name, TemplateURL=f"{stack.instance.endpoint_url}/{bucket}/a%20template.json"
    )

    assert stack.settled()["StackStatus"] == "CREATE_COMPLETE"
    summary = stack.client.get_template_summary(StackName=stack.name)
    assert summary["ResourceTypes"] == ["AWS::SSM::Parameter"]


_WORD = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "x"}}
_JSON_TEMPLATE = {"Resources": {"Word": _WORD}}


def test_a_failed_update_keeps_what_it_had_replaced(stack: TestStack) -> None:
    template = """
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: %s}}
  Bucket: {Type: AWS::S3::Bucket, DependsOn: Topic, Properties: {BucketName: %s}}
"""
    stack.create(template % (f"{stack.name}-a", f"{stack.name}-bucket"))
    before = stack.resources()

    described = stack.update(template % (f"{stack.name}-b", "Not_Valid"))

    assert described["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.resources() == before
    topics = [item["TopicArn"] for item in stack.instance.client("sns").list_topics()["Topics"]]
    assert [arn for arn in topics if stack.name in arn] == [before["Topic"]]


def test_a_custom_name_cannot_be_taken_by_a_replacement(stack: TestStack) -> None:
    template = """
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: %s.fifo, FifoQueue: true, DeduplicationScope: %s}}
"""
    stack.create(template % (stack.name, "queue"))

    stack.update(template % (stack.name, "messageGroup"))

    assert "when a custom-named resource requires replacing" in stack.reason("Queue", "UPDATE_FAILED")


def test_an_output_that_cannot_be_resolved_fails_the_stack(stack: TestStack) -> None:
    described = stack.create(PARAMETER + "  Third: {Value: !Select [2, [a, b]]}\n")

    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "nonexistent value at index 2" in stack.reason(stack.name, "ROLLBACK_IN_PROGRESS")
    assert stack.resources() == {}


def test_a_fault_of_the_engine_itself_ends_the_stack_too(
    stack: TestStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(operations, "create", broken)

    described = stack.create(PARAMETER)

    assert described["StackStatus"] == "CREATE_FAILED"
    assert "ZeroDivisionError('a bug')" in described["StackStatusReason"]
