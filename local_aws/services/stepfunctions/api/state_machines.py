"""Creating and deleting state machines as AWS does.

Patched in moto 5.2.5:
- A second state machine of a name was answered with the first one, whatever its definition.
- Definitions with transitions to nowhere, or states that nothing leads to, were accepted.
- A refused definition was reported as a Python exception, with the whole definition after it.
- Deleting a state machine let its executions run on.
- A key that does not exist, or may not be used, was as good as any (`encryption`).
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import AWSError
from moto.stepfunctions.parser.api import InvalidDefinition
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from local_aws.core.patching import replace, wrap
from local_aws.services.stepfunctions import encryption
from local_aws.services.stepfunctions.api import executions, role_checks
from local_aws.services.stepfunctions.validation import diagnostics


class StateMachineAlreadyExists(AWSError):  # type: ignore[misc]
    TYPE = "StateMachineAlreadyExists"
    STATUS = 400


def _validate(definition: str) -> None:
    if found := diagnostics.errors(definition):
        problem = "; ".join(f"{each.code}: {each.message}" for each in found)
        raise InvalidDefinition(f"Invalid State Machine Definition: '{problem}'")


def _create(
    original: Any, self: Any, name: str, definition: str, roleArn: str, *args: Any, **kwargs: Any
) -> Any:
    arn = f"arn:aws:states:{self.region_name}:{self.account_id}:stateMachine:{name}"
    role_checks.require_role(roleArn, arn, definition, kwargs.get("loggingConfiguration"))
    encryption.require_key(kwargs.get("encryptionConfiguration"))
    existing = self._revision_by_name(name)
    if existing is not None and (existing.definition, existing.roleArn) != (definition, roleArn):
        raise StateMachineAlreadyExists(f"State Machine Already Exists: '{existing.arn}'")
    return original(self, name, definition, roleArn, *args, **kwargs)


def _update(
    original: Any,
    self: Any,
    arn: str,
    definition: str | None = None,
    role_arn: str | None = None,
    **more: Any,
) -> Any:
    known = self.describe_state_machine(arn)
    role_checks.require_role(
        role_arn or known.roleArn,
        arn,
        definition or known.definition,
        more.get("logging_configuration") or known.loggingConfiguration,
    )
    encryption.require_key(more.get("encryption_configuration"))
    return original(self, arn, definition=definition, role_arn=role_arn, **more)


def _delete(original: Any, self: Any, arn: str) -> None:
    for state_machine in [machine for machine in self.state_machines if machine.arn == arn]:
        for execution in state_machine.executions:
            executions.end(execution)
    original(self, arn)


def apply() -> None:
    replace(StepFunctionsParserBackend, _validate_definition=staticmethod(_validate))
    wrap(StepFunctionsParserBackend, "create_state_machine", _create)
    wrap(StepFunctionsParserBackend, "update_state_machine", _update)
    wrap(StepFunctionsParserBackend, "delete_state_machine", _delete)
