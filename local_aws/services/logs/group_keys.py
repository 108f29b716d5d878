"""Keys of log groups: moto 5.2.5 takes any key, and has neither AssociateKmsKey nor its opposite.

CloudWatch Logs uses a key in its own name, so the key's policy has to let it.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""

from __future__ import annotations

import functools
from typing import Any

from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogsBackend
from moto.logs.responses import LogsResponse

from local_aws.core.patching import replace, wrap
from local_aws.services.iam import lets_service_use

_ACTIONS = ("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "DescribeKey")


@functools.cache
def apply() -> None:
    """Check the keys of log groups, and let them change. A second call does nothing."""
    wrap(LogsBackend, "create_log_group", _create)
    replace(LogsResponse, associate_kms_key=_associate, disassociate_kms_key=_disassociate)


def _create(original: Any, self: Any, log_group_name: str, tags: Any, **kwargs: Any) -> Any:
    _require_usable(self, log_group_name, kwargs.get("kmsKeyId"))
    return original(self, log_group_name, tags, **kwargs)


def _associate(self: Any) -> str:
    name, key = self._get_param("logGroupName"), self._get_param("kmsKeyId")
    _require_usable(self.logs_backend, name, key)
    self.logs_backend.groups[name].kms_key_id = key
    return ""


def _disassociate(self: Any) -> str:
    self.logs_backend.groups[self._get_param("logGroupName")].kms_key_id = None
    return ""


def _require_usable(backend: Any, name: str, key: str | None) -> None:
    if key is None:
        return
    arn = f"arn:aws:logs:{backend.region_name}:{backend.account_id}:log-group:{name}"
    context = {"kms:encryptioncontext:aws:logs:arn": arn, "aws:sourceaccount": backend.account_id}
    service = f"logs.{backend.region_name}.amazonaws.com"
    if not all(lets_service_use(key, service, f"kms:{action}", context) for action in _ACTIONS):
        raise InvalidParameterException(
            f"The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'"
        )
