"""Groups and packages by name or ARN; the sentences of refusals are AWS's."""

from __future__ import annotations

import threading
from typing import Any

from moto.sagemaker.exceptions import ValidationError

from local_aws.services.sagemaker.control_plane.actions import Call

# A version must get its number, and a group must be empty, while nobody else changes it.
changing = threading.RLock()


def find_group(call: Call, name_or_arn: str) -> Any:
    name = name_or_arn.rsplit("/", 1)[-1]
    if name not in call.backend.model_package_groups:
        arn = call.arn("model-package-group", name)
        raise ValidationError(message=f"ModelPackageGroup {arn} does not exist.")
    return call.backend.model_package_groups[name]


def find_package(call: Call, name_or_arn: str) -> Any:
    is_arn = name_or_arn.startswith("arn:")
    arn = name_or_arn if is_arn else call.arn("model-package", name_or_arn.lower())
    if arn not in call.backend.model_packages:
        raise ValidationError(message=f"ModelPackage {arn} does not exist.")
    return call.backend.model_packages[arn]
