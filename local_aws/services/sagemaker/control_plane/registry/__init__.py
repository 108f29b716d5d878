"""The model registry: what moto 5.2.5 drops, overwrites or does not have of it."""

from __future__ import annotations

from local_aws.services.sagemaker.control_plane.registry import groups, packages


def apply() -> None:
    for patch in (groups, packages):
        patch.apply()
