"""What SageMaker's built-in algorithms reply: a record a row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from local_aws.services.sagemaker.containers.server import Reply

JSON, JSON_LINES = "application/json", "application/jsonlines"
Record = Mapping[str, Any]


def reply(records: Iterable[Record], accept: str) -> Reply:
    """{"predictions": [record, ...]}, or with application/jsonlines a record a line.

    Whatever else a request accepts: the images reply JSON even to text/csv.
    """
    if accept == JSON_LINES:
        return Reply("\n".join(map(json.dumps, records)).encode(), JSON_LINES)
    return Reply(json.dumps({"predictions": list(records)}).encode(), JSON)
