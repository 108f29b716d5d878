from __future__ import annotations

import uuid

from bakeoff.adapters.endpoint_logs import EndpointLogs
from local_aws.core.instance import Instance


def test_groups_without_a_limit_get_one_on_every_page(instance: Instance) -> None:
    client, prefix = instance.client("logs"), f"bakeoff-{uuid.uuid4().hex[:8]}"
    names = [f"/aws/sagemaker/Endpoints/{prefix}-{number:02}" for number in range(60)]
    for name in names:
        client.create_log_group(logGroupName=name)
    client.put_retention_policy(logGroupName=names[0], retentionInDays=7)
    stranger = f"/aws/sagemaker/Endpoints/{prefix}2-x"
    client.create_log_group(logGroupName=stranger)

    logs = EndpointLogs(prefix, 30, client)
    assert logs.expire() == names[1:]
    assert logs.expire() == []

    found = [
        group
        for page in client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=names[0][:-3])
        for group in page["logGroups"]
    ]
    assert {group["logGroupName"]: group.get("retentionInDays") for group in found} == {
        names[0]: 7,
        **dict.fromkeys(names[1:], 30),
        stranger: None,
    }
