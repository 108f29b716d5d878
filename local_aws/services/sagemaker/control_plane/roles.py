"""moto 5.2.5 takes any role ARN; SageMaker refuses one that it can't assume."""

from __future__ import annotations

from moto.sagemaker.exceptions import ValidationError

from local_aws.services.sagemaker.data_plane.execution_role import SERVICE, trusts_sagemaker


def require_assumable(role_arn: str, arn: str) -> None:
    """Raise ValidationError unless the role exists and trusts SageMaker for the resource `arn`."""
    if not trusts_sagemaker(role_arn, arn):
        raise ValidationError(
            message=f"Could not assume role {role_arn}. Please ensure that the role exists and allows "
            f"principal '{SERVICE}' to assume the role."
        )
