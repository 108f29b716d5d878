"""The models of AWS's services, each read once in a process: reading one takes longer than most calls."""

from __future__ import annotations

from functools import cache

from botocore.loaders import create_loader
from botocore.model import ServiceModel

LOADER = create_loader()
"""Keeps what it has read; a session of its own would read it anew."""


@cache
def service_model(service: str) -> ServiceModel:
    """Raises UnknownServiceError."""
    return ServiceModel(LOADER.load_service_model(service, "service-2"), service)
