"""A run's CloudWatch metrics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bakeoff.domain.cost.accounting import Accounted
from bakeoff.domain.run.documents import ComparedCandidate, Comparison


@dataclass(frozen=True)
class Measurement:
    """`unit` is one of CloudWatch's; `candidate` is None for what concerns the run as a whole."""

    name: str
    unit: str
    value: float
    candidate: str | None = None


def leaked_resources(leftovers: Sequence[object]) -> Measurement:
    """How much was left behind in SageMaker, which an alarm watches."""
    return Measurement("LeakedResources", "Count", float(len(leftovers)))


def undelivered_notifications(count: int) -> Measurement:
    """How many notifications could not be sent, which an alarm watches."""
    return Measurement("UndeliveredNotifications", "Count", float(count))


def measurements_of(comparison: Comparison) -> Iterator[Measurement]:
    """The outcome of the run, and each candidate's error, latency and training time where they are known."""
    outcome = comparison["verdict"]["outcome"]
    for possible in ("winner", "tie", "inconclusive"):
        yield Measurement(f"Outcome{possible.title()}", "Count", float(outcome == possible))
    for candidate in comparison["candidates"]:
        yield from _of_candidate(candidate)


def run_cost(accounted: Accounted) -> Measurement:
    """At most, in the currency of the price list; of a receipt in the place of another, what is more."""
    return Measurement("RunCost", "None", float(accounted.more))


def _of_candidate(candidate: ComparedCandidate) -> Iterator[Measurement]:
    name = candidate["name"]
    yield Measurement("CandidateFailed", "Count", float(candidate["status"] == "failed"), name)
    if candidate["status"] == "failed":
        return
    values = {
        **{(metric, "None"): value for metric, value in candidate["metrics"].items()},
        ("LatencyP50", "Milliseconds"): candidate["latency_ms"]["p50"],
        ("LatencyP95", "Milliseconds"): candidate["latency_ms"]["p95"],
        ("TrainingTime", "Seconds"): candidate["training_seconds"],
    }
    known = ((key, value) for key, value in values.items() if value is not None)
    yield from (Measurement(metric, unit, float(value), name) for (metric, unit), value in known)
