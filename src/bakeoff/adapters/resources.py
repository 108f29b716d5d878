"""The catalogue and the Spark job, as they lie in the deployed package and its layer."""

from __future__ import annotations

from pathlib import Path

from bakeoff.catalogue import read_catalogue, read_image_table, read_vocabulary

__all__ = ["read_catalogue", "read_image_table", "read_scripts", "read_vocabulary"]

_SCRIPT, _MODULES = "prepare_datasets.py", "preparation/**/*.py"


def read_scripts(folder: str) -> dict[str, str]:
    """The Spark job that every run keeps a copy of, by path: its script, and the modules that it imports.

    The layer holds them at its top, beside what other layers bring.
    """
    top = Path(folder)
    paths = [top / _SCRIPT, *sorted(top.glob(_MODULES))]
    return {path.relative_to(top).as_posix(): path.read_text("utf-8") for path in paths}
