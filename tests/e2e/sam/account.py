"""Everything in an account that a stack may make, by kind and name."""

from __future__ import annotations

from typing import Any

from tests.e2e.sam.terminal import Terminal

# Service, the operation that lists, the field of its answer, and what names an item.
_KINDS = (
    ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("events", "list_rules", "Rules", "Name"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("lambda", "list_functions", "Functions", "FunctionName"),
    ("lambda", "list_layers", "Layers", "LayerName"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("sagemaker", "list_endpoints", "Endpoints", "EndpointName"),
    ("sagemaker", "list_endpoint_configs", "EndpointConfigs", "EndpointConfigName"),
    ("sagemaker", "list_models", "Models", "ModelName"),
    (
        "sagemaker",
        "list_model_package_groups",
        "ModelPackageGroupSummaryList",
        "ModelPackageGroupName",
    ),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("sns", "list_topics", "Topics", "TopicArn"),
    ("sqs", "list_queues", "QueueUrls", None),
    ("ssm", "describe_parameters", "Parameters", "Name"),
    ("stepfunctions", "list_state_machines", "stateMachines", "name"),
)
# sam's bucket for artifacts serves every application of an account; the log groups are SageMaker's.
_NOT_OURS = ("s3 aws-sam-cli-managed-default", "logs /aws/sagemaker/")


def inventory(terminal: Terminal) -> set[str]:
    """`service name` of whatever there is, but for what sam and SageMaker keep for themselves."""
    return {name for kind in _KINDS for name in _names(terminal, *kind) if not name.startswith(_NOT_OURS)}


def _names(terminal: Terminal, service: str, operation: str, listed: str, key: str | None) -> list[str]:
    answer: dict[str, Any] = getattr(terminal.client(service), operation)()
    return [f"{service} {item[key] if key else item}" for item in answer.get(listed, [])]
