"""The champion of a run: the model in production, planned as a candidate that is not trained."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from bakeoff.domain.errors import ConfigurationError
from bakeoff.domain.messages import excerpt
from bakeoff.domain.planning.candidates import CandidateDefaults
from bakeoff.domain.planning.updates import UpdateTiming
from bakeoff.domain.ports import ObjectReader, Production
from bakeoff.domain.run.comparable import incomparable_by_plan, undecided
from bakeoff.domain.run.documents import (
    Plan,
    PlannedChampion,
    PlannedPromotion,
    ProductionRecord,
    PromotionMode,
)
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.run.names import resource_name
from bakeoff.domain.run.production import read_record

_NAME = "champion"
_OFF = "Off"
_MODES: Mapping[str, PromotionMode] = {"Propose": "Propose", "Automatic": "Automatic"}


@dataclass(frozen=True)
class PromotionOptions:
    """What the stack decides about `production`, of which runs of other stacks change nothing, and how it is
    updated.
    """

    mode: PromotionMode
    production: Production
    timing: UpdateTiming


def mode_of(promotion: str) -> PromotionMode | None:
    """What the parameter Promotion says; None where it is Off. Raises ConfigurationError."""
    if promotion == _OFF:
        return None
    if promotion not in _MODES:
        raise ConfigurationError(f"Promotion must be Off, Propose or Automatic, not {promotion!r}.")
    return _MODES[promotion]


def plan_promotion(
    plan: Plan,
    run: WritableRunFiles,
    store: ObjectReader,
    options: PromotionOptions,
    defaults: CandidateDefaults,
) -> PlannedPromotion:
    """What the plan has of production. What that runs is stored with the run, so that its decision can be
    recomputed from its own files.

    Raises AccessDenied or ServiceUnavailable when AWS does not say what it runs, and InvalidSettings when
    nothing could be promoted in the time that the stack gives it.
    """
    options.timing.require_time()
    config = options.production.configuration()
    planned: PlannedPromotion = {
        "mode": options.mode,
        "live": None,
        "recorded": False,
        "incomparable": undecided(plan),
    }
    if config is None:
        return planned
    planned["live"] = {"endpoint": options.production.endpoint, "config": config}
    record = read_record(store, config)
    if record is None:
        planned["incomparable"] = f"nothing is recorded of its endpoint configuration {excerpt(config)}"
        return planned
    run.write_champion(record)
    planned["recorded"] = True
    planned["incomparable"] = incomparable_by_plan(plan, record)
    if planned["incomparable"] is None:
        planned["champion"] = _champion(plan, run.run_id, record, defaults)
    return planned


def _champion(
    plan: Plan, run_id: str, record: ProductionRecord, defaults: CandidateDefaults
) -> PlannedChampion:
    name = _free_name({candidate["name"] for candidate in plan["candidates"]})
    instance_type = defaults.endpoint_instance_type
    told = served(record)
    champion: PlannedChampion = {
        "kind": "champion",
        "name": name,
        "algorithm": told["algorithm"],
        "resource_name": resource_name(defaults.resource_prefix, run_id, name),
        "image_uri": told["image_uri"],
        "model_data_url": told["model_data_url"],
        "serving_container": told["serving_container"],
        "request_content_type": told["request_content_type"],
        "accept": told["accept"],
        "prediction_path": told["prediction_path"],
        "endpoint_instance_type": instance_type,
        "endpoint_volume": defaults.security.endpoint_volume(instance_type),
    }
    if "reply" in told:
        champion["reply"] = told["reply"]
    return champion


def served(record: ProductionRecord) -> dict[str, Any]:
    """What a planned champion has of its record, by the names that it has there."""
    environment = {"Environment": record["environment"]} if record["environment"] else {}
    return {
        "algorithm": record["algorithm"],
        "image_uri": record["image"],
        "model_data_url": record["model"]["url"],
        "serving_container": environment,
        "request_content_type": record["request_content_type"],
        "accept": record["accept"],
        "prediction_path": record["prediction_path"],
        **({"reply": record["reply"]} if "reply" in record else {}),
    }


def _free_name(taken: Container[str]) -> str:
    """A candidate may be called champion, too."""
    return next(name for n in count(1) if (name := _NAME if n == 1 else f"{_NAME}-{n}") not in taken)
