"""What SageMaker itself does with the role of a job or model, outside of any API call that is seen here.

Source: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html ("CreateTrainingJob API:
Execution Role Permissions" and its neighbours)
"""

from __future__ import annotations

import re

from local_aws.core.instance import Credentials, Instance
from local_aws.services import iam

SERVICE = "sagemaker.amazonaws.com"
# Anything else than an image of ECR needs no permission of IAM.
_ECR = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([^:@]+)")
_INFERENCE = ("endpoint", "model")
_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage")


class RoleRefused(Exception):
    """The role lacks something without which no container starts; `str(error)` says what."""


def source_of(arn: str) -> iam.Source:
    """For whom SageMaker says that it acts when it assumes the role of the job, model or endpoint `arn`.

    Source: "Cross-Service Confused Deputy Prevention" in the guide. For inference it names an ARN that ends
    in an asterisk, which stands for itself, and no account beside it.
    """
    *account, resource = arn.split(":", 5)
    if resource.split("/")[0] in _INFERENCE:
        return iam.Source(":".join([*account, "*"]), says_account=False)
    return iam.Source(arn)


def trusts_sagemaker(role_arn: str, arn: str) -> bool:
    """Whether SageMaker may assume the role for the job, model or endpoint `arn`."""
    return iam.trusts(role_arn, SERVICE, source_of(arn))


def assume(instance: Instance, role_arn: str, arn: str) -> Credentials:
    """The role's credentials for the container of `arn`. Raises RoleRefused."""
    try:
        return iam.assume(instance, role_arn, "SageMaker", SERVICE, source_of(arn))
    except iam.RoleNotAssumable as err:
        raise RoleRefused(str(err)) from err


def pull_image(role_arn: str, image: str) -> None:
    """Raise RoleRefused unless the role may pull the image."""
    for action, resource in _pulling(image):
        if not iam.allowed(role_arn, action, resource):
            raise RoleRefused(f"{role_arn} is not authorized to perform: {action} on resource: {resource}")


def publish_metrics(role_arn: str, namespace: str) -> None:
    """Use the right to publish an instance's metrics; a role without it has none, and no other harm."""
    iam.allowed(role_arn, "cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": namespace})


def _pulling(image: str) -> list[tuple[str, str]]:
    found = _ECR.match(image)
    if found is None:
        return []
    account, region, name = found.groups()
    repository = f"arn:aws:ecr:{region}:{account}:repository/{name}"
    return [("ecr:GetAuthorizationToken", "*"), *((action, repository) for action in _PULL)]
