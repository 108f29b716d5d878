"""The resource types that CloudFormation of the embedded AWS can make, one module a service."""

from __future__ import annotations

from local_aws.services.cloudformation.errors import refuse
from local_aws.services.cloudformation.resource import ResourceType
from local_aws.services.cloudformation.resources import (
    cloudwatch,
    events,
    iam,
    logs,
    sagemaker,
    sns,
    sqs,
    ssm,
    state_machine,
)
from local_aws.services.cloudformation.resources.custom import custom_type
from local_aws.services.cloudformation.resources.lambda_ import function, invoke_config, layer, permission
from local_aws.services.cloudformation.resources.s3 import bucket, bucket_policy

_TYPES = {
    kind.name: kind
    for kind in (
        cloudwatch.ALARM,
        cloudwatch.DASHBOARD,
        events.RULE,
        events.SCHEDULE,
        iam.POLICY,
        iam.ROLE,
        invoke_config.EVENT_INVOKE_CONFIG,
        layer.LAYER_VERSION,
        permission.PERMISSION,
        function.FUNCTION,
        logs.LOG_GROUP,
        bucket.BUCKET,
        bucket_policy.BUCKET_POLICY,
        sagemaker.MODEL_PACKAGE_GROUP,
        sns.SUBSCRIPTION,
        sns.TOPIC,
        sns.TOPIC_POLICY,
        sqs.QUEUE,
        sqs.QUEUE_POLICY,
        ssm.PARAMETER,
        state_machine.STATE_MACHINE,
    )
}


def resource_type(name: str, logical_id: str) -> ResourceType:
    """How to make resources of this type; an unknown type is refused."""
    if name.startswith("Custom::") or name == "AWS::CloudFormation::CustomResource":
        return custom_type(name)
    if name not in _TYPES:
        refuse(
            f"The embedded AWS does not implement the resource type {name} (resource {logical_id}): "
            "add a module under local_aws/services/cloudformation/resources."
        )
    return _TYPES[name]
