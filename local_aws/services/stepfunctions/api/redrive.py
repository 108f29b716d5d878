"""RedriveExecution, which moto 5.2.5 lacks: an execution goes on at the states that it entered, never left.

The definition, the ARN, the history, the variables and whatever had succeeded stay; of a Map or a Parallel
only the iterations and branches that had not succeeded run again. Retries and timeouts begin anew.
Sources: the API reference of RedriveExecution; "Restarting state machine executions with redrive" in the
developer guide.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.parser.api import (
    ExecutionNotRedrivable,
    ExecutionRedrivenEventDetails,
    ExecutionStatus,
    HistoryEventType,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.responses import StepFunctionResponse

from local_aws.core.patching import replace, wrap
from local_aws.services.stepfunctions import encryption
from local_aws.services.stepfunctions.api import executions
from local_aws.services.stepfunctions.api.redrive_rules import BY_MAP_RUN, obstacle
from local_aws.services.stepfunctions.interpreter.recording import record_of
from local_aws.services.stepfunctions.json_values import timestamp

_TOKENS, _TOKEN_LIFE = 10, timedelta(minutes=15)
_redriving = threading.Lock()


def _redrive_execution(self: Any) -> Any:
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    if execution.map_run_arn:
        raise ExecutionNotRedrivable(f"Execution is not redrivable: {BY_MAP_RUN}")
    with _redriving:
        return ActionResult({"redriveDate": redrive(execution, self._get_param("clientToken"))})


def redrive(execution: Any, token: str | None = None) -> datetime:
    """Let an execution go on; a repeated request, known by its token, changes nothing. Returns its date.

    Raises ExecutionNotRedrivable.
    """
    now = datetime.now(UTC)
    known: dict[str, datetime] = execution.redrive_tokens
    answered = {key: date for key, date in known.items() if now - date < _TOKEN_LIFE}
    if token is not None and token in answered:
        return answered[token]
    if reason := obstacle(execution, now):
        raise ExecutionNotRedrivable(f"Execution is not redrivable: {reason}")
    encryption.require_role(execution.encryption, execution.role_arn, execution.state_machine_arn)
    if token:
        answered[token] = now
    execution.redrive_tokens = dict(list(answered.items())[-_TOKENS:])
    _go_on(execution, now)
    return now


def _go_on(execution: Any, now: datetime) -> None:
    execution.ended.wait()
    ended = execution.exec_worker.env
    execution.redrives.append(now)
    execution.exec_status = ExecutionStatus.RUNNING
    execution.stop_date = execution.error = execution.cause = execution.output = None
    execution.ended = threading.Event()
    if execution._cloud_watch_logging_session:
        execution._cloud_watch_logging_session.redrive_count = len(execution.redrives)
    worker = execution._get_start_execution_worker()
    make = worker._get_evaluation_environment
    worker._get_evaluation_environment = partial(_environment, execution, make, ended, now)
    execution.exec_worker = worker
    executions.run(execution)


def _environment(execution: Any, make: Any, ended: Any, now: datetime) -> Any:
    """An environment with the history, the records and the callbacks of the one that ended."""
    env = make()
    env.event_manager = ended.event_manager
    env.map_run_record_pool_manager = ended.map_run_record_pool_manager
    env.record = record_of(ended).resumed()
    about = env.states.context_object.context_object_data["Execution"]
    about["RedriveCount"] = len(execution.redrives)
    about["RedriveTime"] = timestamp(now)
    return env


def _begin(original: Any, self: Any) -> None:
    """`_execution_logic`, which begins a redriven execution with an event of its own."""
    redrives = len(self._execution_communication.execution.redrives)
    if not redrives:
        original(self)
        return
    manager, context = self.env.event_manager, self.env.event_history_context
    context.source_event_id = manager._history_event_list[-1]["id"]
    details = EventDetails(executionRedrivenEventDetails=ExecutionRedrivenEventDetails(redriveCount=redrives))
    manager.add_event(context, HistoryEventType.ExecutionRedriven, details)
    self._get_evaluation_entrypoint().eval(self.env)
    self._execution_communication.terminated()


def apply() -> None:
    wrap(ExecutionWorker, "_execution_logic", _begin)
    replace(StepFunctionResponse, redrive_execution=_redrive_execution)
