"""The documents of a run that this program can read, wherever they lie."""

from __future__ import annotations

from typing import Any

from bakeoff_cli.errors import LeftInconsistent

REPORT_NAME = "report.html"


def require_readable(comparison: Any, where: str) -> None:
    """Raise LeftInconsistent for a comparison of another schema than this program knows."""
    if not isinstance(comparison, dict):
        raise LeftInconsistent(f"{where} is damaged: it holds no JSON object.")
    if comparison.get("schema_version") != 1:
        raise LeftInconsistent(f"{where} has a schema_version that this bakeoff cannot read: upgrade it.")
