"""ValidateStateMachineDefinition has nothing to say of the workflow, not even a warning."""

from __future__ import annotations

from local_aws.core.instance import Site
from tests.workflow.conftest import definition


def test_the_workflow_is_fine(site: Site) -> None:
    states = site.client("stepfunctions")
    answer = states.validate_state_machine_definition(definition=definition(), severity="WARNING")
    assert (answer["result"], answer["diagnostics"], answer["truncated"]) == ("OK", [], False)
