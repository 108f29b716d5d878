"""A customer's key for a state machine: who has to be able to use it, and what nobody is told without it.

moto 5.2.5 keeps EncryptionConfiguration, and asks nobody. What a caller needs of the key is IAM's business
(`iam.keys`); here is what Step Functions does in the name of the state machine's role. A key that is disabled
while an execution goes on would end that execution in AWS, with an error that is not documented; here, it
hinders only what begins.
Source: "Data at rest encryption in Step Functions" in the developer guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import AWSError

from local_aws.core.instance import current_instance
from local_aws.services import iam

Encryption = Mapping[str, Any] | None
METADATA_ONLY = "METADATA_ONLY"
_DELIVERY = "delivery.logs.amazonaws.com"


class KmsAccessDenied(AWSError):  # type: ignore[misc]
    TYPE = "KmsAccessDeniedException"
    STATUS = 400


class KmsInvalidState(AWSError):  # type: ignore[misc]
    TYPE = "KmsInvalidStateException"
    STATUS = 400


def is_customers(encryption: Encryption) -> bool:
    return (encryption or {}).get("type") == "CUSTOMER_MANAGED_KMS_KEY"


def require_key(encryption: Encryption) -> None:
    """Raise KmsAccessDenied unless the key exists and encrypts, KmsInvalidState unless it is enabled."""
    if is_customers(encryption):
        _usable_key(encryption)


def require_role(encryption: Encryption, role_arn: str, machine_arn: str) -> None:
    """Raise KmsAccessDenied unless the role may encrypt and decrypt what executions of the machine hold."""
    if not is_customers(encryption):
        return
    key, context = _usable_key(encryption), iam.encryption_context(_without_version(machine_arn))
    actions = ("kms:GenerateDataKey", "kms:Decrypt")
    # All are asked, so that whoever records the questions sees each of them.
    answers = [(action, iam.lets_role_use(key, role_arn, action, context)) for action in actions]
    for action, is_allowed in answers:
        if not is_allowed:
            raise KmsAccessDenied(f"{role_arn} is not authorized to perform: {action} on resource: {key}")


def delivers_logs(encryption: Encryption, role_arn: str) -> bool:
    """Whether an encrypted execution's log reaches its group: the role encrypts it, the delivery decrypts."""
    if not is_customers(encryption):
        return True
    # The asterisk is part of the text.
    context = {"kms:encryptioncontext:sourcearn": current_instance().arn("logs", "*")}
    key = _usable_key(encryption)
    encrypts = iam.lets_role_use(key, role_arn, "kms:GenerateDataKey", context)
    return encrypts and iam.lets_service_use(key, _DELIVERY, "kms:Decrypt", context)


def _usable_key(encryption: Encryption) -> str:
    identifier, instance = str((encryption or {}).get("kmsKeyId")), current_instance()
    key = iam.find_key(identifier, instance.region, instance.account_id)
    if key is None:
        raise KmsAccessDenied(f"The key '{identifier}' does not exist, or may not be used.")
    if key.key_spec != "SYMMETRIC_DEFAULT":
        raise KmsAccessDenied(f"The key '{identifier}' is none for symmetric encryption.")
    if key.key_state != "Enabled":
        raise KmsInvalidState(f"{key.arn} is {key.key_state}.")
    return str(key.arn)


def _without_version(arn: str) -> str:
    return ":".join(arn.split(":")[:7])
