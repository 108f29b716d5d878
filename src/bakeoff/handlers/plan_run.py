"""Plan run: the list of algorithms, the snapshot of the data, the names of everything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.resources import read_catalogue, read_image_table, read_script
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import PlanSettings, region
from bakeoff.domain.errors import InvalidEvent
from bakeoff.domain.intake.turns import NO_SETTINGS
from bakeoff.domain.messages import excerpt
from bakeoff.domain.planning.candidates import CandidateDefaults
from bakeoff.domain.planning.planner import Planner, PlanOptions
from bakeoff.domain.planning.security import JobSecurity
from bakeoff.domain.planning.splits import split_by
from bakeoff.domain.reading.target import EXECUTION, Target
from bakeoff.domain.run.tags import cost_tags_of
from bakeoff.handlers.telemetry import counted, field, instrumented

SETTINGS = PlanSettings.read()
PLANNER = Planner(
    store=S3RunStore(SETTINGS.bucket),
    catalogue=read_catalogue(),
    images=read_image_table(),
    script=read_script(SETTINGS.spark_code_dir),
    options=PlanOptions(
        stack=SETTINGS.stack_name,
        cost_tags=cost_tags_of(SETTINGS.cost_tags),
        defaults=CandidateDefaults(
            region=region(),
            resource_prefix=SETTINGS.resource_prefix,
            training_instance_type=SETTINGS.training_instance_type,
            endpoint_instance_type=SETTINGS.endpoint_instance_type,
            volume_gb=SETTINGS.volume_gb,
            max_training_seconds=SETTINGS.max_training_seconds,
            security=JobSecurity(SETTINGS.kms_key_arn, SETTINGS.subnet_ids, SETTINGS.security_group_ids),
        ),
        max_rejected_share=SETTINGS.max_rejected_share,
        feature_count=SETTINGS.feature_count,
        target=Target(SETTINGS.target),
        spark_version=SETTINGS.spark_version,
        processing_instance_type=SETTINGS.processing_instance_type,
        split=split_by(SETTINGS.train_fraction, SETTINGS.validation_fraction),
    ),
)

# `trigger` is what StartRun puts in; the last two are Step Functions' own.
_KNOWN_KEYS = NO_SETTINGS | {"algorithms", "target"}


def _said(event: Any, answer: Any) -> str:
    counts = f"{counted(answer['inputs'], 'input')}, {counted(answer['candidates'], 'candidate')}"
    return f"planned run {event['run_id']}: {counts}"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    given = _input(field(event, "input"))
    return PLANNER.plan(field(event, "run_id"), _requested(given), now, _target(given))


def _input(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise InvalidEvent('The execution\'s input must be a JSON object: {} or {"algorithms": [...]}.')
    if unknown := sorted(set(given) - _KNOWN_KEYS):
        raise InvalidEvent(
            f"The execution's input has {excerpt(unknown[0])}, which means nothing here: correct it to "
            '"algorithms" or "target", or set the parameter of the stack that it stands for.'
        )
    return given


def _requested(given: dict[str, Any]) -> list[Any]:
    requested = given.get("algorithms", list(SETTINGS.algorithms))
    if not isinstance(requested, list):
        raise InvalidEvent('"algorithms" in the execution\'s input must be a list of names or objects.')
    return requested


def _target(given: dict[str, Any]) -> Target | None:
    """Over the stack's: a column's name, or its position as a number or as text."""
    target = given.get("target")
    if target is None:
        return None
    is_position = isinstance(target, int) and not isinstance(target, bool) and target > 0
    if not is_position and not (isinstance(target, str) and target.strip()):
        raise InvalidEvent(
            '"target" in the execution\'s input must be the name of a column or its position from 1, not '
            f"{excerpt(target)}."
        )
    return Target(str(target), EXECUTION)
