"""What the stack says of production."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bakeoff.config import BucketSettings, StartSettings, _Settings


@dataclass(frozen=True)
class EndpointSettings(_Settings):
    """The name of production's endpoint, and of its model package group."""

    production_endpoint: str


@dataclass(frozen=True)
class ProductionSettings(BucketSettings, EndpointSettings):
    """Where production's versions lie."""


@dataclass(frozen=True)
class DiscardSettings(ProductionSettings, StartSettings):
    """Whose promotions leave something behind."""


@dataclass(frozen=True)
class TakeSettings(ProductionSettings, StartSettings):
    """What the requests of a promotion are made of; key, subnets, security groups and cost tags
    ("key=value") may be empty, a cost of 0 sets no limit.
    """

    stack_name: str
    cost_tags: tuple[str, ...]
    production_instance_type: str
    production_instance_count: int
    max_monthly_production_cost: Decimal
    kms_key_arn: str
    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]


@dataclass(frozen=True)
class RecordSettings(ProductionSettings):
    """So many versions are kept, and that topic is told."""

    keep_versions: int
    topic_arn: str
