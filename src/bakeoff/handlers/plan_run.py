"""Plan run: the list of algorithms, the snapshot of the data, the names of everything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.prices import prices_of
from bakeoff.adapters.production.endpoint import SageMakerProduction
from bakeoff.adapters.resources import (
    read_catalogue,
    read_image_table,
    read_scripts,
    read_spark_job,
    read_vocabulary,
)
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import region
from bakeoff.config.planning import PlanSettings
from bakeoff.domain.cost.budget import Budget
from bakeoff.domain.cost.ledger import Ledger
from bakeoff.domain.cost.workflow import Capacity
from bakeoff.domain.errors import InvalidEvent
from bakeoff.domain.planning.candidates import CandidateDefaults
from bakeoff.domain.planning.champion import PromotionOptions, mode_of
from bakeoff.domain.planning.planner import Planner, PlanOptions
from bakeoff.domain.planning.security import JobSecurity
from bakeoff.domain.planning.splits import split_by
from bakeoff.domain.planning.updates import UpdateTiming
from bakeoff.domain.run.tags import cost_tags_of
from bakeoff.handlers.telemetry import counted, field, instrumented

SETTINGS = PlanSettings.read()
CATALOGUE, VOCABULARY = read_catalogue(), read_vocabulary()
# While the function starts, when no run waits for it yet.
CATALOGUE.compile()
VOCABULARY.compile()


def _as_setting(value: Any) -> Any:
    """A parameter's value as the other places would write it; an empty one says nothing."""
    if isinstance(value, tuple):
        return list(value)
    return None if value == "" else value


STORE = S3RunStore(SETTINGS.bucket)
BUDGET = Budget(
    Capacity(
        SETTINGS.processing_instance_type,
        SETTINGS.processing_instances,
        SETTINGS.volume_gb,
        SETTINGS.max_concurrency,
        SETTINGS.run_seconds,
        SETTINGS.endpoint_seconds,
        SETTINGS.endpoint_poll_seconds,
        SETTINGS.quota_wait_seconds,
    ),
    prices=lambda items: prices_of(region(), STORE, datetime.now(UTC)).look_up(items),
    most=SETTINGS.max_run_cost,
    ledger=(lambda: Ledger(STORE, SETTINGS.max_daily_cost, datetime.now(UTC)))
    if SETTINGS.max_daily_cost > 0
    else None,
)


def _promotion() -> PromotionOptions | None:
    mode = mode_of(SETTINGS.promotion)
    if mode is None:
        return None
    timing = UpdateTiming(
        SETTINGS.promotion_traffic,
        SETTINGS.production_instance_count,
        SETTINGS.promotion_bake_seconds,
        SETTINGS.promotion_timeout_seconds,
    )
    return PromotionOptions(mode, SageMakerProduction(SETTINGS.production_endpoint), timing)


PLANNER = Planner(
    store=STORE,
    budget=BUDGET,
    catalogue=CATALOGUE,
    vocabulary=VOCABULARY,
    images=read_image_table(),
    spark_job=read_spark_job(SETTINGS.spark_code_dir),
    scripts=read_scripts(),
    promotion=_promotion(),
    options=PlanOptions(
        stack=SETTINGS.stack_name,
        cost_tags=cost_tags_of(SETTINGS.cost_tags),
        network_isolation=SETTINGS.network_isolation,
        defaults=CandidateDefaults(
            region=region(),
            resource_prefix=SETTINGS.resource_prefix,
            training_instance_type=SETTINGS.training_instance_type,
            endpoint_instance_type=SETTINGS.endpoint_instance_type,
            volume_gb=SETTINGS.volume_gb,
            max_training_seconds=SETTINGS.max_training_seconds,
            run_seconds=SETTINGS.run_seconds,
            security=JobSecurity(SETTINGS.kms_key_arn, SETTINGS.subnet_ids, SETTINGS.security_group_ids),
        ),
        max_rejected_share=SETTINGS.max_rejected_share,
        feature_count=SETTINGS.feature_count,
        settings={name: _as_setting(getattr(SETTINGS, name)) for name in VOCABULARY.of_the_stack},
        spark_version=SETTINGS.spark_version,
        processing_instance_type=SETTINGS.processing_instance_type,
        split=split_by(SETTINGS.train_fraction, SETTINGS.validation_fraction),
    ),
)


def _said(event: Any, answer: Any) -> str:
    counts = f"{counted(answer['inputs'], 'input')}, {counted(answer['candidates'], 'candidate')}"
    if "folds" in answer:
        counts += f" in {answer['folds']} folds, at most {answer['training_jobs']} training jobs"
    return f"planned run {event['run_id']}: {counts}; it may cost at most {answer.get('most', 'unknown')}"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    given = field(event, "input")
    if not isinstance(given, dict):
        raise InvalidEvent('The execution\'s input must be a JSON object: {} or {"algorithms": [...]}.')
    return PLANNER.plan(field(event, "run_id"), given, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
