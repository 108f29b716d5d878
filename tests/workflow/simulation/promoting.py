"""Runs that decide about production, and what it runs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from bakeoff.domain.planning.champion import PromotionOptions
from bakeoff.domain.run.production import version_of
from tests.fakes import TIMING, FixedProduction
from tests.unit.bakeoff.domain.promotion.runs import LIVE, a_record
from tests.workflow.simulation.functions import functions

if TYPE_CHECKING:
    from tests.workflow.conftest import Workflow
    from tests.workflow.simulation.scripted import ScriptedAws

MODEL = "s3://data-bucket/production/models/bakeoff-live-1/model.tar.gz"


def put_into_production(workflow: Workflow, aws: ScriptedAws, patch: pytest.MonkeyPatch) -> None:
    """Of a run of the same data, which this starts; from then on runs decide about production."""
    plan = aws.store.read_json(f"runs/{workflow.run()['name']}/plan.json")
    data: Any = {name: plan[name] for name in ("target", "feature_dim", "features")}
    model: Any = {"url": MODEL, "etag": "e", "bytes": 1, "source": MODEL}
    planned = plan["candidates"][0]
    served = {name: planned[name] for name in ("request_content_type", "accept", "prediction_path")}
    record = a_record(data=data, learnt_from={"split": plan["split"]}, model=model, **served)
    aws.store.write_json(version_of(LIVE["config"]), record)
    module = functions().module("PlanRun")
    options = PromotionOptions("Propose", FixedProduction(LIVE["config"]), TIMING)
    patch.setattr(module, "PLANNER", dataclasses.replace(module.PLANNER, promotion=options))
    aws.calls.clear()
    aws.payloads.clear()
