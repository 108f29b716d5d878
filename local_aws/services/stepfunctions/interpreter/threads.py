"""The interpreter's threads end with the embedded AWS.

moto 5.2.5 keeps each in a list of which nobody takes any out.
"""

from __future__ import annotations

import threading

from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import inline_iteration_component
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branch_worker
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_callback
from moto.stepfunctions.parser.backend import execution_worker

from local_aws.core.instance import current_instance
from local_aws.core.patching import replace


class _Threads:
    def append(self, thread: threading.Thread) -> None:
        current_instance().threads.adopt(thread)


def apply() -> None:
    for module in (
        execution_worker,
        inline_iteration_component,
        branch_worker,
        state_task_service_callback,
    ):
        replace(module, TMP_THREADS=_Threads())
