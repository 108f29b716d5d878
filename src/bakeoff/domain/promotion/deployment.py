"""Production's endpoint as SageMaker describes it, and what a promotion needs of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bakeoff.domain.errors import ProductionDown, ProductionMixed
from bakeoff.domain.ports import Objects

# SageMaker takes no request for an endpoint in one of these.
IN_TRANSITION = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"})
IN_SERVICE = "InService"
_MIXED = "UpdateRollbackFailed"


@dataclass(frozen=True)
class Deployment:
    """`config` is what the endpoint serves with, `pending` what it is on its way to, if it says so, and
    `instances` how many it has, 0 where it does not say.
    """

    status: str
    config: str
    pending: str | None = None
    instances: int = 0


class Hosting(Protocol):
    """Production in SageMaker. Deleting what is not there does nothing.

    Every method raises AccessDenied, ServiceUnavailable or ServiceError when AWS refuses.
    """

    @property
    def endpoint(self) -> str: ...

    def deployment(self) -> Deployment | None:
        """None where there is no endpoint."""

    def configs(self) -> Sequence[str]:
        """The names of production's endpoint configurations, the newest first."""

    def delete_endpoint(self, name: str) -> None: ...

    def delete_endpoint_config(self, name: str) -> None: ...

    def delete_model(self, name: str) -> None: ...


class Store(Objects, Protocol):
    """The data bucket, from which a promotion copies models and old versions are deleted."""

    def describe(self, key: str) -> tuple[str, int]:
        """The ETag of an object, and its size in bytes. Raises FileNotFoundError when there is none."""

    def copy_object(self, source: str, key: str) -> None:
        """Copy the newest revision of an object to another key, without reading it."""

    def delete(self, key: str) -> None:
        """Delete an object; one that is not there is no error."""


def require_sound(found: Deployment | None, endpoint: str) -> None:
    """Raises ProductionMixed or ProductionDown for an endpoint that no update mends."""
    if found is None or found.status == IN_SERVICE or found.status in IN_TRANSITION:
        return
    if found.status == _MIXED:
        raise ProductionMixed(
            f"Endpoint {endpoint} is in state {_MIXED}: it serves with its old and its new configuration, so "
            "look at it in the SageMaker console and update it by hand."
        )
    raise ProductionDown(
        f"Endpoint {endpoint} is in state {found.status} and answers nobody: look for its reason in the "
        "SageMaker console and delete it; then go back to a version, or promote a run that is made then."
    )
