"""StartExecution and StopExecution as AWS does them.

Patched in moto 5.2.5:
- An execution without a name was called "None"; names and the input's size went unchecked.
- Two concurrent starts of one name both started (an event that S3 delivers twice).
- StopExecution answered without a stopDate; its error and cause were dropped.
- An execution outlived the instance, and a deleted state machine.
"""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime
from functools import partial
from typing import Any

from moto.stepfunctions.exceptions import ValidationException
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from local_aws.core.instance import current_instance
from local_aws.core.patching import replace, wrap
from local_aws.services.lambda_.api import functions as lambda_functions
from local_aws.services.stepfunctions import encryption
from local_aws.services.stepfunctions.api import role_checks, status_events
from local_aws.services.stepfunctions.interpreter.quotas import MAX_BYTES

_CLOSING_SECONDS = 5.0
_starting = threading.Lock()


def _start_execution(
    original: Any,
    self: Any,
    state_machine_arn: str,
    name: str | None = None,
    execution_input: str | None = None,
    trace_header: str | None = None,
) -> Any:
    if name:
        self._validate_name(name)
    if len((execution_input or "").encode()) > MAX_BYTES:
        raise ValidationException(
            "1 validation error detected: Value at 'input' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_BYTES}"
        )
    machine = self.describe_state_machine(state_machine_arn)
    encryption.require_role(machine.encryptionConfiguration, machine.roleArn, machine.arn)
    with _starting:
        return original(
            self, state_machine_arn, name or str(uuid.uuid4()), execution_input or "{}", trace_header
        )


def _running_from_birth(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    self.exec_status = ExecutionStatus.RUNNING
    self.ended = threading.Event()
    self.redrives = []
    self.redrive_tokens = {}
    self.map_run_arn = None
    # An execution keeps the key that it started with.
    self.encryption = dict(self.state_machine.encryptionConfiguration)


def _start(self: Any) -> None:
    self.exec_worker = self._get_start_execution_worker()
    run(self)


def run(execution: Any) -> None:
    """Have an execution's worker run, until its end or that of the instance."""
    status_events.announce(execution)
    role_checks.trace(execution.role_arn, execution.state_machine.tracingConfiguration)
    if execution.map_run_arn is None:
        lambda_functions.start_ahead(execution.state_machine.definition)
    current_instance().on_close(partial(end, execution))
    execution.exec_worker.start()


def _stop(self: Any, stop_date: datetime, error: str | None = None, cause: str | None = None) -> None:
    with _starting:
        if self.stop_date is None:
            self.stop_date = stop_date
            self.exec_worker.stop(stop_date=stop_date, error=error or None, cause=cause or None)


def _terminated(original: Any, self: Any) -> None:
    original(self)
    status_events.announce(self.execution)
    self.execution.ended.set()


def end(execution: Any) -> None:
    """Stop an execution that still runs, and wait until its own thread has noticed."""
    if not execution.ended.is_set():
        execution.stop(datetime.now(UTC))
        execution.ended.wait(_CLOSING_SECONDS)


def apply() -> None:
    wrap(StepFunctionsParserBackend, "start_execution", _start_execution)
    wrap(Execution, "__init__", _running_from_birth)
    replace(Execution, start=_start, stop=_stop)
    wrap(BaseExecutionWorkerCommunication, "terminated", _terminated)
