"""Every property that a template may set has its effect, on creation and on update."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import TestStack

TRUST = (
    "{Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: %s}, Action: sts:AssumeRole}]}"
)


def test_a_bucket_is_configured_and_reconfigured(stack: TestStack) -> None:
    template = """
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
      BucketEncryption:
        ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]
      PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: "true"}
      OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}
      LifecycleConfiguration:
        Rules:
          - {Id: old, Status: Enabled, Prefix: runs/, ExpirationInDays: "30"}
          - {Id: parts, Status: Enabled, AbortIncompleteMultipartUpload: {DaysAfterInitiation: 7}}
          - {Id: versions, Status: Enabled, NoncurrentVersionExpiration: {NoncurrentDays: 3}}
      Tags: [{Key: team, Value: blue}]
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Deny, Principal: "*", Action: "s3:*", Resource: !Sub "${Bucket.Arn}/*",
             Condition: {Bool: {"aws:SecureTransport": "false"}}}
"""
    stack.create(template)
    s3, bucket = stack.instance.client("s3"), stack.resources()["Bucket"]

    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert (block["BlockPublicPolicy"], block["RestrictPublicBuckets"]) == (True, False)
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    owner = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
    assert owner == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    old, parts, versions = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert (old["ID"], old["Expiration"], old["Filter"]) == ("old", {"Days": 30}, {"Prefix": "runs/"})
    assert parts["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert versions["NoncurrentVersionExpiration"] == {"NoncurrentDays": 3}
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "team", "Value": "blue"}]
    statement = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"][0]
    assert statement["Resource"] == f"arn:aws:s3:::{bucket}/*"

    # A policy that denies what is not TLS denies nothing here, where every request counts as such.
    s3.put_object(Bucket=bucket, Key="x", Body=b"1")
    versions_left = s3.list_object_versions(Bucket=bucket)["Versions"]
    s3.delete_object(Bucket=bucket, Key="x", VersionId=versions_left[0]["VersionId"])

    stack.update(template.replace("Status: Enabled}\n", "Status: Suspended}\n", 1).replace("team", "crew"))
    assert stack.resources()["Bucket"] == bucket
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Suspended"
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "crew", "Value": "blue"}]


FUNCTION = f"""
Parameters:
  Timeout: {{Type: Number, Default: 30}}
  Level: {{Type: Number, Default: 1.50}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {TRUST % "lambda.amazonaws.com"}
      Description: for a test
      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: 2012-10-17
            Statement: [{{Effect: Allow, Action: "s3:*", Resource: "*"}}]
  Logs: {{Type: AWS::Logs::LogGroup, Properties: {{RetentionInDays: 7}}}}
  Letters: {{Type: AWS::SQS::Queue, Properties: {{MessageRetentionPeriod: 600}}}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handle
      Runtime: python3.13
      Role: !GetAtt Role.Arn
      Timeout: !Ref Timeout
      MemorySize: "256"
      Architectures: [x86_64]
      EphemeralStorage: {{Size: 1024}}
      TracingConfig: {{Mode: Active}}
      LoggingConfig: {{LogGroup: !Ref Logs}}
      ReservedConcurrentExecutions: 2
      Environment: {{Variables: {{LEVEL: !Ref Level, COUNT: 3, DEBUG: true}}}}
      Tags: [{{Key: team, Value: blue}}]
      Code: {{ZipFile: "def handle(event, context): return 'first'"}}
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Function
      Action: lambda:InvokeFunction
      Principal: events.amazonaws.com
      SourceArn: !GetAtt Rule.Arn
  Invocations:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref Function
      Qualifier: $LATEST
      MaximumRetryAttempts: "1"
      DestinationConfig: {{OnFailure: {{Destination: !GetAtt Letters.Arn}}}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {{source: [aws.states], detail: {{status: [FAILED]}}}}
      Targets: [{{Arn: !GetAtt Function.Arn, Id: one, RetryPolicy: {{MaximumRetryAttempts: 4}}}}]
"""


def test_a_function_and_what_surrounds_it_are_made_as_the_template_says(stack: TestStack) -> None:
    stack.create(FUNCTION)
    made, client = stack.resources(), stack.instance.client("lambda")
    function = client.get_function(FunctionName=made["Function"])

    configuration = function["Configuration"]
    assert (configuration["Timeout"], configuration["MemorySize"]) == (30, 256)
    assert configuration["Environment"]["Variables"] == {"LEVEL": "1.5", "COUNT": "3", "DEBUG": "true"}
    assert (configuration["TracingConfig"], configuration["EphemeralStorage"]) == (
        {"Mode": "Active"},
        {"Size": 1024},
    )
    assert configuration["LoggingConfig"]["LogGroup"] == made["Logs"]
    assert function["Tags"] == {"team": "blue"}
    assert function["Concurrency"] == {"ReservedConcurrentExecutions": 2}
    invocations = client.get_function_event_invoke_config(FunctionName=made["Function"])
    assert invocations["MaximumRetryAttempts"] == 1
    policy = json.loads(client.get_policy(FunctionName=made["Function"])["Policy"])
    assert policy["Statement"][0]["Condition"]["ArnLike"]["AWS:SourceArn"].endswith(f"rule/{made['Rule']}")
    (target,) = stack.instance.client("events").list_targets_by_rule(Rule=made["Rule"])["Targets"]
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 4}
    groups = stack.instance.client("logs").describe_log_groups(logGroupNamePrefix=made["Logs"])["logGroups"]
    assert groups[0]["retentionInDays"] == 7


def test_a_role_has_its_policies_and_goes_with_them(stack: TestStack) -> None:
    stack.create(FUNCTION)
    role, iam = stack.resources()["Role"], stack.instance.client("iam")

    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert [item["PolicyName"] for item in attached] == ["AWSLambdaBasicExecutionRole"]
    assert (
        iam.get_role_policy(RoleName=role, PolicyName="own")["PolicyDocument"]["Statement"][0]["Action"]
        == "s3:*"
    )

    stack.update(FUNCTION.replace("PolicyName: own", "PolicyName: other").replace("for a test", "changed"))
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["other"]
    assert iam.get_role(RoleName=role)["Role"]["Description"] == "changed"

    allowed = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    bound = iam.create_policy(PolicyName=f"{stack.name}-bound", PolicyDocument=document)["Policy"]["Arn"]
    stack.update(FUNCTION.replace("Description: for a test", f"PermissionsBoundary: {bound}"))
    boundary = iam.get_role(RoleName=role)["Role"]["PermissionsBoundary"]
    assert boundary["PermissionsBoundaryArn"] == bound
    stack.update(FUNCTION)
    assert "PermissionsBoundary" not in iam.get_role(RoleName=role)["Role"]
    assert stack.resources()["Role"] == role

    assert stack.delete()["StackStatus"] == "DELETE_COMPLETE"
    assert role not in [item["RoleName"] for item in iam.list_roles()["Roles"]]


def test_a_functions_key_comes_and_goes(stack: TestStack) -> None:
    key = stack.instance.client("kms").create_key()["KeyMetadata"]["Arn"]
    encrypted = FUNCTION.replace(
        "      Handler: index.handle", f"      KmsKeyArn: {key}\n      Handler: index.handle"
    )
    client = stack.instance.client("lambda")

    def in_use() -> str | None:
        name = stack.resources()["Function"]
        found: dict[str, str] = client.get_function_configuration(FunctionName=name)
        return found.get("KMSKeyArn")

    stack.create(encrypted)
    assert in_use() == key
    stack.update(FUNCTION)
    assert in_use() is None
    stack.update(encrypted)
    assert in_use() == key


JOINING = "AWSLambdaVPCAccessExecutionRole"


def in_network(subnet: str, group: str, policy: str = JOINING) -> str:
    network = f"VpcConfig: {{SubnetIds: [{subnet}], SecurityGroupIds: [{group}]}}"
    handler = "      Handler: index.handle"
    template = FUNCTION.replace(handler, f"      {network}\n{handler}")
    return template.replace("AWSLambdaBasicExecutionRole", policy)


def test_a_function_joins_a_network_and_leaves_it(stack: TestStack) -> None:
    ec2, client = stack.instance.client("ec2"), stack.instance.client("lambda")
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.8.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName=stack.name, Description="x", VpcId=vpc)["GroupId"]

    def subnets() -> list[str]:
        name = stack.resources()["Function"]
        found: list[str] = client.get_function_configuration(FunctionName=name)["VpcConfig"]["SubnetIds"]
        return found

    stack.create(in_network(subnet, group))
    assert subnets() == [subnet]
    stack.update(FUNCTION.replace("AWSLambdaBasicExecutionRole", JOINING))
    assert subnets() == []


@pytest.mark.parametrize(
    ("subnet", "policy", "complaint"),
    [
        ("mine", "AWSLambdaBasicExecutionRole", "have permissions to call CreateNetworkInterface on EC2"),
        (
            "subnet-nowhere",
            "AWSLambdaVPCAccessExecutionRole",
            "The subnet ID 'subnet-nowhere' does not exist",
        ),
    ],
)
def test_a_network_that_is_none_or_may_not_be_joined_is_refused(
    stack: TestStack, subnet: str, policy: str, complaint: str
) -> None:
    ec2 = stack.instance.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName=stack.name, Description="x", VpcId=vpc)["GroupId"]
    if subnet == "mine":
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.8.1.0/24")["Subnet"]["SubnetId"]

    assert stack.create(in_network(subnet, group, policy))["StackStatus"] == "ROLLBACK_COMPLETE"
    assert complaint in stack.reason("Function", "CREATE_FAILED")


def test_an_updated_function_has_the_new_code_and_configuration(stack: TestStack) -> None:
    stack.create(FUNCTION)
    name, client = stack.resources()["Function"], stack.instance.client("lambda")
    changed = FUNCTION.replace("'first'", "'second'").replace("Size: 1024", "Size: 2048")
    changed = changed.replace("Mode: Active", "Mode: PassThrough").replace("Key: team", "Key: crew")
    changed = changed.replace("      ReservedConcurrentExecutions: 2\n", "").replace(
        '      MemorySize: "256"\n', ""
    )

    stack.update(changed, {"Timeout": "20"})

    assert stack.resources()["Function"] == name
    function = client.get_function(FunctionName=name)
    configuration = function["Configuration"]
    assert (configuration["Timeout"], configuration["MemorySize"]) == (20, 128)
    assert (configuration["EphemeralStorage"], configuration["TracingConfig"]) == (
        {"Size": 2048},
        {"Mode": "PassThrough"},
    )
    assert (function["Tags"], function.get("Concurrency")) == ({"crew": "blue"}, None)
    assert json.loads(client.invoke(FunctionName=name)["Payload"].read()) == "second"


def test_a_layer_is_referred_to_by_its_arn_and_renewed_by_its_content(stack: TestStack) -> None:
    s3, bucket = stack.instance.client("s3"), f"layers-{stack.name}"
    s3.create_bucket(Bucket=bucket)
    for key in ("a", "b"):
        s3.put_object(Bucket=bucket, Key=key, Body=_empty_zip())
    template = """
Resources:
  Layer:
    Type: AWS::Lambda::LayerVersion
    Properties: {LayerName: %s, CompatibleRuntimes: [python3.13], Content: {S3Bucket: %s, S3Key: %s}}
"""
    stack.create(template % (stack.name, bucket, "a"))
    arn = stack.resources()["Layer"]
    assert arn.endswith(f":layer:{stack.name}:1")

    stack.update(template % (stack.name, bucket, "b"))

    assert stack.resources()["Layer"].endswith(f":layer:{stack.name}:2")
    versions = stack.instance.client("lambda").list_layer_versions(LayerName=stack.name)["LayerVersions"]
    assert [item["Version"] for item in versions] == [2]


MESSAGES = f"""
Transform: AWS::LanguageExtensions
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {{DisplayName: News, Tags: [{{Key: a, Value: b}}]}}
  Dead: {{Type: AWS::SQS::Queue}}
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 45
      RedrivePolicy: {{deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}}
  QueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{{Effect: Allow, Principal: "*", Action: "sqs:SendMessage", Resource: !GetAtt Queue.Arn}}]
  TopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{{Effect: Allow, Principal: "*", Action: "sns:Publish", Resource: !Ref Topic}}]
  Subscription:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: !Ref Topic
      Protocol: sqs
      Endpoint: !GetAtt Queue.Arn
      RawMessageDelivery: true
      FilterPolicy: {{kind: [good]}}
  Mail:
    Type: AWS::SNS::Subscription
    Properties: {{TopicArn: !Ref Topic, Protocol: email, Endpoint: team@example.com}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: N
      MetricName: M
      Statistic: Sum
      Period: "60"
      EvaluationPeriods: "2"
      Threshold: "1.5"
      ComparisonOperator: GreaterThanThreshold
      AlarmActions: [!Ref Topic]
  Dashboard:
    Type: AWS::CloudWatch::Dashboard
    Properties:
      DashboardBody:
        Fn::ToJsonString: {{widgets: [{{type: text, properties: {{markdown: !Ref Topic}}}}]}}
  Role:
    Type: AWS::IAM::Role
    Properties: {{AssumeRolePolicyDocument: {TRUST % "scheduler.amazonaws.com"}}}
  Schedule:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: rate(1 day)
      State: DISABLED
      FlexibleTimeWindow: {{Mode: "OFF"}}
      Target: {{Arn: !Ref Topic, RoleArn: !GetAtt Role.Arn}}
"""


def test_messages_alarms_and_schedules_are_made_as_the_template_says(stack: TestStack) -> None:
    stack.create(MESSAGES)
    assert stack.describe()["StackStatus"] == "CREATE_COMPLETE", stack.events()
    made, client = stack.resources(), stack.instance.client

    attributes = client("sns").get_subscription_attributes(SubscriptionArn=made["Subscription"])["Attributes"]
    assert (attributes["RawMessageDelivery"], json.loads(attributes["FilterPolicy"])) == (
        "true",
        {"kind": ["good"]},
    )
    mail = client("sns").get_subscription_attributes(SubscriptionArn=made["Mail"])["Attributes"]
    assert (attributes["PendingConfirmation"], mail["PendingConfirmation"]) == ("false", "true")
    topic = client("sns").get_topic_attributes(TopicArn=made["Topic"])["Attributes"]
    assert json.loads(topic["Policy"])["Statement"][0]["Resource"] == made["Topic"]
    queue = client("sqs").get_queue_attributes(QueueUrl=made["Queue"], AttributeNames=["All"])["Attributes"]
    assert (queue["VisibilityTimeout"], json.loads(queue["RedrivePolicy"])["maxReceiveCount"]) == ("45", 3)
    alarm = client("cloudwatch").describe_alarms(AlarmNames=[made["Alarm"]])["MetricAlarms"][0]
    assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (1.5, 2)
    assert _markdown(client("cloudwatch"), made["Dashboard"]) == made["Topic"]
    assert client("scheduler").get_schedule(Name=made["Schedule"])["State"] == "DISABLED"

    stack_id = stack.delete()["StackId"]
    assert stack.describe(stack_id)["StackStatus"] == "DELETE_COMPLETE"


def test_a_state_machine_has_its_definition_and_substitutions(stack: TestStack) -> None:
    stack.create(f"""
Resources:
  Role: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {TRUST % "states.amazonaws.com"}}}}}
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition: {{StartAt: S, States: {{S: {{Type: Pass, Result: "${{Word}}", End: true}}}}}}
      DefinitionSubstitutions: {{Word: !Ref AWS::StackName}}
Outputs: {{Arn: {{Value: !GetAtt Machine.Arn}}, Name: {{Value: !GetAtt Machine.Name}}}}
""")
    arn = stack.resources()["Machine"]

    described = stack.instance.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    assert json.loads(described["definition"])["States"]["S"]["Result"] == stack.name
    assert stack.outputs() == {"Arn": arn, "Name": described["name"]}


def test_tags_of_the_stack_reach_its_resources(stack: TestStack) -> None:
    template = "Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {Tags: [{Key: own, Value: a}]}}}"
    stack.create(template, Tags=[{"Key": "team", "Value": "blue"}])
    sns = stack.instance.client("sns")
    assert _tags(sns, stack.resources()["Topic"]) == {"own": "a", "team": "blue"}

    stack.update(template, Tags=[{"Key": "team", "Value": "red"}])

    assert _tags(sns, stack.resources()["Topic"]) == {"own": "a", "team": "red"}


def _tags(sns: Any, arn: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in sns.list_tags_for_resource(ResourceArn=arn)["Tags"]}


def _markdown(cloudwatch: Any, dashboard: str) -> Any:
    body = json.loads(cloudwatch.get_dashboard(DashboardName=dashboard)["DashboardBody"])
    return body["widgets"][0]["properties"]["markdown"]


def _empty_zip() -> bytes:
    return b"PK\x05\x06" + bytes(18)


PROTECTED = """
Parameters:
  Key: {Type: String, Default: ""}
  Log: {Type: String, Default: ""}
Conditions:
  HasKey: !Not [!Equals [!Ref Key, ""]]
  HasLog: !Not [!Equals [!Ref Log, ""]]
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub /named/${AWS::StackName}
      KmsKeyId: !If [HasKey, !Ref Key, !Ref AWS::NoValue]
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      LoggingConfiguration: !If
        - HasLog
        - {DestinationBucketName: !Ref Log, LogFilePrefix: here/}
        - !Ref AWS::NoValue
  Target:
    Type: AWS::S3::Bucket
  Writers:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Target
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Principal: {Service: logging.s3.amazonaws.com}, Action: "s3:PutObject",
             Resource: !Sub "${Target.Arn}/*"}
"""


def test_keys_and_access_logs_come_and_go_without_replacing_anything(stack: TestStack) -> None:
    opened = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [opened]})
    key = stack.instance.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    stack.create(PROTECTED)
    made, s3, logs = stack.resources(), stack.instance.client("s3"), stack.instance.client("logs")

    def in_use() -> tuple[str | None, str | None]:
        [group] = logs.describe_log_groups(logGroupNamePrefix=made["Logs"])["logGroups"]
        target = s3.get_bucket_logging(Bucket=made["Bucket"]).get("LoggingEnabled", {})
        return group.get("kmsKeyId"), target.get("TargetBucket")

    assert in_use() == (None, None)
    stack.update(PROTECTED, {"Key": key, "Log": made["Target"]})
    assert in_use() == (key, made["Target"])
    stack.update(PROTECTED)
    assert in_use() == (None, None)
    assert stack.resources() == made
