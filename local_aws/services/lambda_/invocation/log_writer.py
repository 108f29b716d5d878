"""Writes a function's log lines to CloudWatch Logs, with the permissions of the function's role."""

from __future__ import annotations

import time
from collections.abc import Sequence

from moto.cloudwatch.models import cloudwatch_backends
from moto.logs.models import logs_backends

from local_aws.services import iam
from local_aws.services.lambda_.configuration import Configuration
from local_aws.services.lambda_.invocation.embedded_metrics import metrics_of


def write(configuration: Configuration, stream: str, lines: Sequence[str]) -> None:
    """Append `lines` to the log stream, and turn those in the embedded metric format into metrics.

    A role that may not write logs gets none, silently, as in Lambda; `iam.denials()` tells.
    """
    if not lines or not _open(configuration, stream):
        return
    stamp = int(time.time() * 1000)
    backend = logs_backends[configuration.account_id][configuration.region]
    backend.put_log_events(
        configuration.log_group, stream, [{"timestamp": stamp, "message": line} for line in lines]
    )
    metrics = cloudwatch_backends[configuration.account_id][configuration.region]
    for metric in (found for line in lines for found in metrics_of(line)):
        metrics.put_metric_data(metric.namespace, metric.data)


def _open(configuration: Configuration, stream: str) -> bool:
    """Create what is missing of group and stream; False when the role may not."""
    group = configuration.log_group
    backend = logs_backends[configuration.account_id][configuration.region]
    if group not in backend.groups:
        if not _allowed(configuration, "CreateLogGroup", ""):
            return False
        backend.ensure_log_group(group)
    if stream not in backend.groups[group].streams:
        if not _allowed(configuration, "CreateLogStream", stream):
            return False
        backend.ensure_log_stream(group, stream)
    return _allowed(configuration, "PutLogEvents", stream)


def _allowed(configuration: Configuration, action: str, stream: str) -> bool:
    arn = (
        f"arn:aws:logs:{configuration.region}:{configuration.account_id}:log-group:{configuration.log_group}"
    )
    return iam.allowed(configuration.role_arn, f"logs:{action}", f"{arn}:log-stream:{stream}")
