"""Patches IAM of moto 5.2.5, whose engine knows neither conditions nor the resources of most services.

Calls that are signed with the credentials of a role are authorised by that role's policies: action,
resource and conditions, within its permissions boundary, as AWS would. Any other key is an administrator's.
moto's engine also takes an unmet Condition in a bucket policy for a denial, so that the usual "deny what is
not TLS" refuses every PutObject; bucket policies are evaluated by the same code here. And it refuses a policy
without a Version, such as those of SAM's policy templates; AWS takes it for one of 2008-10-17. And to tell
whose a key is, it makes an IAM for each partition of AWS, with all of AWS's own policies in each.
"""

from __future__ import annotations

import functools
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.authorization import ActionAuthenticatorMixin
from moto.iam import models
from moto.iam.models import iam_backends
from moto.iam.policy_validation import BaseIAMPolicyValidator
from moto.s3.models import FakeBucket

from local_aws.core.patching import replace, wrap
from local_aws.services.iam import hook
from local_aws.services.iam.hook import identity_of
from local_aws.services.iam.key_policies import find_key, lets_role_use, lets_service_use
from local_aws.services.iam.keys import encryption_context
from local_aws.services.iam.records import Answered, Denial, clear_records, denials, recording
from local_aws.services.iam.roles import allowed, statements_of_role
from local_aws.services.iam.services import RoleNotAssumable, Source, assume, lets_in, trusts

__all__ = [
    "Answered",
    "Denial",
    "RoleNotAssumable",
    "Source",
    "allowed",
    "apply",
    "assume",
    "clear_records",
    "denials",
    "encryption_context",
    "find_key",
    "identity_of",
    "lets_in",
    "lets_role_use",
    "lets_service_use",
    "recording",
    "statements_of_role",
    "trusts",
]


@functools.cache
def apply() -> None:
    """Authorise every request to moto. A second call does nothing."""
    replace(ActionAuthenticatorMixin, _authenticate_and_authorize_action=hook.authorize)
    replace(FakeBucket, get_permission=hook.get_permission)
    replace(models, get_account_id_from=_account_of)
    wrap(BaseIAMPolicyValidator, "_validate_version", _validate_version)


def _validate_version(original: Any, self: Any) -> None:
    if "Version" in self._policy_json:
        original(self)


def _account_of(access_key: str) -> str:
    for account_id, partitions in list(iam_backends.items()):
        if any(access_key in backend.access_keys for backend in list(partitions.values())):
            return str(account_id)
    return str(DEFAULT_ACCOUNT_ID)
