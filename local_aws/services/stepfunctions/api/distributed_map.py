"""The state of a Distributed Map: from its items over a Map Run to the list of outputs.

moto 5.2.5 evaluates the items within the parent: nobody can describe, read, stop or redrive one,
inner states see the parent's variables, any number may fail, and no role is asked.
Sources: "Using Map state in Distributed mode", "IAM policies for using Distributed Map states" and, on
variables, "Passing data between states with variables".
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import (
    HistoryEventType,
    MapRunFailedEventDetails,
    MapRunRedrivenEventDetails,
    MapRunStartedEventDetails,
    MapRunStatus,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    distributed_iteration_component,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.states import ItemData, MapData
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from local_aws.core.instance import current_instance
from local_aws.core.patching import replace
from local_aws.services import iam
from local_aws.services.stepfunctions.api import item_reader
from local_aws.services.stepfunctions.api.map_run import MapRun, map_runs
from local_aws.services.stepfunctions.interpreter import failures
from local_aws.services.stepfunctions.interpreter.quotas import within_quota
from local_aws.services.stepfunctions.interpreter.recording import record_of


def _evaluate(self: Any, env: Any) -> None:
    """The body of a Distributed Map, from its items to the list of outputs."""
    asked = env.stack.pop()
    known = _known(env, asked)
    record = known.record if known else asked.map_run_record
    kind = HistoryEventType.MapRunRedriven if known else HistoryEventType.MapRunStarted
    _tell(env, kind, **_began(record.map_run_arn, known.redrives if known else 0))
    try:
        run = known or _made(self, env, asked)
        _require_role(env, run.parent)
        env.stack.append(run.complete(env, asked.max_concurrency))
    except FailureEventException as err:
        record.set_stop(MapRunStatus.FAILED)
        error, cause = err.extract_error_cause_pair() or (None, None)
        details = MapRunFailedEventDetails(error=error, cause=cause)
        _tell(env, HistoryEventType.MapRunFailed, mapRunFailedEventDetails=details)
        raise
    record.set_stop(MapRunStatus.SUCCEEDED)
    _tell(env, HistoryEventType.MapRunSucceeded)


def _known(env: Any, asked: Any) -> MapRun | None:
    """The Map Run that a redriven state goes on with."""
    record = record_of(env)
    run: MapRun | None = record.map_run if record.keeps_parts else None
    record.keeps_parts = False
    if run is not None:
        # The state has just made another one.
        del env.map_run_record_pool_manager._pool[asked.map_run_record.map_run_arn]
        run.redrives += 1
        run.record.status, run.record.stop_date = MapRunStatus.RUNNING, None
    return run


def _made(component: Any, env: Any, asked: Any) -> MapRun:
    execution = env.states.context_object.context_object_data["Execution"]["Id"]
    backend = stepfunctions_parser_backends[current_instance().account_id][current_instance().region]
    parent, program = backend.describe_execution(execution), component._get_iteration_program()
    run = MapRun(parent, asked.map_run_record, program)
    map_runs(backend)[run.record.map_run_arn] = run
    items = item_reader.read(env, asked.item_reader) if asked.item_reader else asked.input_items
    inputs = [_input(env, asked, index, item) for index, item in enumerate(items)]
    run.take(
        inputs, max(asked.tolerated_failure_count, asked.tolerated_failure_percentage * len(items) / 100)
    )
    # Only now: when its items cannot be read, a redrive begins another Map Run.
    record_of(env).map_run = run
    return run


def _input(env: Any, asked: Any, index: int, item: Any) -> Any:
    """What a child execution is given: the item, or what ItemSelector makes of it."""
    selector = asked.item_selector or asked.parameters
    given = _selected(env, selector, index, item) if selector else item
    if not within_quota(given):
        cause = f"The input of the child execution for the item {index} exceeds the service limit."
        raise failures.state_failure(env, failures.DATA_LIMIT_EXCEEDED, cause)
    return given


def _selected(env: Any, selector: Any, index: int, item: Any) -> Any:
    told = item if isinstance(item, item_reader.Entry) else {"Value": item}
    frame = env.open_inner_frame()
    frame.states.context_object.context_object_data["Map"] = MapData(Item=ItemData(Index=index, **told))
    frame.states.reset(input_value=env.states.get_input())
    frame.stack.append(env.states.get_input())
    selector.eval(frame)
    given = frame.stack[-1]
    env.delete_frame(frame)
    return given


def _require_role(env: Any, parent: Any) -> None:
    asked = [("states:StartExecution", parent.state_machine_arn)]
    asked += [(f"states:{action}", parent.exec_arn) for action in ("DescribeExecution", "StopExecution")]
    # All are asked, so that whoever records the questions sees each of them.
    refused = [action for action, arn in asked if not iam.allowed(parent.role_arn, action, arn)]
    if refused:
        cause = f"{parent.role_arn} is not authorized to perform: {refused[0]}"
        raise failures.state_failure(env, failures.RUNTIME, cause)


def _began(arn: str, redrives: int) -> dict[str, Any]:
    if redrives:
        details = MapRunRedrivenEventDetails(mapRunArn=arn, redriveCount=redrives)
        return {"mapRunRedrivenEventDetails": details}
    return {"mapRunStartedEventDetails": MapRunStartedEventDetails(mapRunArn=arn)}


def _tell(env: Any, kind: Any, **details: Any) -> None:
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=kind,
        event_details=EventDetails(**details) if details else None,
    )


def apply() -> None:
    replace(distributed_iteration_component.DistributedIterationComponent, _eval_body=_evaluate)
