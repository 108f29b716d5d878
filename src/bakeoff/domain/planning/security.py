"""What encrypts the disks of jobs and endpoints, and in which network these run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bakeoff.domain.errors import ConfigurationError

# `ml.m5d.large`: the family's letters, its generation, and attributes, of which "d" means local disks.
_INSTANCE_TYPE = re.compile(r"ml\.([a-z]+)(\d+)([a-z]*)(-[a-z0-9]+)?\..+")
# Accelerated families have them without saying so. Source: "Instance store volumes" in the EC2 user guide.
_WITHOUT_LOCAL_DISKS = frozenset({"p2", "p3", "inf1", "inf2", "g5g"})
_ACCELERATED = frozenset({"dl", "g", "gr", "inf", "p", "trn"})


def has_local_disk(instance_type: str) -> bool:
    """Whether a SageMaker instance type stores on disks of its own, which its hardware encrypts.

    SageMaker refuses a key for these. An accelerated type that is not known counts as one: without a key of
    one's own a job still runs.
    """
    found = _INSTANCE_TYPE.fullmatch(instance_type)
    if found is None:
        return False
    letters, generation, attributes, _ = found.groups()
    if letters in _ACCELERATED and "d" not in attributes:
        return f"{letters}{generation}{attributes}" not in _WITHOUT_LOCAL_DISKS
    return "d" in attributes or letters in ("i", "d", "h")


@dataclass(frozen=True)
class JobSecurity:
    """A key's ARN, subnets and security groups, which all may be empty.

    Its methods give parts of SageMaker requests, empty where there is nothing to ask for: SageMaker refuses
    empty values. Raises ConfigurationError for subnets without security groups, or the other way round.
    """

    kms_key_arn: str = ""
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.subnet_ids) != bool(self.security_group_ids):
            raise ConfigurationError(
                "The parameters SubnetIds and SecurityGroupIds go together: deploy with both of them or with "
                "neither."
            )

    def network(self) -> dict[str, Any]:
        """Of a job or model: its VpcConfig."""
        if not self.subnet_ids:
            return {}
        return {
            "VpcConfig": {
                "Subnets": list(self.subnet_ids),
                "SecurityGroupIds": list(self.security_group_ids),
            }
        }

    def output(self) -> dict[str, str]:
        """Of an OutputDataConfig: without it, SageMaker takes the account's default key, not the bucket's."""
        return {"KmsKeyId": self.kms_key_arn} if self.kms_key_arn else {}

    def job_volume(self, instance_type: str) -> dict[str, str]:
        """Of a job's instances: the key of their disks."""
        return {"VolumeKmsKeyId": self.kms_key_arn} if self._encrypts(instance_type) else {}

    def endpoint_volume(self, instance_type: str) -> dict[str, str]:
        """Of an endpoint configuration: the key of its instances' disks."""
        return {"KmsKeyId": self.kms_key_arn} if self._encrypts(instance_type) else {}

    def _encrypts(self, instance_type: str) -> bool:
        return bool(self.kms_key_arn) and not has_local_disk(instance_type)


UNPROTECTED = JobSecurity()
