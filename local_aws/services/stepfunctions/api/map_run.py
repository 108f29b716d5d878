"""Distributed Map: each item is an execution of its own, with a history of its own.

moto 5.2.5 evaluates the items within the parent: nobody can describe, read, stop or redrive one,
inner states see the parent's variables, any number may fail, and no role is asked.
Sources: "Using Map state in Distributed mode", "Redriving Map Runs", "IAM policies for using Distributed Map
states" and, on variables, "Passing data between states with variables". What the Map's result holds for an
item whose execution failed, but was tolerated, is not documented: here it is null.
"""

from __future__ import annotations

import copy
import uuid
from collections import deque
from datetime import UTC, datetime
from functools import partial
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
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from local_aws.core.instance import current_instance
from local_aws.core.patching import replace
from local_aws.services import iam
from local_aws.services.stepfunctions.api import item_reader, redrive
from local_aws.services.stepfunctions.api.redrive_rules import obstacle
from local_aws.services.stepfunctions.interpreter import failures
from local_aws.services.stepfunctions.interpreter.quotas import compact_json, within_quota
from local_aws.services.stepfunctions.interpreter.recording import record_of
from local_aws.services.stepfunctions.interpreter.waiting import Abandoned

EXCEEDED = "States.ExceedToleratedFailureThreshold"


class MapRun:
    """The executions that one Map state has started, by the index of their item.

    `record` is moto's, with the ARNs; `tolerated` is how many of them may fail.
    """

    def __init__(self, parent: Any, record: Any, program: Any) -> None:
        self.parent, self.record = parent, record
        self.children: dict[int, Any] = {}
        self.redrives = 0
        self._program = program
        self._inputs: list[Any] = []
        self._tolerated = 0.0

    def take(self, inputs: list[Any], tolerated: float) -> None:
        """The inputs of the executions to come."""
        self._inputs, self._tolerated = inputs, tolerated

    @property
    def size(self) -> int:
        return len(self._inputs)

    def complete(self, env: Any, limit: int) -> list[Any]:
        """Run what has not succeeded yet, `limit` children at a time; the outputs in the items' order.

        Raises Abandoned when the state ends before its children, which are stopped then.
        """
        threads, failed = current_instance().threads, set[int]()
        queue = deque(index for index in range(self.size) if not self._has_succeeded(index))
        env._frames.append(_Frame(self))
        size = min(limit or len(queue), len(queue))
        workers = [threads.start(self._work, env, queue, failed, name="states-map-run") for _ in range(size)]
        for worker in workers:
            worker.join()
        if not env.is_running():
            raise Abandoned(self.record.map_run_arn)
        if len(failed) > self._tolerated:
            cause = "The specified tolerated failure threshold was exceeded"
            raise failures.state_failure(env, EXCEEDED, cause)
        return [self._output(index) for index in range(self.size)]

    def _output(self, index: int) -> Any:
        return self.children[index].exec_worker.env.states.get_input() if self._has_succeeded(index) else None

    def _has_succeeded(self, index: int) -> bool:
        return index in self.children and self.children[index].status == "SUCCEEDED"

    def stop(self) -> None:
        """Stop the children that still run."""
        for child in list(self.children.values()):
            if not child.ended.is_set():
                _stop(child)

    def _work(self, env: Any, queue: deque[int], failed: set[int]) -> None:
        while env.is_running() and (index := _taken(queue)) is not None:
            self._run(env, index)
            # What a redrive of the execution has begun in the meantime is not this attempt's to judge.
            if env.is_running() and not self._has_succeeded(index):
                failed.add(index)
                if len(failed) > self._tolerated:
                    queue.clear()
                    self.stop()

    def _run(self, env: Any, index: int) -> None:
        """Start or redrive a child, and wait for its end; one that cannot be redriven stays as it is."""
        if index not in self.children:
            self.children[index] = self._child(self._inputs[index])
            self.children[index].start()
        elif not self._is_redriven(self.children[index]):
            return
        child = self.children[index]
        ended = child.ended
        if not env.is_running():
            _stop(child)
        ended.wait()

    def _is_redriven(self, child: Any) -> bool:
        # The attempt before may only just have stopped it.
        child.ended.wait()
        is_allowed = iam.allowed(self.parent.role_arn, "states:RedriveExecution", child.exec_arn)
        if not is_allowed or obstacle(child):
            return False
        redrive.redrive(child)
        return True

    def _child(self, given: Any) -> Any:
        machine, name = copy.copy(self.parent.state_machine), str(uuid.uuid4())
        machine.arn = self.record.map_state_machine_arn
        machine.name = machine.arn.rsplit(":", 1)[-1]
        child = Execution(
            name=name,
            sm_type=machine.sm_type,
            role_arn=self.parent.role_arn,
            exec_arn=f"{machine.arn.replace(':stateMachine:', ':execution:')}:{name}",
            account_id=self.parent.account_id,
            region_name=self.parent.region_name,
            state_machine=machine,
            start_date=datetime.now(UTC),
            cloud_watch_logging_session=None,
            activity_store={},
            input_data=compact_json(given),
        )
        child.map_run_arn = self.record.map_run_arn
        child._get_start_execution_worker = partial(self._worker, child._get_start_execution_worker)
        return child

    def _worker(self, make: Any) -> Any:
        """A worker whose program is the Map's own, which was parsed with the whole definition."""
        worker = make()
        worker._get_evaluation_entrypoint = lambda: self._program
        return worker


def _taken(queue: deque[int]) -> int | None:
    try:
        return queue.popleft()
    except IndexError:
        return None


def _stop(child: Any) -> None:
    # Not StopExecution itself, which waits for whoever stops the parent.
    child.stop_date = child.stop_date or datetime.now(UTC)
    child.exec_worker.stop(stop_date=child.stop_date, error=None, cause=None)


class _Frame:
    """Stands among the frames of the Map's state, so that the children hear of its end at once."""

    def __init__(self, run: MapRun) -> None:
        self._run = run

    def set_ended(self) -> None:
        pass

    def set_stop(self, **_: Any) -> None:
        self._abort()

    def set_error(self, **_: Any) -> None:
        self._abort()

    def set_timed_out(self) -> None:
        self._abort()

    def _abort(self) -> None:
        if self._run.record.status == MapRunStatus.RUNNING:
            self._run.record.set_stop(MapRunStatus.ABORTED)
        self._run.stop()


def map_runs(backend: Any) -> dict[str, MapRun]:
    """All of a backend, by ARN."""
    runs: dict[str, MapRun] = vars(backend).setdefault("map_runs", {})
    return runs


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
