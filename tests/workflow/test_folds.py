"""A run with folds: each candidate in each of them is a unit of its own; the best is trained once more."""

from __future__ import annotations

from tests.workflow.conftest import Workflow
from tests.workflow.simulation.functions import FOLDED
from tests.workflow.simulation.scripted import ScriptedAws


def test_every_unit_is_trained_deployed_scored_and_released(workflow: Workflow, aws: ScriptedAws) -> None:
    run = workflow.run(FOLDED)

    assert run["status"] == "SUCCEEDED", run["cause"]
    print(aws.names("create_training_job"))
    print(aws.store.read_json(f"runs/{run['name']}/final.json"))
    print(workflow.entered(run["executionArn"]))
