"""How a run's candidates were evaluated: on the test rows of one split, or on all rows in folds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import stdev

from bakeoff.domain.datasets.test_rows import HeldOutSplit, read_test_rows
from bakeoff.domain.errors import InconsistentPredictions
from bakeoff.domain.run.documents import (
    Baseline,
    ClassRows,
    CompletedCandidate,
    MetricValues,
    Plan,
    SplitRows,
    Summary,
)
from bakeoff.domain.run.files import RunFiles, predictions_of
from bakeoff.domain.run.folds import fold_summaries, folds_of
from bakeoff.domain.run.task import Task
from bakeoff.domain.scoring.predictions import Predictions
from bakeoff.domain.verdict.baselines import baseline, metrics_of
from bakeoff.domain.verdict.training import FoldScores


@dataclass(frozen=True)
class Evaluation:
    """`summaries` are the run's own, or one of each fold; `metrics` of each candidate those in each fold,
    none without folds.
    """

    run: RunFiles
    plan: Plan
    summaries: Sequence[Summary]
    metrics: Mapping[str, Sequence[MetricValues]]

    @classmethod
    def of(
        cls, run: RunFiles, plan: Plan, summary: Summary, task: Task, predictions: Mapping[str, Predictions]
    ) -> Evaluation:
        """Raises InconsistentPredictions when predictions are not of every fold, one after the other."""
        if not folds_of(plan):
            return cls(run, plan, [summary], {})
        # A saved plan may name any number of them.
        summaries = fold_summaries(summary)
        for name, found in predictions.items():
            if list(dict.fromkeys(found.folds or ())) != list(range(len(summaries))):
                raise InconsistentPredictions(run.key(predictions_of(name)), "does not hold every fold")
        metrics = {
            name: [metrics_of(part, task) for part in found.of_folds()] for name, found in predictions.items()
        }
        return cls(run, plan, summaries, metrics)

    @property
    def folds(self) -> int:
        return folds_of(self.plan)

    @property
    def rows(self) -> SplitRows:
        """With folds each row is a test row once, and a model trains on so many on average."""
        by_fold = [summary["rows"] for summary in self.summaries]
        return {
            "train": _mean([rows["train"] for rows in by_fold]),
            "validation": _mean([rows["validation"] for rows in by_fold]),
            "test": sum(rows["test"] for rows in by_fold),
        }

    @property
    def classes(self) -> list[ClassRows]:
        """As `rows`, of each class."""
        if not self.folds:
            return self.summaries[0]["classes"]
        by_class = zip(*(summary["classes"] for summary in self.summaries), strict=True)
        return [
            {
                "name": each[0]["name"],
                "train": _mean([rows["train"] for rows in each]),
                "validation": _mean([rows["validation"] for rows in each]),
                "test": sum(rows["test"] for rows in each),
            }
            for each in by_class
        ]

    def baseline(self, scored: Predictions) -> Baseline:
        """On the scored rows; where nothing was scored, on all test rows."""
        if scored.actual:
            parts = scored.of_folds() if self.folds else [scored]
            return baseline([part.actual for part in parts], self.summaries)
        folds = range(len(self.summaries)) if self.folds else [None]
        splits = [HeldOutSplit.of_any(self.plan, fold) for fold in folds]
        return baseline([read_test_rows(self.run, 0, split).actual for split in splits], self.summaries)

    def scores(self, metric: str) -> FoldScores | None:
        """None without folds."""
        if not self.folds:
            return None
        return {name: [each[metric] for each in metrics] for name, metrics in self.metrics.items()}

    def told(self, candidate: CompletedCandidate, metric: str) -> CompletedCandidate:
        """The candidate, with folds also its metrics in each, and how much the deciding one varies."""
        if not self.folds:
            return candidate
        metrics = self.metrics[candidate["name"]]
        known = [value for each in metrics if (value := each[metric]) is not None]
        folds = zip(candidate["folds"], metrics, strict=True)
        candidate["folds"] = [{**fold, "metrics": found} for fold, found in folds]
        candidate["spread"] = stdev(known) if len(known) == len(metrics) else None
        return candidate


def _mean(counts: Sequence[int]) -> int:
    return counts[0] if len(counts) == 1 else round(math.fsum(counts) / len(counts))
