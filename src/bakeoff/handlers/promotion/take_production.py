"""Take production: whether a promotion may go on, and what it needs from SageMaker."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.executions import Executions
from bakeoff.adapters.prices import prices_of
from bakeoff.adapters.production.endpoint import SageMakerProduction
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import region
from bakeoff.config.production import TakeSettings
from bakeoff.domain.cost.production import ProductionBudget
from bakeoff.domain.planning.security import JobSecurity
from bakeoff.domain.promotion.swap import OURS, Taking
from bakeoff.domain.run.tags import cost_tags_of, tags_of
from bakeoff.handlers.telemetry import field, instrumented

SETTINGS = TakeSettings.read()
STORE = S3RunStore(SETTINGS.bucket)
PRODUCTION = SageMakerProduction(SETTINGS.production_endpoint)
EXECUTIONS = Executions(SETTINGS.state_machine_arn)
SECURITY = JobSecurity(SETTINGS.kms_key_arn, SETTINGS.subnet_ids, SETTINGS.security_group_ids)
INSTANCES = SETTINGS.production_instance_count
TAGS = cost_tags_of(SETTINGS.cost_tags)
BUDGET = (
    ProductionBudget(
        SETTINGS.production_instance_type,
        SETTINGS.production_instance_count,
        SETTINGS.max_monthly_production_cost,
        prices=lambda: prices_of(region(), STORE, datetime.now(UTC)),
    )
    if SETTINGS.max_monthly_production_cost > 0
    else None
)


def _said(event: Any, answer: Any) -> str:
    return (
        f"{event['execution']}: the turn is {answer['turn']}, production {answer.get('config', 'unchanged')}"
    )


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    execution, started_at = field(event, "execution"), field(event, "started_at")
    taking = Taking(PRODUCTION, STORE, EXECUTIONS, execution, started_at, INSTANCES, BUDGET)
    taken = taking.take(field(event, "input"))
    if taken["turn"] != OURS:
        return taken
    return {
        **taken,
        "tags": tags_of(SETTINGS.stack_name, taken["run_id"], TAGS),
        "network": SECURITY.network(),
        "volume": SECURITY.endpoint_volume(SETTINGS.production_instance_type),
    }
