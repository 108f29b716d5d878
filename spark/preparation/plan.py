"""The plan of a run, as the plan function wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from preparation.failures import JobError

Plan = Mapping[str, Any]  # plan.json, schema_version 1
SPLITS = ("train", "validation", "test")


def read_plan(path: Path) -> Plan:
    try:
        plan: Plan = json.loads(path.read_text("utf-8"))
        if not plan["inputs"]:
            raise ValueError("it lists no inputs")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise JobError(f"The plan {path} cannot be used ({error}); start a new run.") from error
    return plan
