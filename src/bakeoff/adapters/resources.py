"""The catalogue and the Spark script, as they lie in the deployed package and its layer."""

from __future__ import annotations

from pathlib import Path

from bakeoff.catalogue import read_catalogue, read_image_table, read_vocabulary
from bakeoff.domain.planning.planner import SCRIPT

__all__ = ["read_catalogue", "read_image_table", "read_script", "read_vocabulary"]


def read_script(folder: str) -> str:
    """The Spark job that every run keeps a copy of; the layer holds it at its top."""
    return (Path(folder) / SCRIPT).read_text("utf-8")
