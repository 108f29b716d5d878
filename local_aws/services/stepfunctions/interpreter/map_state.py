"""Inline Map: at most 40 iterations at a time.

moto 5.2.5 starts as many threads as MaxConcurrency says, or one an item when it is 0.
Source: "Using Map state in Inline mode", section "Inline Map state considerations".
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import inline_iteration_component

from local_aws.core.patching import wrap

MAX_CONCURRENT_ITERATIONS = 40


def _limited(original: Any, self: Any, env: Any) -> None:
    wanted = env.stack[-1]
    limit = wanted.max_concurrency or MAX_CONCURRENT_ITERATIONS
    wanted.max_concurrency = min(limit, MAX_CONCURRENT_ITERATIONS, max(len(wanted.input_items), 1))
    original(self, env)


def apply() -> None:
    wrap(inline_iteration_component.InlineIterationComponent, "_eval_body", _limited)
