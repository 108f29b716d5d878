"""Which actions on which resources an API call needs; S3 has its own, in `s3_actions`.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
An operation that no table lists needs its own name on `*`, so that only a statement for `*` allows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def _sagemaker() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    kinds = {
        "TrainingJob": "training-job",
        "ProcessingJob": "processing-job",
        "TransformJob": "transform-job",
        "HyperParameterTuningJob": "hyper-parameter-tuning-job",
        "Model": "model",
        "EndpointConfig": "endpoint-config",
        "Endpoint": "endpoint",
        "ModelPackage": "model-package",
    }
    for name, kind in kinds.items():
        for verb in ("Create", "Describe", "Delete", "Stop", "Update"):
            yield f"{verb}{name}", f"{kind}/{{{name}Name:lower}}"
    yield (
        "ListTrainingJobsForHyperParameterTuningJob",
        "hyper-parameter-tuning-job/{HyperParameterTuningJobName:lower}",
    )
    for operation in ("CreateEndpoint", "UpdateEndpoint"):
        yield operation, ("endpoint/{EndpointName:lower}", "endpoint-config/{EndpointConfigName:lower}")
    for operation in ("InvokeEndpoint", "InvokeEndpointAsync", "UpdateEndpointWeightsAndCapacities"):
        yield operation, "endpoint/{EndpointName:lower}"
    # Of a version that is to be made, nobody knows the number yet.
    yield (
        "CreateModelPackage",
        (
            "model-package/{ModelPackageGroupName|:versions}{ModelPackageName|:lower}",
            "model-package-group/{ModelPackageGroupName:last}",
        ),
    )
    yield "UpdateModelPackage", "{ModelPackageArn}"
    for verb in ("Create", "Describe", "Delete"):
        yield f"{verb}ModelPackageGroup", "model-package-group/{ModelPackageGroupName:last}"
    for operation in ("AddTags", "ListTags", "DeleteTags"):
        yield operation, "{ResourceArn}"


def _each(template: str, operations: str) -> dict[str, str | tuple[str, ...]]:
    return dict.fromkeys(operations.split(), template)


_LOG_STREAM = "log-group:{logGroupName|}:log-stream:{logStreamName|}"

# IAM's prefix -> API operation -> template(s) of the resources it is authorised on.
RESOURCES: Mapping[str, Mapping[str, str | tuple[str, ...]]] = {
    "sagemaker": dict(_sagemaker()),
    "states": {
        **_each(
            "{stateMachineArn}",
            "StartExecution StartSyncExecution DescribeStateMachine UpdateStateMachine "
            "DeleteStateMachine PublishStateMachineVersion",
        ),
        "ListExecutions": "{stateMachineArn|}{mapRunArn|}",
        **_each(
            "{executionArn}",
            "DescribeExecution StopExecution GetExecutionHistory RedriveExecution "
            "DescribeStateMachineForExecution ListMapRuns",
        ),
        **_each("{resourceArn}", "TagResource UntagResource ListTagsForResource"),
        **_each("{mapRunArn}", "DescribeMapRun UpdateMapRun"),
        "CreateStateMachine": "stateMachine:{name}",
    },
    "lambda": {
        **_each(
            "function:{FunctionName:function}{Qualifier|:qualifier}",
            "Invoke InvokeAsync GetFunction GetFunctionConfiguration CreateFunction DeleteFunction "
            "UpdateFunctionCode UpdateFunctionConfiguration PublishVersion AddPermission RemovePermission "
            "GetPolicy PutFunctionConcurrency PutFunctionEventInvokeConfig GetFunctionEventInvokeConfig "
            "ListVersionsByFunction",
        ),
        **_each("layer:{LayerName}:{VersionNumber}", "GetLayerVersion DeleteLayerVersion"),
        "PublishLayerVersion": "layer:{LayerName}",
    },
    "sns": {
        **_each(
            "{TopicArn}",
            "Publish PublishBatch Subscribe GetTopicAttributes SetTopicAttributes DeleteTopic "
            "ListSubscriptionsByTopic AddPermission RemovePermission",
        ),
        **_each("{ResourceArn}", "TagResource UntagResource ListTagsForResource"),
        "CreateTopic": "{Name}",
    },
    "sqs": {
        **_each(
            "{QueueUrl:queue}",
            "SendMessage SendMessageBatch ReceiveMessage DeleteMessage DeleteMessageBatch PurgeQueue "
            "ChangeMessageVisibility ChangeMessageVisibilityBatch GetQueueAttributes SetQueueAttributes "
            "DeleteQueue",
        ),
        **_each("{QueueName}", "CreateQueue GetQueueUrl"),
    },
    "ssm": {
        **_each(
            "parameter/{Name:parameter}", "GetParameter PutParameter DeleteParameter GetParameterHistory"
        ),
        **_each("parameter/{Names:parameter}", "GetParameters DeleteParameters"),
        "GetParametersByPath": "parameter/{Path:parameter}",
    },
    "logs": _each(
        _LOG_STREAM,
        "CreateLogGroup DeleteLogGroup CreateLogStream DeleteLogStream PutLogEvents GetLogEvents "
        "FilterLogEvents DescribeLogGroups DescribeLogStreams PutRetentionPolicy PutMetricFilter "
        "PutSubscriptionFilter",
    ),
    "events": {
        "PutEvents": "event-bus/{Entries.EventBusName|default}",
        **_each("rule/{Name}", "PutRule DescribeRule DeleteRule EnableRule DisableRule"),
        **_each("rule/{Rule}", "PutTargets RemoveTargets ListTargetsByRule"),
    },
    "cloudwatch": {
        **_each("alarm:{AlarmName}", "PutMetricAlarm SetAlarmState"),
        **_each("alarm:{AlarmNames|*}", "DescribeAlarms DeleteAlarms"),
    },
    "kms": _each(
        "{KeyId:key}",
        "Encrypt Decrypt GenerateDataKey GenerateDataKeyWithoutPlaintext DescribeKey ReEncrypt Sign",
    ),
    "iam": _each(
        "role/{RoleName}",
        "GetRole CreateRole DeleteRole PutRolePolicy GetRolePolicy DeleteRolePolicy AttachRolePolicy "
        "DetachRolePolicy ListRolePolicies ListAttachedRolePolicies TagRole UpdateAssumeRolePolicy",
    ),
    "sts": _each("{RoleArn}", "AssumeRole AssumeRoleWithWebIdentity"),
    "cloudformation": _each(
        "stack/{StackName}/*", "DescribeStacks CreateStack UpdateStack DeleteStack DescribeStackEvents"
    ),
}

# (IAM's prefix, API operation) -> action, where the names differ.
RENAMED: Mapping[tuple[str, str], str] = {
    ("lambda", "Invoke"): "InvokeFunction",
    ("lambda", "GetLayerVersionByArn"): "GetLayerVersion",
    ("sns", "PublishBatch"): "Publish",
    ("sqs", "SendMessageBatch"): "SendMessage",
    ("sqs", "DeleteMessageBatch"): "DeleteMessage",
    ("sqs", "ChangeMessageVisibilityBatch"): "ChangeMessageVisibility",
}

# The action that is needed on top when a call that creates something brings tags.
TAGGING: Mapping[str, str] = {
    "sagemaker": "AddTags",
    "states": "TagResource",
    "lambda": "TagResource",
    "sns": "TagResource",
    "sqs": "TagQueue",
    "logs": "TagResource",
    "events": "TagResource",
    "ssm": "AddTagsToResource",
    "iam": "TagRole",
}

# Service principal, and where its calls name the roles that they hand to it.
PASSED_ROLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "sagemaker": (
        "sagemaker.amazonaws.com",
        (
            "RoleArn",
            "ExecutionRoleArn",
            "TrainingJobDefinition.RoleArn",
            "TrainingJobDefinitions.RoleArn",
        ),
    ),
    "states": ("states.amazonaws.com", ("roleArn",)),
    "lambda": ("lambda.amazonaws.com", ("Role",)),
    "events": ("events.amazonaws.com", ("RoleArn", "Targets.RoleArn")),
    "scheduler": ("scheduler.amazonaws.com", ("Target.RoleArn",)),
    "cloudformation": ("cloudformation.amazonaws.com", ("RoleARN",)),
}
