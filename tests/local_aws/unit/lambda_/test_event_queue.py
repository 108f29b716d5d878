"""The queue of asynchronous events at its end; deliveries are tested with real functions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from local_aws.core.instance import Instance
from local_aws.services.lambda_.configuration import Invocation
from local_aws.services.lambda_.invocation.event_queue import EventQueue, EventSettings, Target


def test_an_event_that_comes_while_the_embedded_aws_closes_is_dropped(tmp_path: Path) -> None:
    asked: list[str] = []

    def configuration() -> Any:
        asked.append("configuration")

    def invoke(*_: Any) -> Any:
        raise AssertionError("a closed queue invokes nothing")

    queue = EventQueue(Instance("http://127.0.0.1:1", tmp_path), invoke)
    queue.close()

    queue.put(Target(configuration, EventSettings), Invocation("request-1", b"{}", "trace-1"))

    assert asked == []
