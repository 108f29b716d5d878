"""How the API refuses a request, and how a resource says that it could not be made."""

from __future__ import annotations

from typing import NoReturn

from moto.cloudformation.exceptions import CloudFormationError, ValidationError


class InsufficientCapabilities(CloudFormationError):  # type: ignore[misc]
    code = "InsufficientCapabilitiesException"


class ChangeSetNotFound(CloudFormationError):  # type: ignore[misc]
    code = "ChangeSetNotFoundException"


class InvalidChangeSetStatus(CloudFormationError):  # type: ignore[misc]
    code = "InvalidChangeSetStatusException"


class ResourceFailed(Exception):
    """A resource could not be created, updated or deleted; `str(error)` is the reason that its event shows.

    `physical_id` is set when something was left behind that a roll-back has to delete.
    """

    def __init__(self, reason: str, physical_id: str | None = None) -> None:
        super().__init__(reason)
        self.physical_id = physical_id


def refuse(message: str) -> NoReturn:
    """Answer the request with a ValidationError."""
    raise ValidationError(message=message)
