"""Lists of log streams: moto 5.2.5 walks a group's streams while other requests add to them, which ends in a
RuntimeError, and a container's log was lost by it.
"""

from __future__ import annotations

import copy
import functools
from typing import Any

from moto.logs.models import LogGroup

from local_aws.core.patching import wrap


@functools.cache
def apply() -> None:
    """List the streams that there are at one moment. A second call does nothing."""
    wrap(LogGroup, "describe_log_streams", _describe)


def _describe(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    at_once = copy.copy(self)
    at_once.streams = self.streams.copy()
    return original(at_once, *args, **kwargs)
