"""Asynchronous invocations: retries, then the on-failure destination or the dead-letter queue.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from local_aws.core.instance import Instance
from local_aws.services.lambda_.configuration import Configuration, Invocation, Outcome
from local_aws.services.lambda_.invocation import destinations

# Lambda waits one minute before the first retry and two before the second; here a minute is a second.
RETRY_DELAYS_SECONDS = (1.0, 2.0)
_AT_A_TIME = 8


@dataclass(frozen=True)
class EventSettings:
    """How a function wants its asynchronous events handled (EventInvokeConfig, DeadLetterConfig)."""

    retries: int = 2
    max_age_seconds: float = 21_600
    on_success: str | None = None
    on_failure: str | None = None
    dead_letter: str | None = None


@dataclass(frozen=True)
class Target:
    """A function as the queue sees it: asked again at every attempt, because it may change or vanish."""

    configuration: Callable[[], Configuration | None]
    settings: Callable[[], EventSettings]


class EventQueue:
    """Delivers events in the background; what waits when the queue closes, or comes later, is dropped."""

    def __init__(self, instance: Instance, invoke: Callable[[Configuration, Invocation], Outcome]) -> None:
        self._site = instance
        self._invoke = invoke
        self._workers = instance.threads.pool(_AT_A_TIME, "lambda-events")
        self._closing = threading.Event()
        self._door = threading.Lock()

    def put(self, target: Target, invocation: Invocation) -> None:
        with self._door:
            if not self._closing.is_set():
                self._workers.submit(self._deliver, target, invocation)

    def close(self) -> None:
        with self._door:
            self._closing.set()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _deliver(self, target: Target, invocation: Invocation) -> None:
        try:
            self._attempt(target, invocation)
        except Exception:
            # The boundary of a background thread: nobody waits for the event, so the log is its reader.
            destinations.log.exception("asynchronous event %s was lost", invocation.request_id)

    def _attempt(self, target: Target, invocation: Invocation) -> None:
        accepted, attempt = time.monotonic(), 0
        while (configuration := target.configuration()) and not self._closing.is_set():
            attempt += 1
            outcome = self._invoke(configuration, invocation)
            settings = target.settings()
            retry = outcome.failed and attempt <= settings.retries
            if not retry or time.monotonic() - accepted > settings.max_age_seconds:
                if not self._closing.is_set():
                    record = destinations.Record(configuration, invocation, outcome, attempt)
                    address = settings.on_failure if outcome.failed else settings.on_success
                    destinations.deliver(self._site, record, address, settings.dead_letter)
                return
            self._closing.wait(RETRY_DELAYS_SECONDS[attempt - 1])
