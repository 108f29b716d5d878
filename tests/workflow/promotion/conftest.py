"""The real promotion.asl.yaml on the embedded interpreter, with the product's functions on a scripted AWS."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from local_aws.services.cloudformation.resources.state_machine_definition import definition_of
from local_aws.services.stepfunctions.interpreter import waiting
from local_aws.services.stepfunctions.jsonata import functions as jsonata_functions
from local_aws.services.stepfunctions.tasks import clients
from tests.handlers import ATTRIBUTES, resolved
from tests.template import PROJECT, TEMPLATE
from tests.workflow.conftest import Change, Workflow
from tests.workflow.promotion.calls import ENDPOINT, Calls
from tests.workflow.promotion.world import World

_MACHINE = TEMPLATE["Resources"]["PromotionWorkflow"]["Properties"]
_NUMBERS = itertools.count(1)


@cache
def definition(**overrides: str) -> str:
    """The workflow file with its substitutions filled in, every parameter at its default."""
    values = {name: resolved(value) for name, value in _MACHINE["DefinitionSubstitutions"].items()}
    functions = {
        name: f"arn:aws:lambda:us-east-1:123456789012:function:{name.removesuffix('FunctionArn')}"
        for name in values
        if name.endswith("FunctionArn")
    }
    roles = {"ProductionRoleArn": "arn:aws:iam::123456789012:role/Production"}
    text = (PROJECT / _MACHINE["DefinitionS3Location"]).read_text("utf-8")
    filled = {**values, **functions, **roles, "ErrorsAlarmName": "errors", "LatencyAlarmName": "latency"}
    return definition_of(
        {"DefinitionString": text, "DefinitionSubstitutions": {**filled, **overrides}}, lambda *_: ""
    )


@dataclass
class Promotions:
    """Promotions in a world, of a workflow file with these `overrides` of its substitutions."""

    workflow: Workflow
    world: Calls
    overrides: Mapping[str, str] = field(default_factory=dict)

    def start(
        self, given: dict[str, Any], name: str | None = None, change: Change | None = None, **overrides: str
    ) -> str:
        states = json.loads(definition(**{**self.overrides, **overrides}))
        if change:
            change(states)
        machine = self.workflow._machine(json.dumps(states))
        self.world.serve_as(machine)
        name = name or f"promotion-{next(_NUMBERS)}"
        return str(self.workflow._backend.start_execution(machine, name, json.dumps(given)).exec_arn)

    def run(self, given: dict[str, Any], **options: Any) -> dict[str, Any]:
        return self.workflow.wait(self.start(given, **options))

    def promote(self, factor: int, **options: Any) -> dict[str, Any]:
        """Of a run that was decided about what is live now."""
        return self.run({"run_id": self.world.put_run(factor, self.world.live())}, **options)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setitem(ATTRIBUTES, "Fn::GetAtt:ProductionPrefix.Value", ENDPOINT)
    made = World()
    monkeypatch.setattr(clients._RoleSession, "client", lambda *_: made.client())
    monkeypatch.setattr(waiting, "pause", made.pause)
    monkeypatch.setitem(jsonata_functions.FUNCTIONS, "millis", made.clock.millis)
    return made


@pytest.fixture
def promotions(workflows: Workflow, world: World, monkeypatch: pytest.MonkeyPatch) -> Promotions:
    monkeypatch.setattr(workflows.instance, "pace", 1.0)
    return Promotions(workflows, world)


@pytest.fixture
def in_production(promotions: Promotions, world: World) -> Promotions:
    """Model 1 serves."""
    ended = promotions.promote(1)
    assert ended["status"] == "SUCCEEDED", ended
    world.calls.clear()
    return promotions
