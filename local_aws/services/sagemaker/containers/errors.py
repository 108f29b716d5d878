"""What the caller of an algorithm can put right."""

from __future__ import annotations

from http import HTTPStatus


class UserError(Exception):
    """A training job's input or hyperparameters are wrong; the text becomes its FailureReason."""


class BadRequest(Exception):
    """An invocation that the model can't answer; becomes the HTTP reply."""

    def __init__(self, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.status = status
