"""Names of layers in moto 5.2.5: AWS takes a layer's ARN wherever it takes its name.

moto lists no versions of an ARN, and publishes a version of a new layer that bears the ARN as its name.
`sam sync` names layers by their ARN.
Source: https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html
"""

from __future__ import annotations

import functools
from typing import Any
from urllib.parse import unquote

from moto.awslambda.models import LambdaBackend

from local_aws.core.patching import wrap


@functools.cache
def apply() -> None:
    """Let ARNs stand for layers' names. A second call does nothing."""
    wrap(LambdaBackend, "list_layer_versions", _list)
    wrap(LambdaBackend, "publish_layer_version", _publish)


def _list(original: Any, self: Any, layer_name: str) -> Any:
    return original(self, _name(layer_name))


def _publish(original: Any, self: Any, spec: dict[str, Any]) -> Any:
    return original(self, {**spec, "LayerName": _name(spec["LayerName"])})


def _name(name_or_arn: str) -> str:
    """The last part of `arn:aws:lambda:REGION:ACCOUNT:layer:NAME`; in a path its colons are escaped."""
    return unquote(name_or_arn).rpartition(":")[2]
