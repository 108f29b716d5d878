"""ValidateStateMachineDefinition, which moto 5.2.5 lacks: CreateStateMachine's judge without the machine.

Patched with it: moto kept one list of query languages for all definitions, so that one that was refused, or
was read at the same time, could lend its language to another.
Source: the API reference.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import ValidationException
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.responses import StepFunctionResponse

from local_aws.core.patching import replace, wrap
from local_aws.services.stepfunctions.validation import diagnostics, hints

_MOST_RESULTS = 100


def validate(definition: str, severity: str = diagnostics.ERROR, most: int = 0) -> dict[str, Any]:
    """The operation's answer: OK if a state machine can be made of the definition, else FAIL."""
    found = diagnostics.errors(definition)
    result = "FAIL" if found else "OK"
    if severity == diagnostics.WARNING and not found:
        found = list(hints.warnings(json.loads(definition)))
    most = most or _MOST_RESULTS
    listed = [each.as_answer() for each in found[:most]]
    return {"result": result, "diagnostics": listed, "truncated": len(found) > most}


def _validate(self: Any) -> Any:
    definition, most = self._get_param("definition"), self._get_int_param("maxResults", 0)
    if not 0 <= most <= _MOST_RESULTS:
        raise ValidationException(
            "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: "
            f"Member must have value between 0 and {_MOST_RESULTS}"
        )
    return ActionResult(validate(definition, self._get_param("severity") or diagnostics.ERROR, most))


def _with_own_languages(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    self._query_language_per_scope = []


def apply() -> None:
    wrap(Preprocessor, "__init__", _with_own_languages)
    replace(StepFunctionResponse, validate_state_machine_definition=_validate)
