"""Scoring a live endpoint: every held-out row in batches; then single rows, for the latency."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from typing import Any, TypeVar

from bakeoff.domain.datasets.champion import read_by_champion, rows_of_champion
from bakeoff.domain.datasets.test_rows import (
    PLAIN,
    HeldOutSplit,
    read_test_rows,
    sample_positions,
)
from bakeoff.domain.errors import ScoringTimedOut
from bakeoff.domain.ports import Endpoint
from bakeoff.domain.run.documents import CompletedResult, Latency, PlannedCandidate, ProductionRecord
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.run.folds import STUDIED_FOLD, folds_of, share_of
from bakeoff.domain.run.planned import decides_by_cost, measures_importance, settings_of
from bakeoff.domain.scoring.answering import VALUES, Answering, answering_of
from bakeoff.domain.scoring.importance import RESERVED_SECONDS, ImportanceStudy
from bakeoff.domain.scoring.replies import batches
from bakeoff.domain.scoring.throughput import ThroughputStudy, percentile
from bakeoff.domain.scoring.tuning import accounted

T = TypeVar("T")
IN_FLIGHT = 4


@dataclass(frozen=True)
class Scorer:
    """Scores one candidate: at most `max_rows` test rows (0: all) of its view, `split`, then `latency_calls`
    single-row requests that are timed. `seconds_left` tells how long the function may still run, `study`
    measures columns and `repeated` the throughput if somebody asked, `answering` reads what the task needs;
    `champion` is the record of a model that reads rows as its own run prepared them. The result tells of the
    model if `keeps_model`.
    """

    run: WritableRunFiles
    endpoint: Endpoint
    max_rows: int
    latency_calls: int
    seconds_left: Callable[[], float]
    split: HeldOutSplit = PLAIN
    study: ImportanceStudy | None = None
    answering: Answering[Any] = VALUES
    champion: ProductionRecord | None = None
    keeps_model: bool = False
    repeated: ThroughputStudy | None = None

    @classmethod
    def planned(
        cls,
        run: WritableRunFiles,
        endpoint: Endpoint,
        candidate: str,
        seconds_left: Callable[[], float],
        seconds_of_the_state_left: Callable[[], float],
        fold: int | None = None,
    ) -> Scorer:
        """As the run's plan settled it, with folds for one of them; the task's state may end before the
        function's time does.
        """
        plan = run.plan()
        settings, champions = settings_of(plan), rows_of_champion(plan, candidate)
        split = champions or HeldOutSplit.of_candidate(plan, candidate, fold)
        answering = answering_of(run, plan, candidate)
        study = ImportanceStudy(run, plan, split, seconds_of_the_state_left, answering)
        most = settings["max_scored_rows"]["value"]
        is_studied = fold in (None, STUDIED_FOLD) and not champions
        repeated = ThroughputStudy(seconds_of_the_state_left) if decides_by_cost(plan) else None
        return cls(
            run=run,
            endpoint=endpoint,
            max_rows=most if fold is None else share_of(most, folds_of(plan), fold),
            latency_calls=settings["latency_calls"]["value"],
            seconds_left=seconds_left,
            split=split,
            study=study if is_studied and measures_importance(plan) else None,
            answering=answering,
            champion=run.champion() if champions else None,
            keeps_model="promotion" in plan,
            repeated=repeated if is_studied else None,
        )

    def score(
        self, candidate: PlannedCandidate, training: Mapping[str, Any], image: str = "", model: str = ""
    ) -> dict[str, str]:
        """Store predictions and result of the candidate, or of its fold; returns its name and status.

        `training` is what the workflow knows of it (`scoring.tuning.accounted`), `image` what the endpoint
        serves with, by its digest, and `model` where its model lies; empty when nobody said.
        Raises a ScoringError subclass; nothing is stored then, so a result is complete or absent.
        """
        rows, fold = read_test_rows(self.run, self.max_rows, self.split), self.split.fold
        rows = read_by_champion(self.run, self.champion, rows, self.split)
        times, tuning = accounted(training)
        answers, seconds = _timed(lambda: self._predict_all(candidate, rows.features))
        result: CompletedResult = {
            "name": candidate["name"],
            "algorithm": candidate["algorithm"],
            "status": "completed",
            "error": None,
            "metrics": self.answering.metrics(rows, answers),
            "scored_rows": len(rows.numbers),
            "rows_per_second": len(rows.numbers) / seconds,
            "latency_ms": self._latency(rows.features, candidate),
            "training_seconds": times["training_seconds"],
            "billable_seconds": times["billable_seconds"],
        }
        if tuning:
            result["tuning"] = tuning
        if image:
            result["resolved_image"] = image
        if model and self.keeps_model:
            result["model_data_url"] = model
        self.run.write_predictions(candidate["name"], self.answering.text(rows, answers), fold)
        self.run.write_result(result, fold)
        # Only now: whatever becomes of it, the candidate is scored.
        predict = partial(self._predict_all, candidate)
        if self.repeated:
            result["throughput"] = self.repeated.measure(rows.features, predict)
            self.run.write_result(result, fold)
        if self.study:
            result["importance"] = self.study.measure(rows, answers, predict)
            self.run.write_result(result, fold)
        return {"name": candidate["name"], "status": "completed"}

    def _predict_all(self, candidate: PlannedCandidate, features: Sequence[str]) -> Any:
        """The answers in the order of the rows."""
        with ThreadPoolExecutor(IN_FLIGHT, "score") as pool:
            answers = pool.map(lambda batch: self._predict(batch, candidate), batches(features))
            return self.answering.joined(answers)

    def _latency(self, features: Sequence[str], candidate: PlannedCandidate) -> Latency:
        """Milliseconds of single-row requests, one after the other, over rows spread across the split."""
        spread = [features[position] for position in sample_positions(len(features), self.latency_calls)]
        rows = islice(cycle(spread), self.latency_calls)
        times = [1000 * _timed(partial(self._predict, [row], candidate))[1] for row in rows]
        return {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95)}

    def _predict(self, rows: Sequence[str], candidate: PlannedCandidate) -> Any:
        if self.seconds_left() < RESERVED_SECONDS:
            raise ScoringTimedOut(
                "The test rows did not fit into the function's time: lower MaxScoredRows or take a larger "
                "endpoint instance."
            )
        reply = self.endpoint.predict(rows)
        return self.answering.read(reply, candidate["accept"], candidate["prediction_path"], len(rows))


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started
