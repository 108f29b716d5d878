"""One execution's thread: ready before StartExecution returns, ended before its status says so.

Patched in moto 5.2.5:
- The definition was parsed in the background; StopExecution in that time failed, or was forgotten.
- The status turned SUCCEEDED before the output was there, and an execution that timed out ended without its
  last event in the history.
- The output was a Python object (a string came back without its quotes); error and cause of StopExecution
  were lost.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError, ProgramStopped
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from local_aws.core.instance import current_instance
from local_aws.core.patching import replace, wrap
from local_aws.services.stepfunctions.interpreter import recording
from local_aws.services.stepfunctions.interpreter.quotas import compact_json

# A program that timed out gets this long to write its last event.
_LAST_WORDS_SECONDS = 5.0


def _start(original: Any, self: Any) -> None:
    program, env = self._get_evaluation_entrypoint(), self._get_evaluation_environment()
    env.next_state_name = program.start_at.start_at_name
    self.env = env
    self._get_evaluation_entrypoint = lambda: program
    self._get_evaluation_environment = lambda: env
    original(self)


def _run_program(self: Any, env: Any) -> None:
    with env._state_mutex:
        if env.program_state() is None or env.is_running():
            env.next_state_name = recording.first_state(env, self.start_at.start_at_name)
    if recording.already_done(env):
        return
    # The body itself: `eval` would skip it, and with it the last event, when the execution was stopped
    # already.
    worker = current_instance().threads.start(self._eval_body, env, name="states-program")
    worker.join(self.timeout_seconds.timeout_seconds if self.timeout_seconds else None)
    if worker.is_alive():
        env.set_timed_out()
        worker.join(_LAST_WORDS_SECONDS)
    recording.note_end(env)


def _reflect(self: Any) -> None:
    execution = self.execution
    state = execution.exec_worker.env.program_state()
    execution.stop_date = execution.stop_date or datetime.now(UTC)
    if isinstance(state, ProgramEnded):
        execution.output = compact_json(execution.exec_worker.env.states.get_input())
        execution.exec_status = ExecutionStatus.SUCCEEDED
    elif isinstance(state, ProgramError):
        details = state.error or {}
        execution.error, execution.cause = details.get("error"), details.get("cause")
        execution.exec_status = ExecutionStatus.FAILED
    elif isinstance(state, ProgramStopped):
        execution.error, execution.cause = state.error, state.cause
        execution.exec_status = ExecutionStatus.ABORTED
    else:
        execution.exec_status = ExecutionStatus.TIMED_OUT


def apply() -> None:
    wrap(ExecutionWorker, "start", _start)
    replace(Program, eval=_run_program)
    replace(BaseExecutionWorkerCommunication, _reflect_execution_status=_reflect)
