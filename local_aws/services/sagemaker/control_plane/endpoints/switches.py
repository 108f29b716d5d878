"""What a test may have happen to endpoints that AWS does seldom, or after long waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from local_aws.core.per_instance import PerInstance
from local_aws.services.sagemaker.control_plane.endpoints.running import changing


@dataclass
class Switches:
    """As it is made, nothing happens but what happens on AWS, as fast as there.

    `pace` is how many seconds a second of a deployment's waits takes; a wait under way heeds a change.
    `silent_rollbacks`: a failed update leaves no FailureReason. `shown_rollbacks`: the endpoint is
    RollingBack meanwhile, not Updating. `failing_rollbacks`: that of a rolling update fails, too.
    """

    pace: float = 1.0
    silent_rollbacks: bool = False
    shown_rollbacks: bool = False
    failing_rollbacks: bool = False


switches = PerInstance(lambda instance: Switches())


@contextmanager
def maintenance(record: Any) -> Iterator[None]:
    """AWS patches the endpoint of this record, which is SystemUpdating until the block ends."""
    with changing:
        before, record.endpoint_status = record.endpoint_status, "SystemUpdating"
    try:
        yield
    finally:
        record.endpoint_status = before
