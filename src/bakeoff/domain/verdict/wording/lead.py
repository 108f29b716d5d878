"""By how much the best candidate leads, and what may be said of that."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.domain.statistics.registry import TaskKind, metric_of
from bakeoff.domain.verdict.wording.figures import figure
from bakeoff.domain.verdict.wording.rows import Rows


@dataclass(frozen=True)
class Lead:
    """The best candidate's lead over the nearest rival: the metric's values of both, the half-width of the
    lead's interval, and the margin up to which a lead counts as none, all in the metric's unit; that margin
    as a share of the best's error, and how many times as large another training makes the half-width.
    `rivals` are those that the sentences are about, the nearest first, of `compared` candidates that are not
    the best; `rows` are the test rows.
    """

    metric: str
    confidence: float
    best: str
    value: float
    nearest: str
    nearest_value: float
    half_width: float
    margin: float
    inflation: float
    margin_share: float
    rivals: Sequence[str]
    compared: int
    rows: Rows
    task: TaskKind = "regression"

    @property
    def size(self) -> float:
        return abs(self.nearest_value - self.value)

    @property
    def interval(self) -> str:
        if math.isinf(self.half_width):
            return f"no {100 * self.confidence:.3g}% interval can be given"
        low, high = figure(self.size - self.half_width), figure(self.size + self.half_width)
        return f"{100 * self.confidence:.3g}% interval {low} to {high}"

    @property
    def is_small(self) -> bool:
        return self.size <= self.margin

    @property
    def excludes_chance(self) -> bool:
        """For the two trained models alone."""
        return self.half_width < self.size

    @property
    def may_be_small(self) -> bool:
        return self.is_small or (self.excludes_chance and self.size - self.half_width <= self.margin)

    @property
    def outlasts_training(self) -> bool:
        return self.size - self.inflation * self.half_width > self.margin

    @property
    def score(self) -> str:
        metric = metric_of(self.task, self.metric)
        return f"{metric.name} of {figure(self.value)}{metric.unit}"
