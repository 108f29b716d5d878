"""Where moto's interpreter writes its records, and where it goes on from one."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    inline_iteration_component,
    iteration_worker,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branches_decl import BranchesDecl
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded

from local_aws.core.patching import wrap
from local_aws.services.stepfunctions.interpreter.record import Record


def record_of(env: Any) -> Record:
    record = getattr(env, "record", None)
    if not isinstance(record, Record):
        record = env.record = Record()
    return record


def first_state(env: Any, start_at: str) -> str:
    """The name of the state that a program begins with; what a redriven one had reached is restored."""
    record = record_of(env)
    if not record.resumes or record.state is None:
        return start_at
    env.states.reset(record.given)
    env.variable_store._inner_scope.update(copy.deepcopy(record.variables))
    return record.state


def already_done(env: Any) -> bool:
    """End a program that had succeeded before the redrive with the output of that time."""
    record = record_of(env)
    if record.done:
        env.states.reset(record.output)
        env.set_ended()
    return record.done


def note_end(env: Any) -> None:
    if isinstance(env.program_state(), ProgramEnded):
        record_of(env).finish(env.states.get_input())


class _Entry:
    """Stands for the event manager until a state's first event, that of its entry, which a redrive does not
    repeat: what follows is chained to the entry of the first attempt.
    """

    def __init__(self, env: Any, record: Record, repeats: bool) -> None:
        self._env, self._record, self._repeats = env, record, repeats
        self._manager = env.event_manager

    def __getattr__(self, name: str) -> Any:
        return getattr(self._manager, name)

    def add_event(self, context: Any, *args: Any, **kwargs: Any) -> int:
        self._env.event_manager = self._manager
        if self._repeats:
            context.source_event_id = context.last_published_event_id = self._record.event_id
        else:
            self._record.event_id = self._manager.add_event(context, *args, **kwargs)
        return self._record.event_id


def _recorded(original: Any, self: Any, env: Any) -> None:
    record = record_of(env)
    repeats = record.resumes
    if repeats:
        record.go_on()
    else:
        record.enter(self.name, env.states._states_data["input"], env.variable_store._inner_scope)
    env.event_manager = _Entry(env, record, repeats)
    original(self, env)


def _frame(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    frame = original(self, *args, **kwargs)
    frame.record = record_of(self)
    return frame


def _iterations(original: Any, self: Any, env: Any) -> None:
    record_of(env).begin_parts()
    original(self, env)


def _iteration(original: Any, self: Any, env: Any, job: Any) -> None:
    env.record = record_of(self._env).part(job.job_index)
    if env.record.done:
        job.job_output = env.record.output
    else:
        original(self, env, job)


def _branches(original: Any, self: Any, env: Any) -> None:
    record_of(env).begin_parts()
    env.branches = itertools.count()
    original(self, env)


def _inner_frame(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    frame = original(self, *args, **kwargs)
    if hasattr(self, "branches"):
        frame.record = record_of(self).part(next(self.branches))
    return frame


def apply() -> None:
    wrap(CommonStateField, "_eval_body", _recorded)
    wrap(Environment, "open_frame", _frame)
    wrap(Environment, "open_inner_frame", _inner_frame)
    wrap(inline_iteration_component.InlineIterationComponent, "_eval_body", _iterations)
    wrap(iteration_worker.IterationWorker, "_eval_job", _iteration)
    wrap(BranchesDecl, "_eval_body", _branches)
