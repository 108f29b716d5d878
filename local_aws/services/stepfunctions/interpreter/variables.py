"""Assign and Output see the variables as they were when the state was entered.

moto 5.2.5 runs Assign first, so that Output (and a later Assign entry) sees its new values; AWS evaluates
both against the same snapshot. Source: "Passing data between states with variables", section "Evaluation
order".
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.state.state import CommonStateField

from local_aws.core.patching import wrap


def variables_of(env: Any) -> dict[str, Any]:
    """What an expression sees now: outer scopes, then this scope as it was when its state was entered."""
    store = env.variable_store
    at_entry = getattr(store, "at_entry", None)
    return {**store._outer_scope, **(store._inner_scope if at_entry is None else at_entry)}


def _with_snapshot(original: Any, self: Any, env: Any) -> None:
    env.variable_store.at_entry = dict(env.variable_store._inner_scope)
    try:
        original(self, env)
    finally:
        env.variable_store.at_entry = None


def apply() -> None:
    wrap(CommonStateField, "_eval_body", _with_snapshot)
