"""An execution's history in the log group that its state machine names.

Patched in moto 5.2.5: its interpreter knows which events a log level asks for, but starts executions without
a log, and what it would write is no log event.
Source: "Using CloudWatch Logs to log execution history in Step Functions".
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from moto.stepfunctions.parser.asl.eval.event.logging import (
    CloudWatchLoggingConfiguration,
    CloudWatchLoggingSession,
)
from moto.stepfunctions.parser.backend.execution import Execution

from local_aws.core.patching import replace, wrap
from local_aws.services.stepfunctions import encryption
from local_aws.services.stepfunctions.json_values import epoch_milliseconds


def _with_log(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    asked = self.state_machine.loggingConfiguration or {}
    configuration = CloudWatchLoggingConfiguration.from_logging_configuration(
        self.state_machine.arn, {"includeExecutionData": False, **asked}
    )
    if configuration and encryption.delivers_logs(self.state_machine.encryptionConfiguration, self.role_arn):
        self._cloud_watch_logging_session = CloudWatchLoggingSession(self.exec_arn, configuration)


def _publish(self: Any, history_log: dict[str, Any]) -> None:
    """A log group that is gone loses the events, as in AWS; the execution goes on."""
    group, stream = self.configuration.log_group_name, self.configuration.log_stream_name
    if group not in self._logs_client.groups:
        return
    moment = epoch_milliseconds(datetime.fromisoformat(history_log["event_timestamp"]))
    redrives = getattr(self, "redrive_count", 0)
    more = {"event_timestamp": str(moment), "redrive_count": str(redrives)}
    message = json.dumps({**history_log, **more}, default=str)
    self._logs_client.ensure_log_stream(group, stream)
    self._logs_client.put_log_events(group, stream, [{"timestamp": moment, "message": message}])


def apply() -> None:
    wrap(Execution, "__init__", _with_log)
    replace(CloudWatchLoggingSession, publish_history_log=_publish)
