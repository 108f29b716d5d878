"""`{% ... %}` strings: evaluated by a JSONata engine, with real bindings.

Patched in moto 5.2.5:
- `StringJSONata` pasted every variable into the expression's text, unescaped, and called a stub.
- A malformed expression was found only when a state needed it; AWS refuses the definition.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata

from local_aws.core.patching import replace, wrap
from local_aws.services.stepfunctions.interpreter import failures
from local_aws.services.stepfunctions.interpreter.context import states_of
from local_aws.services.stepfunctions.interpreter.variables import variables_of
from local_aws.services.stepfunctions.jsonata import engine as jsonata_engine


def _checked(original: Any, self: Any, expression: str) -> None:
    original(self, expression=expression)
    jsonata_engine.check(expression)


def _evaluate(self: Any, env: Any) -> None:
    bindings = variables_of(env)
    if "$states" in self.expression:
        bindings = {**bindings, "states": states_of(env)}
    try:
        env.stack.append(jsonata_engine.evaluate(self.expression, bindings))
    except jsonata_engine.QueryError as err:
        raise failures.query_failure(env, str(err)) from err


def apply() -> None:
    wrap(StringJSONata, "__init__", _checked)
    replace(StringJSONata, _eval_body=_evaluate)
