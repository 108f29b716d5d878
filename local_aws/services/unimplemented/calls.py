"""Calls that moto 5.2.5 has no answer to: it crashed or sent a page of HTML, and clients tried again in vain.

AWS's own services answer an operation that they do not have with a 4xx in their protocol, so that is what
comes instead: `UnknownOperationException`, with a sentence that names the operation.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import flask
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel, OperationNotFoundError, ServiceModel
from moto.core import errors
from moto.core.exceptions import ServiceException
from moto.core.request import determine_request_protocol, normalize_request
from moto.core.responses import BaseResponse, get_service_model, get_service_router
from moto.core.serialize import get_serializer_class
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from local_aws.core.patching import replace, wrap

ERROR = "UnknownOperationException"
_OF_MOTO_ITSELF = ("instance_metadata", "moto_api")
# Parts of S3's buckets and objects, named in the query, which moto overlooks: it answered as if the bucket or
# the object itself were meant, and deleted that with `DeleteBucketMetricsConfiguration`.
_S3_PARTS = frozenset(
    [
        "abac",
        "analytics",
        "annotation",
        "intelligent-tiering",
        "metadataAnnotationTable",
        "metadataConfiguration",
        "metadataInventoryTable",
        "metadataJournalTable",
        "metadataTable",
        "metrics",
        "renameObject",
        "requestPayment",
        "session",
        "torrent",
    ]
)
# What moto says of a whole operation; any other text tells which part of one is missing.
_WHOLE = "action has not been implemented"


class UnknownOperation(ServiceException):  # type: ignore[misc]
    """Defined here, because moto looks an error of its own package up in that package's service."""

    code = ERROR


@functools.cache
def apply() -> None:
    """Take an operation that no model lists for one that is missing. A second call does nothing."""
    # moto warns of any error that is in no model; this one is common to all services.
    replace(errors, COMMON_ERROR_CODES=[*errors.COMMON_ERROR_CODES, ERROR])
    wrap(BaseResponse, "call_action", _call_action)


def _call_action(original: Any, self: Any) -> Any:
    if not self._get_action():
        raise NotImplementedError
    return original(self)


def refusing(app: flask.Flask) -> flask.Flask:
    """moto's `app` of one service, which answers what it cannot do with a sentence."""
    if app.service not in _OF_MOTO_ITSELF:  # type: ignore[attr-defined]
        if app.service == "s3":  # type: ignore[attr-defined]
            app.before_request(_refuse_parts)
        answer = functools.partial(_refuse, _service_of(app))
        for error in (NotImplementedError, OperationNotFoundError):
            app.register_error_handler(error, answer)
        for missing in (NotFound, MethodNotAllowed):
            app.register_error_handler(missing, functools.partial(_refuse_unrouted, answer))
    return app


def _refuse_parts() -> None:
    request = flask.request
    deletes_inventory = request.method == "DELETE" and "inventory" in request.args
    names_object = "/" in request.path.strip("/")
    encrypts_object = request.method == "PUT" and "encryption" in request.args and names_object
    if deletes_inventory or encrypts_object or not _S3_PARTS.isdisjoint(request.args):
        raise NotImplementedError


def _refuse_unrouted(answer: Callable[[Exception], flask.Response], error: HTTPException) -> Any:
    # An operation may say of its own that something is not there.
    return error if flask.request.routing_exception is None else answer(error)


def _refuse(service: str, error: Exception) -> flask.Response:
    try:
        model = get_service_model(service)
    except UnknownServiceError:
        return flask.Response(_sentence(service, None, error), 400)
    request = normalize_request(flask.request)
    operation = _operation(model, request)
    protocol = determine_request_protocol(model, request.content_type)
    serializer = get_serializer_class(service, protocol)(operation or OperationModel({}, model))
    name = operation.name if operation else None
    answer = serializer.serialize(UnknownOperation(_sentence(service, name, error)))
    return flask.Response(answer["body"], answer["status_code"], answer["headers"])


def _operation(model: ServiceModel, request: Any) -> OperationModel | None:
    target, action = request.headers.get("X-Amz-Target", ""), request.values.get("Action", "")
    if name := target.rpartition(".")[2] or action:
        return model.operation_model(name) if name in model.operation_names else None
    try:
        found, _ = get_service_router(model.service_name).match(request)
    except (NotFound, NotImplementedError, MethodNotAllowed):
        return None
    operation: OperationModel = found
    return operation


def _sentence(service: str, operation: str | None, error: Exception) -> str:
    name = operation or f"{flask.request.method} {flask.request.path}"
    told = str(error) if isinstance(error, NotImplementedError) else ""
    part = f" in full: {told.rstrip('.')}" if told and _WHOLE not in told else ""
    return f"The embedded AWS does not implement {service}.{name}{part}."


def _service_of(app: flask.Flask) -> str:
    """botocore's name of the service, which the class of its responses knows."""
    for view in app.view_functions.values():
        owner = getattr(getattr(view, "callback", None), "__self__", None)
        if isinstance(owner, type) and issubclass(owner, BaseResponse):
            return str(owner().boto3_service_name)
    return str(app.service)  # type: ignore[attr-defined]
