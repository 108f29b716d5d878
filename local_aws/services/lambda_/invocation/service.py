"""Lambda's data plane: takes a configuration and an event, answers with what the handler made of it."""

from __future__ import annotations

import secrets
import time
import uuid
import weakref

from local_aws.core.instance import Instance
from local_aws.core.per_instance import PerInstance
from local_aws.services import iam
from local_aws.services.lambda_.configuration import Configuration, Invocation, Outcome
from local_aws.services.lambda_.environments.code import CodeStore
from local_aws.services.lambda_.environments.environment import ExecutionEnvironment, Result
from local_aws.services.lambda_.environments.pool import EnvironmentPool, Started
from local_aws.services.lambda_.invocation import log_lines, log_writer
from local_aws.services.lambda_.invocation.event_queue import EventQueue
from local_aws.services.lambda_.workers.start import Workers


class LambdaService:
    """Runs the functions of one instance; ends with it."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.events = EventQueue(instance, self.invoke)
        self._folder = instance.work_dir / "lambda"
        self._code = CodeStore(self._folder / "code")
        self._workers = Workers(instance, self._folder / "scratch")
        self._pool = EnvironmentPool(self._start, instance.threads)
        self._environments: weakref.WeakSet[ExecutionEnvironment] = weakref.WeakSet()
        instance.on_close(self.close)

    def invoke(self, configuration: Configuration, invocation: Invocation) -> Outcome:
        """Run one event to its end, in a warm environment if there is one."""
        started = self._pool.acquire(configuration, invocation.request_id)
        environment = started.environment
        try:
            lines = self._init_lines(environment) if environment.invocations == 0 else []
            lines.append(log_lines.before(configuration, invocation.request_id))
            began = time.monotonic()
            result = started.failure or environment.run(invocation)
            lines += environment.new_output()
            lines += self._closing_lines(environment, invocation, result, time.monotonic() - began)
            log_writer.write(configuration, environment.log_stream, lines)
            _send_trace(configuration)
        finally:
            self._pool.release(environment)
        return Outcome(invocation.request_id, result.payload, result.status != "success", tuple(lines))

    def renew(self, configuration: Configuration) -> None:
        """End the idle environments of what the function was before."""
        self._pool.renew(configuration)

    def start_ahead(self, configuration: Configuration) -> None:
        self._pool.start_ahead(configuration)

    def forget(self, function_arn: str) -> None:
        self._pool.forget(function_arn)

    def close(self) -> None:
        self.events.close()
        for environment in list(self._environments):
            environment.stop()
        self._pool.close()
        self._code.close()

    def _start(self, configuration: Configuration, request_id: str) -> Started:
        identifier = uuid.uuid4().hex
        environment = ExecutionEnvironment(
            configuration,
            self.instance,
            self.instance.assume(configuration.role_arn, configuration.function_name),
            self._workers,
            folder=self._folder / "environments" / identifier,
            log_stream=f"{time.strftime('%Y/%m/%d', time.gmtime())}/[{configuration.version}]{identifier}",
            roots=self._code.roots(configuration),
        )
        self._environments.add(environment)
        return Started(environment, environment.wait_until_ready(request_id))

    def _init_lines(self, environment: ExecutionEnvironment) -> list[str]:
        return [log_lines.init_start(environment.configuration), *environment.new_output()]

    def _closing_lines(
        self, environment: ExecutionEnvironment, invocation: Invocation, result: Result, seconds: float
    ) -> list[str]:
        init = environment.init_seconds if environment.invocations <= 1 else None
        usage = log_lines.Usage(seconds, environment.memory_bytes, init)
        return log_lines.after(
            environment.configuration, invocation.request_id, usage, result.status, result.error_type
        )


def _send_trace(configuration: Configuration) -> None:
    """Use the role's right to send traces; a function whose role lacks it leaves none, and no other harm."""
    if configuration.is_traced:
        for action in ("PutTraceSegments", "PutTelemetryRecords"):
            iam.allowed(configuration.role_arn, f"xray:{action}", "*")


def trace_header() -> str:
    """An X-Ray trace header that asks for no sampling, so that the function needs no daemon."""
    root = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return f"Root={root};Parent={secrets.token_hex(8)};Sampled=0"


lambda_service = PerInstance(LambdaService).get
"""The service of the running instance, made on first use."""
