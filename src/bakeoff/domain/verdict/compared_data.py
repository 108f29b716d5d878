"""What a comparison tells of the data that it rests on."""

from __future__ import annotations

from bakeoff.domain.run.documents import (
    ComparedData,
    DataNotes,
    InputRevision,
    Plan,
    PlannedInput,
    Summary,
)
from bakeoff.domain.scoring.predictions import Predictions
from bakeoff.domain.verdict.evaluation import Evaluation


def compared_data(plan: Plan, summary: Summary, scored: Predictions, evaluation: Evaluation) -> ComparedData:
    """What comparison.json says of the data."""
    data: ComparedData = {
        **evaluation.rows,
        "feature_dim": summary["feature_dim"],
        "rejected": summary["rejected"]["total"],
        "objects": [_revision(item) for item in plan["inputs"]],
        **_told(plan),  # type: ignore[typeddict-item]  # mypy takes what may be absent there for "distinct"
        "scored": len(scored.actual),
    }
    if "table" in plan:
        data["columns"] = plan["table"]["columns"]
        data["unlabelled"] = summary.get("unlabelled", 0)
    if scored.clusters is not None:
        data["distinct"] = len(set(scored.clusters))
    if evaluation.folds:
        data["folds"] = evaluation.folds
    return data


def _told(plan: Plan) -> DataNotes:
    told: DataNotes = {}
    if "target" in plan:
        told["target"] = plan["target"]
    if "notes" in plan:
        told["notes"] = plan["notes"]
    if "ignored" in plan:
        told["ignored"] = plan["ignored"]
    return told


def _revision(item: PlannedInput) -> InputRevision:
    return {
        "key": item["key"],
        "version_id": item["version_id"],
        "etag": item["etag"],
        "bytes": item["bytes"],
    }
