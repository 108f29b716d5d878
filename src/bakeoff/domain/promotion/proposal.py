"""What the Model Registry holds of a run's proposal for production."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from bakeoff.domain.promotion.record import served_container
from bakeoff.domain.run.files import COMPARISON, PROMOTION, REPORT, SUMMARY, RunFiles

RUN, CANDIDATE, CHAMPION, NO_CHAMPION = "run", "candidate", "champion", "none"
APPROVED: Final = "Approved"
PENDING: Final = "PendingManualApproval"
REJECTED: Final = "Rejected"
_APPROVAL = {"Automatic": APPROVED, "Propose": PENDING}
_OTHER_CHARACTERS = " _.:/=+-@"
_LONGEST_TEXT, _LONGEST_VALUE, _LONGEST_TOKEN = 1024, 256, 36


def execution_of(group: str, version: int) -> str:
    """The promotion that an approval starts: SageMaker may tell of a change several times, and the name makes
    one promotion of them.
    """
    return f"{group}-{version}"


def proposal_of(run: RunFiles) -> dict[str, Any] | None:
    """The version that a run proposes, as CreateModelPackage takes it; None when it decided nothing, or that
    production stays as it is.

    Only under Automatic it is born approved. Raises NothingToPromote as `record_of`.
    """
    try:
        promotion = run.promotion()
    except FileNotFoundError:
        return None
    name, champion = promotion["candidate"], promotion["champion"]
    if name is None:
        return None
    container, planned = served_container(run, name)
    known = {
        RUN: run.run_id,
        CANDIDATE: name,
        "algorithm": planned["algorithm"],
        "decision": promotion["decision"],
        CHAMPION: champion["config"] if champion else NO_CHAMPION,
        "report": run.uri(REPORT),
        **_judged(run, name, promotion["metric"]),
    }
    return {
        "ModelPackageDescription": promotion["reason"][:_LONGEST_TEXT],
        "ModelApprovalStatus": _APPROVAL[promotion["mode"]],
        "InferenceSpecification": {
            "Containers": [container],
            "SupportedContentTypes": [planned["request_content_type"]],
            "SupportedResponseMIMETypes": [planned["accept"]],
        },
        "ModelMetrics": {
            "ModelQuality": {"Statistics": _json(run, COMPARISON), "Constraints": _json(run, PROMOTION)},
            "ModelDataQuality": {"Statistics": _json(run, SUMMARY)},
        },
        "CustomerMetadataProperties": {key: _property(value) for key, value in known.items() if value},
        # The same request again is the same version: an answer may be lost.
        "ClientToken": hashlib.sha256(run.run_id.encode()).hexdigest()[:_LONGEST_TOKEN],
    }


def _judged(run: RunFiles, name: str, metric: str) -> dict[str, str]:
    """The candidate's metric, and the data that it is of."""
    result = run.result(name)
    value = result["metrics"].get(metric) if result["status"] == "completed" else None
    rows = str(result["scored_rows"]) if result["status"] == "completed" else ""
    return {
        "metric": metric,
        "value": "" if value is None else f"{value:.6g}",
        "test_rows": rows,
        "data_set": run.plan().get("data_set", ""),
    }


def _json(run: RunFiles, name: str) -> dict[str, str]:
    return {"ContentType": "application/json", "S3Uri": run.uri(name)}


def _property(value: str) -> str:
    """As SageMaker takes it: letters, numbers, spaces and few other characters."""
    allowed = (char if char.isalnum() or char in _OTHER_CHARACTERS else "_" for char in value)
    return "".join(allowed)[:_LONGEST_VALUE]
