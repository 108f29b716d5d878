"""moto 5.2.5 takes any role ARN; SageMaker refuses one that it can't assume."""

from __future__ import annotations

import json
from typing import Any

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.sagemaker.exceptions import ValidationError

SERVICE = "sagemaker.amazonaws.com"


def require_assumable(role_arn: str) -> None:
    """Raise ValidationError unless the role exists and trusts SageMaker."""
    account = role_arn.split(":")[4]
    try:
        role = iam_backends[account]["aws"].get_role_by_arn(role_arn)
    except NotFoundException:
        role = None
    if role is None or not trusts_sagemaker(json.loads(role.assume_role_policy_document)):
        raise ValidationError(
            message=f"Could not assume role {role_arn}. Please ensure that the role exists and allows "
            f"principal '{SERVICE}' to assume the role."
        )


def trusts_sagemaker(policy: dict[str, Any]) -> bool:
    statements = policy.get("Statement", [])
    return any(_allows(each) for each in (statements if isinstance(statements, list) else [statements]))


def _allows(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal", {})
    services = principal.get("Service", []) if isinstance(principal, dict) else principal
    named = [services] if isinstance(services, str) else services
    return statement.get("Effect") == "Allow" and any(name in (SERVICE, "*") for name in named)
