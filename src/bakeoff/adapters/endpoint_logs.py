"""The log groups of endpoints: SageMaker makes one for each and never deletes any."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bakeoff.adapters.clients import make_client, translated

_GROUPS = "/aws/sagemaker/Endpoints/"


@dataclass(frozen=True)
class EndpointLogs:
    """Those of the endpoints whose names begin with `endpoint_prefix`."""

    endpoint_prefix: str
    days: int
    client: Any = field(default_factory=lambda: make_client("logs"))

    def expire(self) -> list[str]:
        """Have every group forget what is older than `days`; returns the groups that had no such limit yet.

        A limit that a person has set stays.
        """
        prefix = f"{_GROUPS}{self.endpoint_prefix}-"
        with translated(f"Limiting the log groups {prefix}*"):
            pages = self.client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix)
            groups = (group for page in pages for group in page["logGroups"])
            # All of them first: a page must not change while it is read.
            unlimited = [group["logGroupName"] for group in groups if "retentionInDays" not in group]
            for name in unlimited:
                self.client.put_retention_policy(logGroupName=name, retentionInDays=self.days)
        return unlimited
