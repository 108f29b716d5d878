"""Sweep resources: after a run that did not end well, or on a schedule, nothing of it may cost money."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.accounting import Accounting
from bakeoff.adapters.endpoint_logs import EndpointLogs
from bakeoff.adapters.endpoints import SageMakerHosting
from bakeoff.adapters.executions import Executions
from bakeoff.adapters.inventory import SageMakerInventory
from bakeoff.adapters.prices import prices_of
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import SweepSettings, region
from bakeoff.domain.cleanup.janitor import Janitor, Sweep
from bakeoff.domain.cost.accounting import settle_ended
from bakeoff.domain.errors import InvalidEvent, InvalidRunId
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.handlers.telemetry import (
    EXECUTION_ENDED,
    SCHEDULED,
    counted,
    emit,
    field,
    instrumented,
    logger,
)
from bakeoff.report.run_metrics import leaked_resources, run_cost

SETTINGS = SweepSettings.read()
JANITOR = Janitor(
    stack=SETTINGS.stack_name,
    resource_prefix=SETTINGS.resource_prefix,
    inventory=SageMakerInventory(),
    hosting=SageMakerHosting(),
    runs=Executions(SETTINGS.state_machine_arn),
)
STORE = S3RunStore(SETTINGS.bucket)
# Where no run has had a plan yet, nobody has asked for a price.
ACCOUNTING = Accounting(SETTINGS.resource_prefix, SETTINGS.state_machine_arn, region(), STORE, prices_of)
LOGS = (
    EndpointLogs(SETTINGS.resource_prefix, SETTINGS.endpoint_log_days) if SETTINGS.endpoint_log_days else None
)


def _said(event: Any, answer: Any) -> str:
    ended = "the runs that have ended"
    if event["detail-type"] == EXECUTION_ENDED:
        # In Step Functions' words: a run that was stopped is ABORTED, not FAILED.
        ended = f"run {event['detail']['name']}, which is {event['detail'].get('status')}"
    return f"swept after {ended}: {counted(answer['found'], 'thing')} left"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    sweep = _sweep(event)
    _tell(sweep)
    if event["detail-type"] == SCHEDULED:
        # What is left in SageMaker costs money and goes first; a failure here is told like one there.
        with sweep.errors.collecting():
            _expire_logs()
        with sweep.errors.collecting():
            _settle()
    if event["detail-type"] == EXECUTION_ENDED:
        # The report, which a run that ended badly may not have come to, brings the receipt of all others.
        with sweep.errors.collecting():
            _account(field(event["detail"], "name"))
    # Lambda calls again after a failure, a minute later and then two; after that the schedule does.
    sweep.require_complete()
    return {"found": len(sweep.found)}


def _expire_logs() -> None:
    if LOGS:
        for name in LOGS.expire():
            logger.info(f"limited the log group {name} to {LOGS.days} days")


def _settle() -> None:
    if SETTINGS.max_daily_cost > 0:
        for each in settle_ended(STORE, JANITOR.runs.is_running, ACCOUNTING, datetime.now(UTC)):
            emit([run_cost(each)])


def _account(run_id: str) -> None:
    with suppress(InvalidRunId):  # such a run can have no files
        emit([run_cost(ACCOUNTING.account(WritableRunFiles(STORE, run_id)))])


def _sweep(event: dict[str, Any]) -> Sweep:
    kind = field(event, "detail-type")
    if kind == EXECUTION_ENDED:
        return JANITOR.sweep_run(field(field(event, "detail"), "name"))
    if kind == SCHEDULED:
        return JANITOR.sweep_orphans(datetime.now(UTC) - timedelta(minutes=SETTINGS.orphan_minutes))
    raise InvalidEvent(
        f"The detail-type is {kind!r}, but only {EXECUTION_ENDED!r} and {SCHEDULED!r} say what to sweep: "
        "see events/sweep-resources.json."
    )


def _tell(sweep: Sweep) -> None:
    for outcome, resources in (("released", sweep.released), ("pending", sweep.pending)):
        for resource in resources:
            logger.info(f"{outcome}: {resource}", resource_arn=resource.arn)
    emit([leaked_resources(sweep.found)])
