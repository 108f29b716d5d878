"""The Price List Query API, which moto 5.2.5 lacks: GetProducts, DescribeServices and GetAttributeValues.

What it lists stands in products.yaml. Source: the API reference of the AWS Price List service.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from moto import backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from local_aws.core.patching import wrap
from local_aws.services.pricing.api import PricingResponse

SERVICE = "pricing"
_HOST = re.compile(r"pricing\.[a-z0-9-]+\.amazonaws\.com")


class _Backend:
    """Where moto's server looks for the service's one address."""

    flask_paths = {"/": PricingResponse.dispatch}  # noqa: RUF012


@functools.cache
def apply() -> None:
    """Have moto's server know the service. A second call does nothing."""
    wrap(DomainDispatcherApplication, "get_backend_for_host", _backend_for_host)
    wrap(backends, "get_backend", _backend)


def _backend_for_host(original: Any, self: Any, host: str | None) -> Any:
    return SERVICE if host and _HOST.fullmatch(host) else original(self, host)


def _backend(original: Any, name: str) -> Any:
    return {"global": _Backend} if name == SERVICE else original(name)
