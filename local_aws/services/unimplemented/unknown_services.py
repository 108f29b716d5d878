"""Calls of services that moto 5.2.5 does not know: it crashed, and clients tried again in vain."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from local_aws.core.patching import wrap
from local_aws.services.unimplemented import calls

_SERVICE = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/")


@functools.cache
def apply() -> None:
    """Refuse such calls with a sentence. A second call does nothing."""
    wrap(DomainDispatcherApplication, "__init__", _create)


def _create(original: Any, self: Any, create_app: Callable[[Any], Any]) -> None:
    original(self, lambda backend: calls.refusing(create_app(backend)) if backend else _refuse)


def _refuse(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    signed = _SERVICE.search(environ.get("HTTP_AUTHORIZATION", ""))
    name = f"service {signed[1]}" if signed else "such service"
    # One protocol of AWS takes the error's name from the body, another one from a header.
    body = json.dumps({"__type": calls.ERROR, "message": f"The embedded AWS has no {name}."}).encode()
    start_response(
        "400 Bad Request",
        [("Content-Type", "application/json"), ("x-amzn-errortype", calls.ERROR)],
    )
    return [body]
