"""What is wrong with a definition, as CreateStateMachine and ValidateStateMachineDefinition tell it.

Codes: ValidateStateMachineDefinitionDiagnostic in the API reference.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser, ASLParserException

from local_aws.services.stepfunctions.validation import transitions

ERROR, WARNING = "ERROR", "WARNING"
_PLACE = re.compile(r" at (/States.*)$")


@dataclass(frozen=True)
class Diagnostic:
    """`location` is a path such as /States/NAME/FIELD; empty where nobody knows it."""

    code: str
    message: str
    location: str = ""
    severity: str = ERROR

    def as_answer(self) -> dict[str, Any]:
        place = {"location": self.location} if self.location else {}
        return {"severity": self.severity, "code": self.code, "message": self.message, **place}


def errors(definition: str) -> list[Diagnostic]:
    """Why a state machine cannot be made of the definition; empty when it can."""
    try:
        json.loads(definition)
        AmazonStateLanguageParser.parse(definition)
    except json.JSONDecodeError as err:
        return [Diagnostic("INVALID_JSON_DESCRIPTION", str(err))]
    except ASLParserException as err:
        return [Diagnostic("SCHEMA_VALIDATION_FAILED", "; ".join(map(str, err.errors)))]
    except Exception as err:
        # The boundary to moto's parser, which reports a definition that it cannot build by any kind of
        # exception.
        return [Diagnostic("SCHEMA_VALIDATION_FAILED", str(err))]
    return [_transition(problem) for problem in transitions.problems(json.loads(definition))]


def _transition(problem: str) -> Diagnostic:
    found = _PLACE.search(problem)
    return Diagnostic("MISSING_TRANSITION_TARGET", problem, found[1] if found else "")
