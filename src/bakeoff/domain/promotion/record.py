"""production/versions/<config>.json of a model that is about to be deployed, from its run's files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bakeoff.domain.errors import NothingToPromote
from bakeoff.domain.planning.sections import of_section
from bakeoff.domain.predicting.columns import RunColumns
from bakeoff.domain.promotion.deployment import Store
from bakeoff.domain.run.documents import (
    SCHEMA_VERSION,
    CompletedResult,
    LearntFrom,
    ModelArtifact,
    Plan,
    PlannedCandidate,
    ProductionRecord,
    Promotion,
    Result,
    ServedData,
    Summary,
)
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.run.planned import view_of
from bakeoff.domain.run.production import model_copy_of
from bakeoff.domain.run.task import task_of

# S3 copies no more in one request.
LARGEST_COPY = 5 * 1024**3


def record_of(
    run: RunFiles, store: Store, promotion: Promotion, endpoint: str, config: str, since: str
) -> ProductionRecord:
    """What `config` is going to serve, its model copied to where it outlives the run.

    Raises NothingToPromote when the run's files do not hold a model that was judged.
    """
    plan, summary, name = run.plan(), run.summary(), str(promotion["candidate"])
    result = _completed(run.result(name), run.run_id)
    planned = of_section(_planned(plan, name), task_of(summary).section)
    live = promotion["champion"]
    record: ProductionRecord = {
        "schema_version": SCHEMA_VERSION,
        "endpoint": endpoint,
        "config": config,
        "previous": live["config"] if live else None,
        "since": since,
        "why": promotion["reason"],
        "run": run.run_id,
        "candidate": name,
        "algorithm": result["algorithm"],
        "data_set": plan.get("data_set", ""),
        "image": _image(planned, result),
        "environment": _environment(planned),
        "model": _artifact(store, _model_url(run.run_id, result), config),
        "request_content_type": planned["request_content_type"],
        "accept": planned["accept"],
        "prediction_path": planned["prediction_path"],
        "data": _data(run, plan, summary, name),
        "learnt_from": _learnt_from(plan, summary),
        "metric": promotion["metric"],
        "value": result["metrics"].get(promotion["metric"]),
        "test_rows": result["scored_rows"],
    }
    if "reply" in planned:
        record["reply"] = planned["reply"]
    return record


def served_container(run: RunFiles, name: str) -> tuple[dict[str, Any], PlannedCandidate]:
    """The container of a candidate that was judged, as SageMaker's requests have it, and the candidate."""
    plan, result = run.plan(), _completed(run.result(name), run.run_id)
    planned = of_section(_planned(plan, name), task_of(run.summary()).section)
    served = container(_image(planned, result), _model_url(run.run_id, result), _environment(planned))
    return served, planned


def container(image: str, model_url: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """As SageMaker's requests have it."""
    served = {"Image": image, "ModelDataUrl": model_url}
    return {**served, **({"Environment": environment} if environment else {})}


def _environment(planned: PlannedCandidate) -> dict[str, str]:
    return dict(planned.get("serving_container", {}).get("Environment", {}))


def _image(planned: PlannedCandidate, result: CompletedResult) -> str:
    """By digest, if SageMaker told it: a tag may be moved between judging and production."""
    tagged = planned.get("serving_container", {}).get("Image", planned["image_uri"])
    return result.get("resolved_image") or str(tagged)


def _planned(plan: Plan, name: str) -> PlannedCandidate:
    for candidate in plan["candidates"]:
        if candidate["name"] == name:
            return candidate
    raise NothingToPromote(f"The plan of {plan['run_id']} has no candidate {name!r}: promote another run.")


def _completed(result: Result, run_id: str) -> CompletedResult:
    if result["status"] != "completed":
        raise NothingToPromote(
            f"Candidate {result['name']} of run {run_id} failed, so it has no model: promote another run."
        )
    return result


def _model_url(run_id: str, result: CompletedResult) -> str:
    url = result.get("model_data_url")
    if not url:
        raise NothingToPromote(
            f"Run {run_id} does not tell where the model of {result['name']} lies: promote a run that was "
            "started with Promotion on."
        )
    return url


def _artifact(store: Store, source: str, config: str) -> ModelArtifact:
    key = source.removeprefix(f"s3://{store.bucket}/")
    try:
        etag, size = store.describe(key)
    except FileNotFoundError as err:
        raise NothingToPromote(
            f"There is no model at {source} any more: runs expire by RunRetentionDays, so promote a "
            "newer one."
        ) from err
    if size > LARGEST_COPY:
        return {"url": source, "etag": etag, "bytes": size, "source": source}
    copied = model_copy_of(config)
    store.copy_object(key, copied)
    return {"url": f"s3://{store.bucket}/{copied}", "etag": etag, "bytes": size, "source": source}


def _data(run: RunFiles, plan: Plan, summary: Summary, name: str) -> ServedData:
    encoding = run.encoding() if "table" in plan else None
    data: ServedData = {
        "target": plan.get("target"),
        "feature_dim": summary["feature_dim"],
        "features": plan.get("features"),
        "columns": RunColumns.of(plan, encoding).record(),
    }
    if "table" in plan and encoding:
        data |= {"table": plan["table"], "view": view_of(plan, name), "encoding": encoding}
    if "classes" in summary:
        data["classes"] = [each["name"] for each in summary["classes"]]
    return data


def _learnt_from(plan: Plan, summary: Summary) -> LearntFrom:
    learnt: LearntFrom = {"split": plan["split"]}
    if "time" in summary:
        learnt["time"] = summary["time"]
    moved = [each["name"] for each in summary.get("classes", []) if each.get("moved")]
    if moved:
        learnt["moved"] = moved
    return learnt
