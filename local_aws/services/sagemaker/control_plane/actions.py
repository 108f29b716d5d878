"""How an operation of SageMaker is answered by this package in the place of moto."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.models import SageMakerModelBackend, sagemaker_backends
from moto.sagemaker.responses import SageMakerResponse

from local_aws.core.patching import replace
from local_aws.services.iam import identity_of
from local_aws.services.sagemaker.control_plane.validation import method_name, validate


@dataclass(frozen=True)
class Call:
    """One request: its parameters, moto's backend, and moto's own way to answer it."""

    request: dict[str, Any]
    backend: SageMakerModelBackend
    moto: Callable[[], Any]
    created_by: Mapping[str, Any] = field(default_factory=dict)
    """Who asks, as SageMaker keeps it (a UserContext)."""

    def arn(self, kind: str, name: str) -> str:
        return f"arn:aws:sagemaker:{self.backend.region_name}:{self.backend.account_id}:{kind}/{name}"


Action = Callable[[Call], Any]


def answer(operation: str, action: Action) -> None:
    """Have `action` answer `operation`, after the request has been checked against AWS's model."""
    name = method_name(operation)
    original = getattr(SageMakerResponse, name, None)

    def respond(self: Any) -> Any:
        request = json.loads(self.raw_body or "{}")
        validate(operation, request)
        backend = sagemaker_backends[self.current_account][self.region]
        context = {"IamIdentity": identity_of(self)}
        return action(Call(request, backend, lambda: original(self) if original else empty(), context))

    replace(SageMakerResponse, **{name: respond})


def result(**fields: Any) -> Any:
    return ActionResult(fields)


def empty() -> Any:
    return EmptyResult()
