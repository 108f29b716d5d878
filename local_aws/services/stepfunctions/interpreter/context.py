"""`$states` as AWS fills it.

Patched in moto 5.2.5:
- `$states.context.Map` was lost in the Arguments of a Task inside an iteration, which runs in a frame of
  its own.
- `Execution.RedriveCount` was missing, times were Python datetimes or had "+00:00" and microseconds.
- A Catch saw the error output as `$states.result` too, and a Pass its input.
- Every look at the data copied them with deepcopy, which took a tenth of an execution.
"""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service
from moto.stepfunctions.parser.asl.component.state.state_pass.state_pass import StatePass
from moto.stepfunctions.parser.asl.eval import states
from moto.stepfunctions.parser.asl.eval.environment import Environment

from local_aws.core.patching import replace, wrap
from local_aws.services.stepfunctions.json_values import copied, timestamp


def states_of(env: Any) -> dict[str, Any]:
    """The value of `$states` for an expression that is evaluated in `env`."""
    data = env.states._states_data
    found = {"input": data["input"], "context": context_of(data["context"])}
    if data.get("errorOutput") is not None:
        return {**found, "errorOutput": data["errorOutput"]}
    if data.get("result") is not None:
        return {**found, "result": data["result"]}
    return found


def context_of(data: dict[str, Any]) -> dict[str, Any]:
    """The context object in AWS's shape, from moto's."""
    execution = {"RedriveCount": 0, **data["Execution"]}
    execution["StartTime"] = timestamp(execution["StartTime"])
    context = {**data, "Execution": execution}
    if data.get("State"):
        entered = timestamp(datetime.fromisoformat(data["State"]["EnteredTime"]))
        context["State"] = {"RetryCount": 0, **data["State"], "EnteredTime": entered}
    return context


def _frame_with_map(original: Any, env: Any, *args: Any, **kwargs: Any) -> Any:
    frame = original(env, *args, **kwargs)
    item = env.states.context_object.context_object_data.get("Map")
    if item is not None:
        frame.states.context_object.context_object_data["Map"] = item
    return frame


def _pass(original: Any, self: Any, env: Any) -> None:
    if self._is_language_query_jsonpath():
        original(self, env)
    elif self.assign_decl:
        self.assign_decl.eval(env=env)


def apply() -> None:
    for module in (states, result_path, state_task_service):
        replace(module, copy=SimpleNamespace(deepcopy=copied))
    wrap(StatePass, "_eval_state", _pass)
    wrap(Environment, "as_inner_frame_of", _frame_with_map)
    replace(Environment, as_inner_frame_of=staticmethod(Environment.as_inner_frame_of))
