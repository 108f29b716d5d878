"""ValidateStateMachineDefinition has nothing to say of the workflow, not even a warning."""

from __future__ import annotations

from local_aws.core.instance import Instance
from tests.workflow.conftest import definition


def test_the_workflow_is_fine(instance: Instance) -> None:
    states = instance.client("stepfunctions")
    answer = states.validate_state_machine_definition(definition=definition(), severity="WARNING")
    assert (answer["result"], answer["diagnostics"], answer["truncated"]) == ("OK", [], False)
