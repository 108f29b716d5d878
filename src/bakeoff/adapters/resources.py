"""The catalogue and all scripts, as they lie in the deployed package and its layer."""

from __future__ import annotations

from pathlib import Path

from bakeoff.catalogue import read_catalogue, read_image_table, read_vocabulary
from bakeoff.domain.planning.scripts import Script

__all__ = ["read_catalogue", "read_image_table", "read_scripts", "read_spark_job", "read_vocabulary"]

_SPARK_SCRIPT, _SPARK_MODULES = "prepare_datasets.py", "preparation/**/*.py"
# With the scripts' folders, at the place from which they import it.
_SHARED = ("__init__.py", "scripts/__init__.py", "scripts/tabular.py")
_PACKAGE = Path(__file__).resolve().parents[1]


def read_spark_job(folder: str) -> dict[str, str]:
    """The Spark job that every run keeps a copy of, by path: its script, and the modules that it imports.

    The layer holds them at its top, beside what other layers bring.
    """
    top = Path(folder)
    paths = [top / _SPARK_SCRIPT, *sorted(top.glob(_SPARK_MODULES))]
    return {path.relative_to(top).as_posix(): path.read_text("utf-8") for path in paths}


def read_scripts(folder: Path = _PACKAGE / "scripts") -> dict[str, Script]:
    """The script of every entry that has one, by the folder's name."""
    shared = {f"bakeoff/{name}": (_PACKAGE / name).read_bytes() for name in _SHARED}
    return {
        path.name: Script({**_files(path), **shared})
        for path in sorted(folder.iterdir())
        if path.is_dir() and path.name != "__pycache__"
    }


def _files(folder: Path) -> dict[str, bytes]:
    """All but bytecode, and what makes the folder itself a package: it is the top of the archive."""
    return {
        name: path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and "__pycache__" not in path.parts
        and (name := path.relative_to(folder).as_posix()) != "__init__.py"
    }
