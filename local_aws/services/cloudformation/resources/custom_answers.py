"""Where custom resources answer: one URL a request, served by moto's own `cfnresponse` path.

moto 5.2.5 drops every answer that does not say SUCCESS, and with it the reason.
"""

from __future__ import annotations

import json
import queue
import uuid
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from local_aws.core.instance import current_instance

_open: dict[str, Mailbox] = {}


class Mailbox:
    """Takes the first answer to one request; the URL dies with the `with` block."""

    def __init__(self) -> None:
        self._answers: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()
        self._token = uuid.uuid4().hex

    @property
    def url(self) -> str:
        instance = current_instance()
        return f"{instance.endpoint_url}/cloudformation_{instance.region}/cfnresponse?token={self._token}"

    def put(self, answer: Mapping[str, Any]) -> None:
        self._answers.put(answer)

    def wait(self, seconds: float) -> Mapping[str, Any] | None:
        """The answer, or None when none came in time."""
        try:
            return self._answers.get(timeout=seconds)
        except queue.Empty:
            return None

    def __enter__(self) -> Self:
        _open[self._token] = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del _open[self._token]


def process_cfn_response(self: Any) -> tuple[int, dict[str, int], str]:
    """`CloudFormationResponse.process_cfn_response`: a function stores its answer."""
    mailbox = _open.get(self._get_param("token", ""))
    if mailbox is None:
        return 403, {"status": 403}, "Request has expired"
    mailbox.put(json.loads(self.body))
    return 200, {"status": 200}, ""
