"""The record of a candidate that goes to production, made of its run's own files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from bakeoff.domain.errors import InvalidEvent
from bakeoff.domain.planning.sections import of_section
from bakeoff.domain.run.documents import (
    SCHEMA_VERSION,
    CompletedCandidate,
    Plan,
    PlannedCandidate,
    ProductionRecord,
    Summary,
)
from bakeoff.domain.run.documents.promotion import LearntFrom, ModelArtifact, ServedData, ServedModel
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.run.planned import view_of
from bakeoff.domain.run.task import task_of


@dataclass(frozen=True)
class Deployment:
    """What the promotion makes of it: the names in production, since when (ISO 8601, UTC) and why."""

    endpoint: str
    config: str
    previous: str | None
    since: str
    why: str


def record_of(
    run: RunFiles, candidate: str, model: ModelArtifact, deployment: Deployment
) -> ProductionRecord:
    """production/versions/<config>.json of a finished candidate of the run; with folds `model` is the final
    one, which no row has judged.

    Raises InvalidEvent for a candidate that the run has not finished.
    """
    plan, summary, comparison = run.plan(), run.summary(), run.comparison()
    judged = _finished(run, candidate)
    planned = _planned(plan, summary, candidate)
    has_folds = "folds" in plan["split"]
    return cast(
        ProductionRecord,
        {
            "schema_version": SCHEMA_VERSION,
            "endpoint": deployment.endpoint,
            "config": deployment.config,
            "previous": deployment.previous,
            "since": deployment.since,
            "why": deployment.why,
            "run": run.run_id,
            "candidate": candidate,
            "algorithm": judged["algorithm"],
            "data_set": plan.get("data_set", ""),
            **_served(planned, judged, model),
            "data": _data(run, plan, summary, candidate),
            "learnt_from": _learnt_from(plan, summary),
            "metric": comparison["metric"],
            "value": None if has_folds else judged["metrics"][comparison["metric"]],
            "test_rows": 0 if has_folds else judged["scored_rows"],
        },
    )


def _finished(run: RunFiles, candidate: str) -> CompletedCandidate:
    for each in run.comparison()["candidates"]:
        if each["name"] == candidate and each["status"] == "completed":
            return each
    raise InvalidEvent(f"Run {run.run_id} has no finished candidate {candidate!r}.")


def _planned(plan: Plan, summary: Summary, candidate: str) -> PlannedCandidate:
    planned = next(each for each in plan["candidates"] if each["name"] == candidate)
    return of_section(planned, task_of(summary).section)


def _served(planned: PlannedCandidate, judged: CompletedCandidate, model: ModelArtifact) -> ServedModel:
    container = planned.get("serving_container", {})
    served: ServedModel = {
        # By digest, because a tag may move; SageMaker does not say it of every endpoint.
        "image": judged.get("resolved_image") or container.get("Image") or planned["image_uri"],
        "environment": container.get("Environment", {}),
        "model": model,
        "request_content_type": planned["request_content_type"],
        "accept": planned["accept"],
        "prediction_path": planned["prediction_path"],
    }
    if "reply" in planned:
        served["reply"] = planned["reply"]
    return served


def _data(run: RunFiles, plan: Plan, summary: Summary, candidate: str) -> ServedData:
    data: ServedData = {
        "target": plan.get("target"),
        "feature_dim": plan["feature_dim"],
        "features": plan.get("features"),
    }
    if "table" in plan:
        # With folds, that of the final model.
        data |= {"table": plan["table"], "view": view_of(plan, candidate), "encoding": run.encoding()}
    if "classes" in summary:
        data["classes"] = [each["name"] for each in summary["classes"]]
    return data


def _learnt_from(plan: Plan, summary: Summary) -> LearntFrom:
    learnt: LearntFrom = {"split": plan["split"]}
    if "time" in summary:
        learnt["time"] = summary["time"]
    if moved := [each["name"] for each in summary.get("classes", ()) if "moved" in each]:
        learnt["moved"] = moved
    return learnt
