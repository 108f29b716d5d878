"""Where a function finds the packages of its layers on this machine."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from pathlib import Path

from local_aws.services.lambda_.interpreter import Interpreter

_COMPILED = (".so", ".pyd", ".dylib")
_PROJECT = Path(sysconfig.get_path("platlib"))


def package_folders(layer_root: Path, runtime: str, interpreter: Interpreter, scratch: Path) -> list[Path]:
    """The folders that Lambda puts on the path, or folders in `scratch` that stand in for them where this
    machine cannot load what the layers were built for.
    """
    folders = [layer_root / "python", layer_root / "python" / "lib" / runtime / "site-packages"]
    if interpreter.loads(runtime):
        return folders
    return [_stand_in(folder, scratch / str(number)) for number, folder in enumerate(folders)]


def _stand_in(source: Path, target: Path) -> Path:
    """A folder of links: to the packages in `source`, but for compiled ones to the project's of that name."""
    target.mkdir(parents=True, exist_ok=True)
    for entry in sorted(source.iterdir()) if source.is_dir() else ():
        for chosen in _projects(entry) if _is_compiled(entry) else [entry]:
            link = target / chosen.name
            if not link.is_symlink():
                link.symlink_to(chosen)
    return target


def _is_compiled(entry: Path) -> bool:
    files = entry.rglob("*") if entry.is_dir() and entry.name != "lib" else [entry]
    return any(path.name.endswith(_COMPILED) or ".so." in path.name for path in files)


def _projects(entry: Path) -> Iterator[Path]:
    """A folder of the same name, or whichever file makes the same module."""
    yield from _PROJECT.glob(entry.name if entry.is_dir() else f"{entry.name.partition('.')[0]}.*")
