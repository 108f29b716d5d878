"""Choice states that decide as AWS does.

Patched in moto 5.2.5:
- No rule matched and no Default: States.Runtime instead of States.NoChoiceMatched.
- The state's own Assign and Output ran also when a rule matched that leads to the same state as Default.
- A condition that is no boolean: States.Runtime instead of States.QueryEvaluationError.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison import ConditionStringJSONata
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice

from local_aws.core.patching import replace, wrap
from local_aws.services.stepfunctions.interpreter import failures


def _condition(self: Any, env: Any) -> None:
    self.string_jsonata.eval(env=env)
    if not isinstance(env.stack[-1], bool):
        raise failures.query_failure(
            env,
            f"The JSONata expression '{self.string_jsonata.expression}' specified for the field 'Condition' "
            "returned an unexpected result type. Expected 'boolean'.",
        )


def _choose(original: Any, self: Any, env: Any) -> None:
    if self._is_language_query_jsonpath():
        original(self, env)
        return
    for rule in self.choices_decl.rules:
        rule.eval(env)
        if env.stack.pop() is True:
            env.stack.append(rule.next_stmt.name)
            return
    if self.default_state is None:
        raise failures.state_failure(
            env,
            failures.NO_CHOICE_MATCHED,
            f"No choice rule of the state '{self.name}' matched, and it has no Default.",
        )
    for step in (self.assign_decl, self.output):
        if step:
            step.eval(env=env)
    env.stack.append(self.default_state.state_name)


def _proceed(original: Any, self: Any, env: Any) -> None:
    if self._is_language_query_jsonpath():
        original(self, env)
    else:
        env.next_state_name = env.stack.pop()


def apply() -> None:
    replace(ConditionStringJSONata, _eval_body=_condition)
    wrap(StateChoice, "_eval_state", _choose)
    wrap(StateChoice, "_eval_state_output", _proceed)
