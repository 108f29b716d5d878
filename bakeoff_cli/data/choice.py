"""Which files an upload sends, and under which names."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bakeoff_cli.data.files import readable_file
from bakeoff_cli.data.reading import SETTINGS_NAME, is_settings, is_system_name
from bakeoff_cli.errors import BadInput


@dataclass(frozen=True)
class Chosen:
    """A file to send; `name` is its key below Inputs/. One of a folder was not named by anybody, and one that
    was made of what somebody said has that `source`.
    """

    path: Path
    name: str
    of_folder: bool = False
    source: str | None = None


@dataclass(frozen=True)
class Choice:
    """`skipped` are the files of a folder that hold no data: hidden ones, a system's own, and empty ones."""

    files: tuple[Chosen, ...]
    skipped: tuple[Path, ...] = ()


def choose(paths: Sequence[Path], settings: Path | None = None, below: str = "") -> Choice:
    """The files themselves, and of a folder all that lie in it, named by their places in it. `settings`, or
    the file of their name, comes first: no run is to plan with the data alone. All of it goes `below` a
    folder of Inputs/.

    Raises BadInput for an unusable file, a folder without data, or two files that would be one object.
    """
    chosen, skipped = list[Chosen](), list[Path]()
    if settings:
        chosen.append(Chosen(readable_file(settings), SETTINGS_NAME))
    for path in paths:
        if not path.is_dir():
            chosen.append(Chosen(readable_file(path), path.name))
            continue
        inside = list(_files_in(path))
        # What is no regular file (a pipe, a broken link) stays, and is refused below by its name.
        empty = {file for file in inside if file.path.is_file() and not file.path.stat().st_size}
        data = [file for file in inside if file not in empty and not is_system_name(file.name)]
        if not data:
            raise BadInput(f"The folder {path} holds no file to upload.")
        chosen += (Chosen(readable_file(file.path), file.name, of_folder=True) for file in data)
        skipped += (file.path for file in inside if file not in data)
    _require_names([file.name for file in chosen])
    placed = (replace(file, name=f"{below}{file.name}") for file in chosen)
    return Choice(tuple(sorted(placed, key=lambda file: not is_settings(file.name))), tuple(skipped))


def _files_in(folder: Path) -> Iterator[Chosen]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(root) / name
            yield Chosen(path, path.relative_to(folder).as_posix())


def _require_names(names: Iterable[str]) -> None:
    counts = Counter(names)
    if twice := sorted(name for name, count in counts.items() if count > 1):
        raise BadInput(f"Two files are named {twice[0]}: the second would replace the first in the bucket.")
    for name in counts:
        try:
            name.encode()
        except UnicodeEncodeError as err:
            raise BadInput(f"The name {name!r} is not in UTF-8, which S3 keys are: rename the file.") from err
