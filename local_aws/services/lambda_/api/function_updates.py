"""UpdateFunctionConfiguration and UpdateFunctionCode of moto 5.2.5 drop some members that they accept."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from moto.awslambda.models import LambdaFunction


@functools.cache
def apply() -> None:
    LambdaFunction.update_configuration = _keeping(LambdaFunction.update_configuration)
    LambdaFunction.update_function_code = _keeping(LambdaFunction.update_function_code)


def _keeping(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def updated(self: Any, updates: dict[str, Any]) -> Any:
        if "TracingConfig" in updates:
            self.tracing_config = updates["TracingConfig"]
        if "EphemeralStorage" in updates:
            self.ephemeral_storage = updates["EphemeralStorage"]["Size"]
        if "KMSKeyArn" in updates:
            self.kms_key_arn = updates["KMSKeyArn"] or None
        if "Architectures" in updates:
            self.architectures = updates["Architectures"]
        return original(self, updates)

    return updated
