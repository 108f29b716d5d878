"""The state machine calls services as its role, at the endpoint of the running instance.

moto 5.2.5 calls them with the key "ak", at localhost and its own default port, without parameter validation.
"""

from __future__ import annotations

import sys
import threading
from time import monotonic
from typing import Any

from botocore import xform_name
from moto.stepfunctions.parser.asl.utils import boto_client

from local_aws.core.instance import Credentials, Instance, current_instance
from local_aws.core.patching import replace

_SESSION_SECONDS = 3600
_RENEWAL_SECONDS = 300
# More than an inline Map runs at a time, so that no iteration waits for another one's connection.
_CONNECTIONS = 50


class _RoleSession:
    """The credentials of one role with the clients made from them, until shortly before they expire."""

    def __init__(self, instance: Instance, role_arn: str) -> None:
        self._site = instance
        self._credentials: Credentials = instance.assume(role_arn, "StepFunctions")
        self._expires = monotonic() + _SESSION_SECONDS - _RENEWAL_SECONDS
        self._clients: dict[str, Any] = {}

    def serves(self, instance: Instance) -> bool:
        return self._site is instance and monotonic() < self._expires

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._site.client(
                service, self._credentials, max_pool_connections=_CONNECTIONS
            )
        return self._clients[service]


_sessions: dict[str, _RoleSession] = {}
_lock = threading.Lock()


def client_as(role_arn: str, service: str) -> Any:
    """A boto3 client of the current instance with the credentials of a role; threads share it."""
    instance = current_instance()
    with _lock:
        session = _sessions.get(role_arn)
        if session is None or not session.serves(instance):
            session = _sessions[role_arn] = _RoleSession(instance, role_arn)
        return session.client(service)


def call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
    """Call an operation by the name that its service's model gives it (CreateTrainingJob)."""
    return getattr(client, xform_name(operation))(**parameters)


def _boto_client_for(region: str, service: str, state_credentials: Any = None) -> Any:
    return client_as(state_credentials.role_arn, service)


def apply() -> None:
    original = boto_client.boto_client_for
    # The services imported the function by name, each into its own module.
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions") and getattr(module, "boto_client_for", None) is original:
            replace(module, boto_client_for=_boto_client_for)
