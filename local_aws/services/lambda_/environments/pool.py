"""Warm execution environments: reused newest first, started ahead, ended when their function changes."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from local_aws.core.threads import ThreadGroup
from local_aws.services.lambda_.configuration import Configuration
from local_aws.services.lambda_.environments.environment import ExecutionEnvironment, Result

# What starts ahead takes a core, and the other one is for what somebody waits for.
AHEAD_AT_A_TIME = 1
# An invocation of a moment is let by; a long one does not hold up the others.
_LET_BY_SECONDS = 1.0


@dataclass(frozen=True)
class Started:
    """An environment after its init phase; `failure` says why it cannot be used."""

    environment: ExecutionEnvironment
    failure: Result | None = None


class EnvironmentPool:
    """Hands out one environment per concurrent invocation. `start` makes a new one and waits for its init."""

    def __init__(self, start: Callable[[Configuration, str], Started], threads: ThreadGroup) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._quiet = threading.Condition(self._lock)
        self._cold_starts = self._invocations = 0
        self._wanted: set[Configuration] = set()
        self._latest: dict[str, Configuration] = {}
        self._idle: defaultdict[str, list[ExecutionEnvironment]] = defaultdict(list)
        self._used: set[Configuration] = set()
        self._ahead: dict[Configuration, Future[Started | None]] = {}
        self._starters = threads.pool(AHEAD_AT_A_TIME, "lambda-ahead")
        self._closed = False

    def acquire(self, configuration: Configuration, request_id: str) -> Started:
        """A warm environment of exactly this configuration, or a new one."""
        self._retire(configuration.function_arn, successor=configuration)
        with self._lock:
            self._used.add(configuration)
        warm = self._warm(configuration) or self._started_ahead(configuration)
        started = Started(warm) if warm else self._cold_start(configuration, request_id)
        with self._lock:
            self._invocations += 1
        return started

    def release(self, environment: ExecutionEnvironment) -> None:
        """Keep an environment for the next invocation, unless it ended or its function has changed."""
        configuration = environment.configuration
        with self._lock:
            self._invocations -= 1
            self._quiet.notify_all()
            current = self._latest.get(configuration.function_arn) == configuration
            if environment.alive and current and not self._closed:
                self._idle[configuration.function_arn].append(environment)
                return
        environment.stop()

    def renew(self, configuration: Configuration) -> None:
        """End the idle environments of an earlier configuration of this function."""
        self._retire(configuration.function_arn, successor=configuration)

    def start_ahead(self, configuration: Configuration) -> None:
        """Start the first environment of a configuration in the background, so that the first invocation
        finds it warm.
        """
        self._retire(configuration.function_arn, successor=configuration)
        with self._lock:
            if not (configuration in self._used or self._closed):
                self._used.add(configuration)
                self._ahead[configuration] = self._starters.submit(self._start_when_quiet, configuration)

    def forget(self, function_arn: str) -> None:
        """End the idle environments of a function that was deleted; busy ones end after their invocation."""
        self._retire(function_arn, successor=None)

    def close(self) -> None:
        """Start nothing any more, and wait for the starts under way; stopping these cuts that short."""
        with self._lock:
            self._closed = True
            self._quiet.notify_all()
            functions = list(self._latest)
        for function_arn in functions:
            self.forget(function_arn)
        self._starters.shutdown(wait=True, cancel_futures=True)

    def _warm(self, configuration: Configuration) -> ExecutionEnvironment | None:
        with self._lock:
            idle = self._idle[configuration.function_arn]
            while idle:
                environment = idle.pop()
                if environment.alive:
                    return environment
        return None

    def _started_ahead(self, configuration: Configuration) -> ExecutionEnvironment | None:
        with self._lock:
            future = self._ahead.pop(configuration, None)
            if future is None or future.cancel():
                return None
            self._wanted.add(configuration)
            self._quiet.notify_all()
        started = future.result()
        with self._lock:
            self._wanted.discard(configuration)
        return started.environment if started and started.environment.alive else None

    def _cold_start(self, configuration: Configuration, request_id: str) -> Started:
        with self._lock:
            if self._closed:
                raise RuntimeError(
                    f"{configuration.function_name} cannot start: the embedded AWS is closing."
                )
            self._cold_starts += 1
        try:
            return self._start(configuration, request_id)
        finally:
            with self._lock:
                self._cold_starts -= 1
                self._quiet.notify_all()

    def _start_when_quiet(self, configuration: Configuration) -> Started | None:
        """Start an environment once it is wanted, or once no invocation waits for its own cold start and none
        goes on that soon ends.
        """

        def is_wanted() -> bool:
            return self._closed or configuration in self._wanted

        with self._quiet:
            self._quiet.wait_for(
                lambda: is_wanted() or not (self._cold_starts or self._invocations), _LET_BY_SECONDS
            )
            self._quiet.wait_for(lambda: is_wanted() or not self._cold_starts)
            if self._closed or self._latest.get(configuration.function_arn) != configuration:
                return None
        started = self._start(configuration, "")
        return None if started.failure else started

    def _retire(self, function_arn: str, *, successor: Configuration | None) -> None:
        with self._lock:
            previous = self._latest.get(function_arn)
            if previous == successor:
                return
            if successor is None:
                del self._latest[function_arn]
            else:
                self._latest[function_arn] = successor
            stale = self._idle.pop(function_arn, [])
            ahead = self._ahead.pop(previous, None) if previous else None
            self._used -= {previous}
        if ahead and not ahead.cancel():
            ahead.add_done_callback(_stop_started)
        for environment in stale:
            environment.stop()


def _stop_started(future: Future[Started | None]) -> None:
    started = future.result()
    if started:
        started.environment.stop()
