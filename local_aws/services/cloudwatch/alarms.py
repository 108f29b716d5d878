"""The state of alarms: in moto 5.2.5 each is born OK, and a change of its definition makes it OK again.

An alarm begins as INSUFFICIENT_DATA, and keeps its state when it is changed; nothing evaluates it here, so
that SetAlarmState alone moves it.
Source: PutMetricAlarm in the CloudWatch API reference.
"""

from __future__ import annotations

import functools
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend

from local_aws.core.patching import wrap

_STATE = ("state_value", "state_reason", "state_reason_data", "state_updated_timestamp", "history")


@functools.cache
def apply() -> None:
    """Give alarms AWS's first state, and let them keep what they have. A second call does nothing."""
    wrap(CloudWatchBackend, "put_metric_alarm", _put)


def _put(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    before = self.alarms.get(kwargs["name"])
    alarm = original(self, *args, **kwargs)
    if before is None:
        alarm.state_value = "INSUFFICIENT_DATA"
    else:
        for name in _STATE:
            setattr(alarm, name, getattr(before, name))
    return alarm
