"""The catalogue and all scripts, as they lie in the deployed package and its layer."""

from __future__ import annotations

from pathlib import Path

from bakeoff.catalogue import read_catalogue, read_image_table, read_scripts, read_vocabulary

__all__ = ["read_catalogue", "read_image_table", "read_scripts", "read_spark_job", "read_vocabulary"]

_SPARK_SCRIPT, _SPARK_MODULES = "prepare_datasets.py", "preparation/**/*.py"


def read_spark_job(folder: str) -> dict[str, str]:
    """The Spark job that every run keeps a copy of, by path: its script, and the modules that it imports.

    The layer holds them at its top, beside what other layers bring.
    """
    top = Path(folder)
    paths = [top / _SPARK_SCRIPT, *sorted(top.glob(_SPARK_MODULES))]
    return {path.relative_to(top).as_posix(): path.read_text("utf-8") for path in paths}
