"""What the stack says of every plan, and the region in which it is made."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bakeoff.config import BucketSettings


@dataclass(frozen=True)
class PlanSettings(BucketSettings):
    """Sizes in GB, times in seconds, shares of 1; `feature_count` 0 infers it from the data, a cost of 0 sets
    no limit. Target, key, subnets, security groups and cost tags ("key=value") may be empty; production's
    endpoint is with promotion Off.
    """

    stack_name: str
    algorithms: tuple[str, ...]
    resource_prefix: str
    processing_instance_type: str
    training_instance_type: str
    endpoint_instance_type: str
    volume_gb: int
    processing_instances: int
    max_concurrency: int
    endpoint_seconds: int
    endpoint_poll_seconds: int
    quota_wait_seconds: int
    max_run_cost: Decimal
    max_daily_cost: Decimal
    max_training_seconds: int
    run_seconds: int
    train_fraction: float
    validation_fraction: float
    max_rejected_share: float
    feature_count: int
    target: str
    metric: str
    confidence: float
    equivalence_margin: float
    preference: str
    folds: int
    max_scored_rows: int
    latency_calls: int
    spark_version: str
    spark_code_dir: str
    kms_key_arn: str
    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]
    network_isolation: bool
    cost_tags: tuple[str, ...]
    promotion: str
    production_endpoint: str
    production_instance_count: int
    promotion_traffic: str
    promotion_bake_seconds: int
    promotion_timeout_seconds: int
