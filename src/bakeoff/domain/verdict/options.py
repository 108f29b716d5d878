"""How a verdict is to be reached, and who takes part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bakeoff.domain.run.documents import ServingCost, Settings
from bakeoff.domain.statistics.registry import METRIC_NAMES as METRIC_NAMES
from bakeoff.domain.statistics.registry import METRICS_OF, Metric, TaskKind, metric_of

if TYPE_CHECKING:
    # What only reads a verdict has no numpy, or no time to import it.
    from bakeoff.domain.statistics.resampling import Array

METRICS = tuple(METRICS_OF["regression"])
PREFERENCES = ("lowest-error", "lowest-latency", "shortest-training", "lowest-cost")
# From here on the measured coverage of the intervals is 95% +- 2 points (benchmarks/results/verdict.md), and
# from fewer distinct rows no resampling learns how large the rare errors are.
MIN_TEST_ROWS = 50
# Of every class: with fewer, what is said of one rests on a handful of rows.
MIN_CLASS_ROWS = 25
MIN_RESAMPLES = 10_000
# Twenty times as many change the third digit of a p-value; far more would not end.
MAX_RESAMPLES = 1_000_000


@dataclass(frozen=True)
class VerdictOptions:
    """The metric, one of the task's; the confidence of intervals and claims, 0.5 to 0.999; which of
    candidates that cannot be told apart to recommend; how many resamples to draw, 10,000 to 1,000,000, and
    their seed, 0 to 2**64 - 1; the share of the best's error, 0 to 0.5, up to which a lead counts as none;
    and the task.

    Raises ValueError when a value is out of its range.
    """

    metric: str = "rmse"
    confidence: float = 0.95
    preference: str = "lowest-error"
    resamples: int = MIN_RESAMPLES
    seed: int = 20261123
    equivalence_margin: float = 0.01
    task: TaskKind = "regression"

    def __post_init__(self) -> None:
        metric_of(self.task, self.metric)
        _choice("preference", self.preference, PREFERENCES)
        if not 0.5 <= self.confidence <= 0.999:
            raise ValueError(f"the confidence must be 0.5 to 0.999, not {self.confidence}")
        if not MIN_RESAMPLES <= self.resamples <= MAX_RESAMPLES:
            raise ValueError(
                f"a verdict takes {MIN_RESAMPLES} to {MAX_RESAMPLES} resamples, not {self.resamples}"
            )
        if not 0 <= self.seed < 2**64:
            raise ValueError(f"the seed must be at least 0 and below 2**64, not {self.seed}")
        if not 0 <= self.equivalence_margin <= 0.5:
            raise ValueError(f"the equivalence margin must be 0 to 0.5, not {self.equivalence_margin}")

    @classmethod
    def of(cls, settings: Settings, **drawn: int) -> Self:
        """What a plan settled; `drawn` are the resamples and their seed, where these are other than usual."""
        return cls(
            task=settings["task"]["value"] if "task" in settings else "regression",
            metric=settings["metric"]["value"],
            confidence=float(settings["confidence"]["value"]),
            preference=settings["preference"]["value"],
            equivalence_margin=float(settings["equivalence_margin"]["value"]),
            **drawn,
        )

    @property
    def measured(self) -> Metric:
        return metric_of(self.task, self.metric)

    @property
    def alpha(self) -> float:
        """The largest p-value that is significant: 1 - confidence, but for a rounding error."""
        return round(1 - self.confidence, 12)


@dataclass(frozen=True)
class Candidate:
    """A finished candidate: its predictions of the test rows, shape (n,), in the label's unit and in the same
    order for every candidate; the median latency of a single-row request in milliseconds, the training time
    in seconds and what a million predictions cost, each None when unknown. Of classes, the predictions are
    their numbers, and `probabilities`, shape (n, K), None of a candidate that names a class only.
    """

    name: str
    predicted: Sequence[float] | Array
    latency_ms: float | None = None
    training_seconds: float | None = None
    probabilities: Array | None = None
    cost_per_million: ServingCost | None = None

    def cost(self, preference: str) -> float | None:
        """What the preference looks at beside the metric, None when unknown or nothing."""
        costs = {
            "lowest-latency": self.latency_ms,
            "shortest-training": self.training_seconds,
            "lowest-cost": self.cost_per_million and float(self.cost_per_million["amount"]),
        }
        return costs.get(preference)

    def may_cost_as_little_as(self, other: Candidate) -> bool | None:
        """Whether the throughput of both was measured so often that a million predictions may cost no more
        than the other's, for all that is known; None where nobody measured that.
        """
        ours, theirs = self.cost_per_million, other.cost_per_million
        least = ours.get("low") if ours else None
        most = theirs.get("high") if theirs else None
        return None if least is None or most is None else float(least) <= float(most)

    @property
    def currency(self) -> str:
        """Of what a million predictions cost; empty where nobody knows."""
        return self.cost_per_million["price"]["currency"] if self.cost_per_million else ""


def _choice(what: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise ValueError(f"the {what} {value!r} is unknown; choose one of {', '.join(allowed)}")
