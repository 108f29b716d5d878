"""Plans and prices for tests of costs, and runs that go as the workflow may let them go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from bakeoff.domain.cost.prices import Item, Kind, Price, Unknown
from bakeoff.domain.cost.receipt import Spent
from bakeoff.domain.cost.units import TrainedUnit, final_units, units_of
from bakeoff.domain.cost.workflow import RECORD, RELEASE, SCORE, TRAININGS, Capacity
from bakeoff.domain.run.documents import Plan

LARGE, XLARGE = "ml.m5.large", "ml.m5.xlarge"
HOURLY = {LARGE: Decimal("0.115"), XLARGE: Decimal("0.23")}
SMALL: Mapping[Kind, Decimal] = {
    Kind.PROCESSING_DISK: Decimal("0.110"),
    Kind.TRAINING_DISK: Decimal("0.154"),
    Kind.HOSTING_DISK: Decimal("0.154"),
    Kind.TRANSITION: Decimal("0.000025"),
    Kind.FUNCTION: Decimal("0.0000166667"),
    Kind.REQUEST: Decimal("0.0000002"),
}
CAPACITY = Capacity(
    processing_instance_type=XLARGE,
    processing_instances=1,
    volume_gb=30,
    max_concurrency=5,
    run_seconds=14400,
    endpoint_seconds=1800,
    endpoint_poll_seconds=30,
    quota_wait_seconds=3600,
)


@dataclass(frozen=True)
class FixedPrices:
    """In dollars; `missing` has none."""

    missing: frozenset[Item] = frozenset()
    hourly: Mapping[str, Decimal] = field(default_factory=lambda: HOURLY)
    region: str = "us-east-1"

    def of(self, item: Item) -> Price | Unknown:
        if item in self.missing or item.instance_type not in {"", *self.hourly}:
            return Unknown(item, self.region, "AWS lists none there.")
        amount = self.hourly[item.instance_type] if item.instance_type else SMALL[item.kind]
        return Price(amount, "USD", self.region, "2026-08-11", "a list")


def candidate(name: str = "xgboost", **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "training_instance_type": LARGE,
        "endpoint_instance_type": LARGE,
        "volume_gb": 30,
        "stopping_condition": {"MaxRuntimeInSeconds": 3600},
        **changes,
    }


def plan_of(*candidates: Mapping[str, Any], folds: int = 0) -> Plan:
    split = {"folds": folds} if folds else {}
    return cast(Plan, {"candidates": list(candidates or (candidate(),)), "split": split})


def with_champion(plan: Plan, endpoint_type: str = LARGE) -> Plan:
    """The same plan where a model is in production."""
    champion = {"kind": "champion", "name": "champion", "endpoint_instance_type": endpoint_type}
    return cast(Plan, {**plan, "promotion": {"mode": "Propose", "champion": champion}})


def spent_by(plan: Plan, capacity: Capacity, draw: Callable[[float, float], float]) -> list[Spent]:
    """What a run may use, whose every duration `draw` chooses between two seconds.

    As many candidates at once as may be; a job of which the deadline makes an end goes on until clean-up has
    stopped it, and an endpoint until clean-up has seen it go.
    """
    run = _Run(capacity, draw)
    prepared = run.prepare()
    slots = [prepared] * capacity.max_concurrency
    for unit in units_of(plan):
        number = slots.index(min(slots))
        slots[number] = run.unit(unit, slots[number])
    for unit in final_units(plan)[:1]:
        seconds = draw(0, min(unit.job_seconds, max(0, capacity.run_seconds - max(slots))))
        run.spend(Kind.TRAINING, unit.training_type, seconds, unit.volume_gb, Kind.TRAINING_DISK)
    return run.spent


@dataclass
class _Run:
    capacity: Capacity
    draw: Callable[[float, float], float]
    spent: list[Spent] = field(default_factory=list)

    def spend(
        self, kind: Kind, instance_type: str, seconds: float, disk: int, disk_kind: Kind, count: int = 1
    ) -> None:
        extent = Decimal(str(seconds))
        self.spent += [
            Spent(Item(kind, instance_type), extent, extent, "", Decimal(count)),
            Spent(Item(disk_kind), extent, extent, "", Decimal(disk * count)),
        ]

    def prepare(self) -> float:
        capacity = self.capacity
        seconds = self.draw(0, capacity.run_seconds)
        self.spend(
            Kind.PROCESSING,
            capacity.processing_instance_type,
            seconds,
            capacity.volume_gb,
            Kind.PROCESSING_DISK,
            capacity.processing_instances,
        )
        return seconds

    def unit(self, unit: TrainedUnit, now: float) -> float:
        for _ in range(round(self.draw(1, TRAININGS)) if unit.jobs else 0):
            now = self._train(unit, now)
        return self._host(unit, now) if now <= self.capacity.run_seconds else now

    def _train(self, unit: TrainedUnit, now: float) -> float:
        rounds = -(-unit.jobs // unit.parallel)
        seconds = self.draw(0, rounds * unit.job_seconds)
        left = max(1, self.capacity.run_seconds - now)
        if seconds > left:
            seconds = left + self.draw(0, RECORD.longest + RELEASE.seconds)
        billed = min(seconds, rounds * unit.job_seconds)
        jobs = min(unit.jobs, unit.parallel)
        # Of the last round perhaps fewer than in parallel: at most what all jobs together may last.
        each = min(billed, unit.jobs * unit.job_seconds / jobs)
        self.spend(Kind.TRAINING, unit.training_type, each, unit.volume_gb, Kind.TRAINING_DISK, jobs)
        return now + seconds

    def _host(self, unit: TrainedUnit, now: float) -> float:
        capacity = self.capacity
        waited = min(self.draw(0, capacity.endpoint_seconds), max(0, capacity.run_seconds - now))
        scored = min(self.draw(0, SCORE.longest), max(0, capacity.run_seconds - now - waited))
        recorded = self.draw(0, RECORD.longest)
        released = self.draw(0, capacity.endpoint_seconds + RELEASE.longest)
        seconds = waited + scored + recorded + released
        self.spend(Kind.HOSTING, unit.endpoint_type, seconds, 30, Kind.HOSTING_DISK)
        return now + seconds
