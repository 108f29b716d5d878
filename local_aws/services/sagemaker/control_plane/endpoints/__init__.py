"""What moto 5.2.5 lacks of endpoints: processes that serve, and updates beside what serves."""

from __future__ import annotations

from local_aws.services.sagemaker.control_plane.endpoints import lifecycle, runtime, update


def apply() -> None:
    for patch in (lifecycle, update, runtime):
        patch.apply()
