"""What a container prints: kept in a file, and copied to CloudWatch Logs."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local_aws.core.instance import Credentials, Instance

TRAINING, PROCESSING, ENDPOINTS = (
    f"/aws/sagemaker/{name}" for name in ("TrainingJobs", "ProcessingJobs", "Endpoints")
)
# PutLogEvents takes at most 1 MiB a call.
_LINES_A_CALL, _LONGEST_LINE = 400, 2000
# So a tab arrives in CloudWatch, and the images' metric definitions expect it: "#011validation-rmse:(\S+)".
_TAB = "#011"
_log = logging.getLogger(__name__)


class ContainerLog:
    """A file that a process writes to, and the log stream that `ship` copies its new lines to.

    As on AWS, the stream is written with the role of the job or model, and a role without logs permissions
    means no logs, not a failure.
    """

    def __init__(
        self, path: Path, group: str, stream: str, instance: Instance, credentials: Credentials
    ) -> None:
        self.path, self.group, self._stream = path, group, stream
        self.arn = (
            f"arn:aws:logs:{instance.region}:{instance.account_id}:log-group:{group}:log-stream:{stream}"
        )
        self._client: Any = instance.client("logs", credentials)
        self._shipped = 0
        self._open = False

    def tail(self, lines: int = 10) -> str:
        """The last lines that say something."""
        text = self.path.read_text(errors="replace") if self.path.exists() else ""
        return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])

    def ship(self) -> None:
        try:
            for messages in self._new_messages():
                self._put(messages)
        except ClientError as err:
            _log.warning("no logs of %s in %s: %s", self._stream, self.group, err)

    def _new_messages(self) -> Iterator[list[str]]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._shipped)
            lines = [line for line in file.read().decode(errors="replace").splitlines() if line.strip()]
            self._shipped = file.tell()
        for start in range(0, len(lines), _LINES_A_CALL):
            portion = lines[start : start + _LINES_A_CALL]
            yield [line.replace("\t", _TAB)[:_LONGEST_LINE] for line in portion]

    def _put(self, messages: list[str]) -> None:
        if not self._open:
            self._open_stream()
        now = int(time.time() * 1000)
        self._client.put_log_events(
            logGroupName=self.group,
            logStreamName=self._stream,
            logEvents=[{"timestamp": now, "message": message} for message in messages],
        )

    def _open_stream(self) -> None:
        with contextlib.suppress(self._client.exceptions.ResourceAlreadyExistsException):
            self._client.create_log_group(logGroupName=self.group)
        found = self._client.describe_log_streams(
            logGroupName=self.group, logStreamNamePrefix=self._stream, limit=1
        )
        if not found["logStreams"]:
            self._client.create_log_stream(logGroupName=self.group, logStreamName=self._stream)
        self._open = True
