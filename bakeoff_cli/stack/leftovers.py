"""What costs money after a run: endpoints, and the configurations and models behind them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

_SETTLE_SECONDS = 30


def leftovers(
    sagemaker: SageMakerClient, sleep: Callable[[float], None] = time.sleep, besides: str | None = None
) -> tuple[str, ...]:
    """What still exists in the account, whatever its name: "endpoint NAME" and so on. `besides` is
    production's endpoint, which is to stay with all whose names begin with its own.

    A failed run is swept after it has ended; so this waits up to 30 seconds for the last of it to go.
    """
    for _ in range(_SETTLE_SECONDS):
        existing = _existing(sagemaker)
        left = tuple(
            f"{kind} {name}" for kind, name in existing if besides is None or not name.startswith(besides)
        )
        if not left:
            break
        sleep(1)
    return left


def _existing(sagemaker: SageMakerClient) -> Iterator[tuple[str, str]]:
    """Kind and name."""
    for endpoints in sagemaker.get_paginator("list_endpoints").paginate():
        yield from (("endpoint", entry["EndpointName"]) for entry in endpoints["Endpoints"])
    for configs in sagemaker.get_paginator("list_endpoint_configs").paginate():
        yield from (("endpoint config", entry["EndpointConfigName"]) for entry in configs["EndpointConfigs"])
    for models in sagemaker.get_paginator("list_models").paginate():
        yield from (("model", entry["ModelName"]) for entry in models["Models"])
