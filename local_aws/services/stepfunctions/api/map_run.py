"""The executions that a Distributed Map starts: each has a history of its own, and a redrive goes on with it.

Sources: "Using Map state in Distributed mode" and "Redriving Map Runs". What the Map's result holds for an
item whose execution failed, but was tolerated, is not documented: here it is null.
"""

from __future__ import annotations

import copy
import uuid
from collections import deque
from datetime import UTC, datetime
from functools import partial
from typing import Any

from moto.stepfunctions.parser.api import MapRunStatus
from moto.stepfunctions.parser.backend.execution import Execution

from local_aws.core.instance import current_instance
from local_aws.services import iam
from local_aws.services.stepfunctions.api import redrive
from local_aws.services.stepfunctions.api.redrive_rules import obstacle
from local_aws.services.stepfunctions.interpreter import failures
from local_aws.services.stepfunctions.interpreter.quotas import compact_json
from local_aws.services.stepfunctions.interpreter.waiting import Abandoned

EXCEEDED = "States.ExceedToleratedFailureThreshold"


class MapRun:
    """The executions that one Map state has started, by the index of their item.

    `record` is moto's, with the ARNs.
    """

    def __init__(self, parent: Any, record: Any, program: Any) -> None:
        self.parent, self.record = parent, record
        self.children: dict[int, Any] = {}
        self.redrives = 0
        self._program = program
        self._inputs: list[Any] = []
        self._tolerated = 0.0

    def take(self, inputs: list[Any], tolerated: float) -> None:
        """The inputs of the executions to come, of which `tolerated` may fail."""
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
