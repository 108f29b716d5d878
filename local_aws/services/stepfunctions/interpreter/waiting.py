"""States that stop waiting the moment their execution ends, and never wait longer or shorter otherwise.

Patched in moto 5.2.5:
- An environment's `program_state_event` was a pulse (set, then cleared): whoever looked a moment later
  missed it.
- A stopped execution stayed RUNNING until a running Lambda call or the pause before a retry was over.
- The iterations beside a failed one ended as if they had succeeded.
- An execution that was stopped or timed out while a state was being left turned FAILED.
- Wait counted whole seconds of the wall clock, and read timestamps in the local time zone.
"""

from __future__ import annotations

import copy
import threading
from datetime import UTC, datetime
from typing import Any

from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment

from local_aws.core.changes import Changes
from local_aws.core.instance import current_instance
from local_aws.core.patching import replace, wrap


class Abandoned(Exception):
    """Ends the thread of a state that was stopped, timed out, or lost to the failure of a sibling."""


class _Latch(threading.Event):
    """An environment that ended never runs again, so nothing may take the sign back."""

    def __init__(self, changes: Changes) -> None:
        super().__init__()
        self._changes = changes

    def set(self) -> None:
        super().set()
        self._changes.wake()

    def clear(self) -> None:
        pass


def pause(env: Any, seconds: float) -> None:
    """Wait `seconds`, or less if the environment ends before."""
    env.program_state_event.wait(max(seconds, 0))


def pause_until_change(env: Any, seen: int, seconds: float) -> None:
    """As `pause`, or less if more than `seen` has ended in the background of the instance."""
    current_instance().changes.wait(seen, seconds, unless=env.program_state_event.is_set)


def stop(env: Any) -> None:
    """End an environment from outside, with everything that runs in its frames."""
    env.set_stop(stop_date=datetime.now(UTC), cause=None, error=None)


class _Attempt:
    """One evaluation of a state in a frame and a thread of its own."""

    def __init__(self, state: Any, frame: Any) -> None:
        self._state = state
        self._frame = frame
        self.output: list[Any] = []
        self.error: Exception | None = None
        self.finished = False

    def start(self) -> None:
        current_instance().threads.start(self._run, name="states-attempt")

    def _run(self) -> None:
        try:
            self._state._eval_execution(self._frame)
            self.output.extend(self._frame.stack)
        except Exception as err:
            # The boundary of a thread: the state's own thread raises it again.
            self.error = err
        self.finished = True
        if self.error is None:
            self._frame.set_ended()
        else:
            stop(self._frame)


def _evaluate_with_timeout(self: Any, env: Any) -> None:
    self.timeout.eval(env=env)
    timeout_seconds = env.stack.pop()
    frame = env.open_frame()
    frame.states.reset(input_value=env.states.get_input())
    frame.stack = copy.deepcopy(env.stack)
    attempt = _Attempt(self, frame)
    if frame.is_running():
        attempt.start()
        frame.program_state_event.wait(timeout_seconds)
    stop(frame)
    env.close_frame(frame)
    if env.is_running():
        _conclude(self, env, attempt)


def _conclude(state: Any, env: Any, attempt: _Attempt) -> None:
    if attempt.error is not None:
        raise attempt.error
    if not attempt.finished:
        raise EvalTimeoutError()
    output = attempt.output.pop()
    env.stack.append(output)
    if not state._is_language_query_jsonpath():
        env.states.set_result(output)
        env.states.set_error_output(None)
    if state.assign_decl:
        state.assign_decl.eval(env=env)
    if state.result_selector:
        state.result_selector.eval(env=env)
    if state.result_path:
        state.result_path.eval(env)
    else:
        env.states.reset(input_value=env.stack.pop())


def _with_latch(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    self.program_state_event = _Latch(current_instance().changes)


def _unless_over(original: Any, self: Any, error: Any) -> None:
    """The first end counts: what fails because of it is no failure."""
    with self._state_mutex:
        if self._program_state is None or self.is_running():
            original(self, error=error)


def _wait_interval(self: Any, env: Any, wait_seconds: float) -> None:
    """The instance's pace holds for seconds: a moment comes when it comes."""
    at_a_moment = isinstance(self, Timestamp)
    pause(env, wait_seconds if at_a_moment else wait_seconds * current_instance().pace)


def _seconds_until(original: Any, self: Any, env: Any) -> float:
    self.string.eval(env=env)
    text = env.stack[-1]
    if self._from_timestamp_string(text) is None:
        # moto's own way to report a malformed timestamp pops it again.
        return float(original(self, env))
    env.stack.pop()
    return (datetime.fromisoformat(text) - datetime.now(UTC)).total_seconds()


def apply() -> None:
    wrap(Environment, "__init__", _with_latch)
    wrap(Environment, "set_error", _unless_over)
    replace(ExecutionState, _evaluate_with_timeout=_evaluate_with_timeout)
    replace(WaitFunction, _wait_interval=_wait_interval)
    wrap(Timestamp, "_get_wait_seconds", _seconds_until)
