"""What the world learns of a finished comparison: the report and a notification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bakeoff.domain.errors import ServiceError
from bakeoff.domain.ports import Notifier, RunStore
from bakeoff.domain.run.names import run_prefix
from bakeoff.domain.scoring.predictions import read_predictions
from bakeoff.domain.verdict.headline import headline
from bakeoff.report import render, verdict_sentence


@dataclass(frozen=True)
class Published:
    """The comparison, for whoever measures it, and what kept the topic from being told, if anything did."""

    comparison: dict[str, Any]
    untold: ServiceError | None


def publish(store: RunStore, notifier: Notifier, run_id: str) -> Published:
    """Store report.html and tell the topic. What was compared stands, whether or not anybody can be told."""
    prefix = run_prefix(run_id)
    comparison: dict[str, Any] = store.read_json(f"{prefix}comparison.json")
    found = read_predictions(store, run_id, comparison["candidates"])
    pairs = {name: (predictions.actual, predictions.predicted) for name, predictions in found.items()}
    page = render(comparison, store.read_json(f"{prefix}plan.json"), pairs)
    store.write_text(f"{prefix}report.html", page, "text/html; charset=utf-8")
    told = f"{headline(comparison)}\n{verdict_sentence(comparison)}"
    message = f"{told}\nReport: s3://{store.bucket}/{prefix}report.html"
    return Published(comparison, _refusal(notifier, f"Bakeoff {run_id}", message))


def _refusal(notifier: Notifier, subject: str, message: str) -> ServiceError | None:
    try:
        notifier.publish(subject, message)
    except ServiceError as err:
        return err
    return None
