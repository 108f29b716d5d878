"""What the world learns of a finished comparison: the report and a notification."""

from __future__ import annotations

from typing import Any

from bakeoff.domain.headline import headline
from bakeoff.domain.naming import run_prefix
from bakeoff.domain.ports import Notifier, RunStore
from bakeoff.domain.predictions import read_predictions
from bakeoff.domain.report import render, verdict_sentence


def publish(store: RunStore, notifier: Notifier, run_id: str) -> dict[str, Any]:
    """Store report.html and tell the topic; returns the comparison for whoever measures it."""
    prefix = run_prefix(run_id)
    comparison: dict[str, Any] = store.read_json(f"{prefix}comparison.json")
    found = read_predictions(store, run_id, comparison["candidates"])
    pairs = {name: (predictions.actual, predictions.predicted) for name, predictions in found.items()}
    page = render(comparison, store.read_json(f"{prefix}plan.json"), pairs)
    store.write_text(f"{prefix}report.html", page, "text/html; charset=utf-8")
    notifier.publish(
        f"Bakeoff {run_id}",
        f"{headline(comparison)}\n{verdict_sentence(comparison)}\nReport: s3://{store.bucket}/{prefix}report.html",
    )
    return comparison
