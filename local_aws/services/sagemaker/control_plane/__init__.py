"""What moto 5.2.5 lacks of SageMaker: real jobs, real endpoints, and the refusals of the control plane."""

from __future__ import annotations

from functools import cache

from local_aws.services.sagemaker.control_plane import endpoints, jobs, models, registry, tuning


@cache
def apply() -> None:
    """Patch moto's SageMaker and SageMaker Runtime, once a process."""
    for patch in (jobs, models, registry, endpoints, tuning):
        patch.apply()
