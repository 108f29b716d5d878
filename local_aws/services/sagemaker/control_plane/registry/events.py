"""Each change of a model package as an event on the default bus; moto 5.2.5 sends none.

Source: "Model package state change" in the guide's page on EventBridge, whose fields these are. AWS says that
it may send several events for one change; here, each creation and each update sends one, whatever it changed.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from moto.events.models import events_backends

from local_aws.core.instance import current_instance
from local_aws.services.sagemaker.control_plane.actions import Call

DETAIL_TYPE = "SageMaker Model Package State Change"
_FIELDS = (
    "ModelPackageName",
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageArn",
    "ModelPackageDescription",
    "CreationTime",
    "InferenceSpecification",
    "ModelPackageStatus",
    "ModelPackageStatusDetails",
    "CertifyForMarketplace",
    "ModelApprovalStatus",
    "MetadataProperties",
    "ModelMetrics",
    "LastModifiedTime",
)


def announce(package: Any, call: Call) -> None:
    """Put the event of the state that `package` has now; rules deliver it in the background."""
    entry = {
        "Source": "aws.sagemaker",
        "DetailType": DETAIL_TYPE,
        "Resources": [package.arn],
        "Detail": json.dumps(detail_of(package.gen_response_object())),
    }
    backend = events_backends[call.backend.account_id][call.backend.region_name]
    current_instance().background(backend.put_events, [entry])


def detail_of(described: dict[str, Any]) -> dict[str, Any]:
    """`detail` of the event; times are texts."""
    fields = {name: described[name] for name in _FIELDS if described.get(name) is not None}
    return {name: _iso(value) if isinstance(value, datetime) else value for name, value in fields.items()}


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
