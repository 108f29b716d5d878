from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from bakeoff import config
from bakeoff.config import BucketSettings, region
from bakeoff.config.planning import PlanSettings
from bakeoff.domain.errors import ConfigurationError

PLAN = {
    "BAKEOFF_BUCKET": "data-bucket",
    "BAKEOFF_STACK_NAME": "bakeoff",
    "BAKEOFF_COST_TAGS": "",
    "BAKEOFF_ALGORITHMS": "xgboost, linear-learner,,knn ",
    "BAKEOFF_RESOURCE_PREFIX": "bakeoff-1a2b3c4d",
    "BAKEOFF_PROCESSING_INSTANCE_TYPE": "ml.m5.xlarge",
    "BAKEOFF_TRAINING_INSTANCE_TYPE": "ml.m5.large",
    "BAKEOFF_ENDPOINT_INSTANCE_TYPE": "ml.m5.large",
    "BAKEOFF_VOLUME_GB": "30",
    "BAKEOFF_PROCESSING_INSTANCES": "1",
    "BAKEOFF_MAX_CONCURRENCY": "5",
    "BAKEOFF_ENDPOINT_SECONDS": "1800",
    "BAKEOFF_ENDPOINT_POLL_SECONDS": "30",
    "BAKEOFF_QUOTA_WAIT_SECONDS": "3600",
    "BAKEOFF_MAX_RUN_COST": "0.10",
    "BAKEOFF_MAX_DAILY_COST": "0",
    "BAKEOFF_MAX_TRAINING_SECONDS": "3600",
    "BAKEOFF_RUN_SECONDS": "14400",
    "BAKEOFF_TRAIN_FRACTION": "0.7",
    "BAKEOFF_VALIDATION_FRACTION": "0.15",
    "BAKEOFF_MAX_REJECTED_SHARE": "0.01",
    "BAKEOFF_FEATURE_COUNT": "0",
    "BAKEOFF_TARGET": "",
    "BAKEOFF_METRIC": "rmse",
    "BAKEOFF_CONFIDENCE": "0.95",
    "BAKEOFF_EQUIVALENCE_MARGIN": "0.01",
    "BAKEOFF_PREFERENCE": "lowest-error",
    "BAKEOFF_FOLDS": "0",
    "BAKEOFF_MAX_SCORED_ROWS": "0",
    "BAKEOFF_LATENCY_CALLS": "50",
    "BAKEOFF_SPARK_VERSION": "3.5-cpu-py312-v1.4",
    "BAKEOFF_SPARK_CODE_DIR": "/opt",
    "BAKEOFF_KMS_KEY_ARN": "",
    "BAKEOFF_NETWORK_ISOLATION": "false",
    "BAKEOFF_SUBNET_IDS": "",
    "BAKEOFF_SECURITY_GROUP_IDS": "",
    "BAKEOFF_PROMOTION": "Off",
    "BAKEOFF_PRODUCTION_ENDPOINT": "",
    "BAKEOFF_PRODUCTION_INSTANCE_COUNT": "1",
    "BAKEOFF_PROMOTION_TRAFFIC": "all-at-once",
    "BAKEOFF_PROMOTION_BAKE_SECONDS": "300",
    "BAKEOFF_PROMOTION_TIMEOUT_SECONDS": "3600",
}
SETTINGS = [
    kind
    for kind in vars(config).values()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind) and not kind.__name__.startswith("_")
]


def test_values_have_the_types_that_the_fields_say() -> None:
    settings = PlanSettings.read(PLAN)

    assert settings.algorithms == ("xgboost", "linear-learner", "knn")
    assert (settings.volume_gb, settings.train_fraction) == (30, 0.7)
    assert settings.spark_version == "3.5-cpu-py312-v1.4"
    # Not as a binary fraction.
    assert settings.max_run_cost == Decimal("0.1")


@pytest.mark.parametrize("variable", sorted(PLAN))
def test_a_missing_value_is_named(variable: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        PlanSettings.read({name: value for name, value in PLAN.items() if name != variable})

    assert str(refusal.value) == (f"The environment variable {variable} is missing: set it in template.yaml.")


@pytest.mark.parametrize(
    ("variable", "value", "kind"),
    [
        ("BAKEOFF_VOLUME_GB", "many", "int"),
        ("BAKEOFF_TRAIN_FRACTION", "most", "float"),
        ("BAKEOFF_MAX_RUN_COST", "much", "Decimal"),
        ("BAKEOFF_MAX_RUN_COST", "Infinity", "Decimal"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(variable: str, value: str, kind: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        PlanSettings.read({**PLAN, variable: value})

    assert str(refusal.value) == (
        f"The environment variable {variable} is {value!r}, which is not of type {kind}."
    )


def test_what_a_function_does_not_need_is_not_asked_for() -> None:
    assert BucketSettings.read({"BAKEOFF_BUCKET": "b", "BAKEOFF_OTHER": "x"}).bucket == "b"


@pytest.mark.parametrize("kind", SETTINGS)
def test_every_field_has_a_type_that_can_be_read(kind: type) -> None:
    assert {str(field.type) for field in dataclasses.fields(kind)} <= set(config._PARSERS)


def test_settings_do_not_change() -> None:
    settings = BucketSettings.read({"BAKEOFF_BUCKET": "b"})

    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.bucket = "other"  # type: ignore[misc]


def test_the_region_is_what_lambda_says() -> None:
    assert region({"AWS_REGION": "eu-central-1"}) == "eu-central-1"
