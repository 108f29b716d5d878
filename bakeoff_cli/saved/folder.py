"""A saved run's folder, read as the bucket that it was saved from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from bakeoff.domain.run.files import FINAL_MODEL, REPORT
from bakeoff.domain.run.names import run_prefix
from bakeoff_cli.errors import BadInput


class FolderStore:
    """Implements `bakeoff.domain.ports.ObjectReader` on the files of one run.

    `missing` are the files that were asked for and are not there; `last_read` is the last one that was.
    """

    def __init__(self, folder: Path, run_id: str, bucket: str | None = None) -> None:
        self.bucket = bucket or str(folder)
        self.missing: list[Path] = []
        self.last_read = folder
        self._folder = folder
        self._run_id = run_id
        self._prefix = run_prefix(run_id)

    def read_json(self, key: str) -> Any:
        """Raises FileNotFoundError when there is no such file, BadInput when it holds no JSON object."""
        return read_object(self._found(key))

    def read_lines(self, prefix: str) -> Iterator[str]:
        """As from the bucket; but where the bucket has no lines, this raises FileNotFoundError."""
        for path in self._below(prefix) or [self._found(prefix)]:
            self.last_read = path
            # Universal newlines, as in the bucket's reader.
            with path.open(encoding="utf-8", newline=None) as file:
                yield from (line.removesuffix("\n") for line in file)

    def sizes(self, prefix: str) -> dict[str, int]:
        """As from the bucket; but folders are no files."""
        sizes = {
            path.relative_to(self._folder).as_posix(): path.stat().st_size for path in self._below(prefix)
        }
        return {self._prefix + name: size for name, size in sizes.items()}

    def of_bucket(self, bucket: str) -> FolderStore:
        """The same files, addressed as in the bucket that they were saved from."""
        return FolderStore(self._folder, self._run_id, bucket)

    def path(self, key: str) -> Path:
        """The local file of an object. Raises BadInput for one outside the folder."""
        # Keys are made of names in the run's files, which are untrusted: no path leads out.
        relative = PurePosixPath(key.removeprefix(self._prefix))
        if relative.is_absolute() or ".." in relative.parts:
            raise BadInput(f"{self._folder} is no saved run: it refers to {relative}, which is outside it.")
        return self._folder / relative

    def _below(self, prefix: str) -> list[Path]:
        start = self.path(prefix)
        if start.is_file():
            return [start]
        parent, beginning = (start, "") if prefix.endswith("/") else (start.parent, start.name)
        files = {path.relative_to(parent).as_posix(): path for path in parent.rglob("*") if path.is_file()}
        return [files[name] for name in sorted(files) if name.startswith(beginning)]

    def _found(self, key: str) -> Path:
        path = self.path(key)
        if not path.is_file():
            self.missing.append(path)
            raise FileNotFoundError(f"There is no file {path}.")
        self.last_read = path
        return path


def saved_folder(path: Path) -> Path:
    """`path` itself. Raises BadInput when it is no folder."""
    if path.is_dir():
        return path
    problem = f"{path} is no folder" if path.exists() else f"There is no folder {path}"
    raise BadInput(f"{problem}: name the folder of a saved run.")


def folder_meant(run: str | None) -> Path | None:
    """The folder that a person names in the place of a run: one that is there, or what can be no run's name
    for its slash.
    """
    return Path(run) if run and (Path(run).exists() or "/" in run) else None


def report_in(folder: Path) -> Path | None:
    """The report in a saved run's folder; None if the run published none."""
    path = folder / REPORT
    return path if path.is_file() else None


def final_model_of(folder: Path) -> Path | None:
    """The archive of the final model in a saved run's folder; None without one."""
    document = folder / FINAL_MODEL
    if not document.is_file():
        return None
    url = read_object(document).get("model_data_url")
    _, _, below = str(url or "").partition(run_prefix(folder.name))
    path = folder / below
    return path if below and ".." not in path.parts and path.is_file() else None


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in the file. Raises BadInput when it holds anything else."""
    value = _read(path)
    if not isinstance(value, dict):
        raise BadInput(f"{path} is damaged: it holds no JSON object.")
    return value


def read_list(path: Path) -> list[Any]:
    """The JSON array in the file. Raises BadInput when it holds anything else."""
    value = _read(path)
    if not isinstance(value, list):
        raise BadInput(f"{path} is damaged: it holds no JSON array.")
    return value


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes(), parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError) as err:
        raise BadInput(f"{path} is damaged: it holds no JSON ({err}).") from err


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _finite(text: str) -> float:
    number = float(text)
    return number if abs(number) != float("inf") else _no_number(text)
