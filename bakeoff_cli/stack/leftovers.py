"""What costs money after a run: endpoints, and the configurations and models behind them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

_SETTLE_SECONDS = 30


def leftovers(sagemaker: SageMakerClient, sleep: Callable[[float], None] = time.sleep) -> tuple[str, ...]:
    """What still exists in the account, whatever its name: "endpoint NAME" and so on.

    A failed run is swept after it has ended; so this waits up to 30 seconds for the last of it to go.
    """
    for _ in range(_SETTLE_SECONDS):
        if not (left := tuple(_existing(sagemaker))):
            break
        sleep(1)
    return left


def _existing(sagemaker: SageMakerClient) -> Iterator[str]:
    for endpoints in sagemaker.get_paginator("list_endpoints").paginate():
        yield from (f"endpoint {entry['EndpointName']}" for entry in endpoints["Endpoints"])
    for configs in sagemaker.get_paginator("list_endpoint_configs").paginate():
        yield from (f"endpoint config {entry['EndpointConfigName']}" for entry in configs["EndpointConfigs"])
    for models in sagemaker.get_paginator("list_models").paginate():
        yield from (f"model {entry['ModelName']}" for entry in models["Models"])
