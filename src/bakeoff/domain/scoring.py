"""Scoring a live endpoint: every held-out row is predicted, in batches, a few in flight."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bakeoff.domain.errors import MalformedPrediction, ScoringTimedOut, TooFewRows
from bakeoff.domain.metrics import Metrics, measure
from bakeoff.domain.naming import run_prefix
from bakeoff.domain.ports import Endpoint, RunStore
from bakeoff.domain.replies import batches, parse_predictions

IN_FLIGHT = 4
# A request may take SageMaker's 60 seconds, and writing the results must fit into the function's time too.
RESERVED_SECONDS = 75.0


@dataclass(frozen=True)
class HeldOutRows:
    """Held-out rows: `numbers` are positions in the test split, `features` are CSV without the label."""

    numbers: Sequence[int]
    actual: Sequence[float]
    features: Sequence[str]


@dataclass(frozen=True)
class Scorer:
    """Scores one candidate; `max_rows` caps the rows, and `seconds_left` tells how long the function may
    still run.
    """

    store: RunStore
    endpoint: Endpoint
    max_rows: int
    seconds_left: Callable[[], float]

    def score(self, run_id: str, candidate: dict[str, Any], training: dict[str, Any]) -> dict[str, Any]:
        """Store predictions/<name>.csv and results/<name>.json; returns the candidate's name and status.

        Raises a ScoringError subclass; nothing is stored then, so a result is complete or absent.
        """
        rows = read_test_rows(self.store, run_id, self.max_rows)
        predicted, latencies = self._predict(rows.features, candidate)
        result = {
            "name": candidate["name"],
            "algorithm": candidate["algorithm"],
            "status": "completed",
            "error": None,
            "metrics": _measured(rows.actual, predicted).as_dict(),
            "scored_rows": len(predicted),
            "latency_ms": {"p50": percentile(latencies, 0.5), "p95": percentile(latencies, 0.95)},
            **training,
        }
        prefix = run_prefix(run_id)
        predictions = _predictions_csv(rows, predicted)
        self.store.write_text(f"{prefix}predictions/{candidate['name']}.csv", predictions, "text/csv")
        self.store.write_json(f"{prefix}results/{candidate['name']}.json", result)
        return {"name": candidate["name"], "status": "completed"}

    def _predict(self, features: Sequence[str], candidate: dict[str, Any]) -> tuple[list[float], list[float]]:
        """Predictions in the order of the rows, and the milliseconds that each request took."""

        def predict_batch(batch: Sequence[str]) -> tuple[list[float], float]:
            self._refuse_late()
            started = time.perf_counter()
            reply = self.endpoint.predict(batch)
            elapsed = 1000 * (time.perf_counter() - started)
            return parse_predictions(
                reply, candidate["accept"], candidate["prediction_path"], len(batch)
            ), elapsed

        with ThreadPoolExecutor(IN_FLIGHT, "score") as pool:
            answers = list(pool.map(predict_batch, batches(features)))
        return [number for numbers, _ in answers for number in numbers], [elapsed for _, elapsed in answers]

    def _refuse_late(self) -> None:
        if self.seconds_left() < RESERVED_SECONDS:
            raise ScoringTimedOut(
                "The test rows did not fit into the function's time: lower MaxScoredRows or take a larger "
                "endpoint instance."
            )


def read_test_rows(store: RunStore, run_id: str, max_rows: int) -> HeldOutRows:
    """The test split, evenly thinned out to `max_rows` rows (0: all); the same rows for every candidate.

    Raises TooFewRows when the split is empty.
    """
    lines = list(store.read_lines(f"{run_prefix(run_id)}datasets/csv/test/"))
    if not lines:
        raise TooFewRows(f"Run {run_id} has no test rows.")
    kept = sample_positions(len(lines), max_rows)
    parts = [lines[position].partition(",") for position in kept]
    return HeldOutRows(kept, [float(label) for label, _, _ in parts], [features for _, _, features in parts])


def sample_positions(total: int, cap: int) -> Sequence[int]:
    """At most `cap` evenly spaced positions of `total`; 0 keeps all. Depends on nothing else, so it is
    repeatable.
    """
    if not cap or total <= cap:
        return range(total)
    return [position * total // cap for position in range(cap)]


def percentile(values: Iterable[float], share: float) -> float:
    """The nearest-rank percentile of at least one value; `share` in (0, 1]."""
    ordered = sorted(values)
    rank = -(-len(ordered) * share // 1)
    return ordered[max(0, int(rank) - 1)]


def _measured(actual: Sequence[float], predicted: Sequence[float]) -> Metrics:
    try:
        return measure(actual, predicted)
    except OverflowError as err:
        raise MalformedPrediction(
            f"The model predicts values as far off as {max(predicted, key=abs):g}, too far to be measured: "
            "its training has probably diverged, so change its hyperparameters."
        ) from err


def _predictions_csv(rows: HeldOutRows, predicted: Sequence[float]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("row", "actual", "predicted"))
    writer.writerows(zip(rows.numbers, rows.actual, predicted, strict=True))
    return text.getvalue()
