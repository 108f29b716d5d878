"""What the Model Registry holds of a run's proposal for production."""

from __future__ import annotations

import hashlib
from typing import Any

from bakeoff.domain.promotion.record import served_container
from bakeoff.domain.run.files import COMPARISON, PROMOTION, REPORT, RunFiles

RUN = "run"
_APPROVAL = {"Automatic": "Approved", "Propose": "PendingManualApproval"}
_LONGEST_TEXT, _LONGEST_VALUE, _LONGEST_TOKEN = 1024, 256, 36


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
        "candidate": name,
        "algorithm": planned["algorithm"],
        "decision": promotion["decision"],
        "champion": champion["config"] if champion else "none",
        "report": run.uri(REPORT),
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
            "ModelQuality": {
                "Statistics": {"ContentType": "application/json", "S3Uri": run.uri(COMPARISON)},
                "Constraints": {"ContentType": "application/json", "S3Uri": run.uri(PROMOTION)},
            }
        },
        "CustomerMetadataProperties": {key: value[:_LONGEST_VALUE] for key, value in known.items()},
        # The same request again is the same version: an answer may be lost.
        "ClientToken": hashlib.sha256(run.run_id.encode()).hexdigest()[:_LONGEST_TOKEN],
    }
