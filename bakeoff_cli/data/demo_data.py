"""What the demo compares on: a person's data, or Abalone, or without a network a made-up sample."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bakeoff_cli.data.abalone import DatasetCache
from bakeoff_cli.data.files import HALVES, halve
from bakeoff_cli.data.reading import FileReading, table_of
from bakeoff_cli.data.sample import SAMPLE_FILE
from bakeoff_cli.data.source import local_copy
from bakeoff_cli.data.width import width_of
from bakeoff_cli.errors import DownloadFailed, NotPublished

PARQUET = "parquet"
# A run's id takes 40 characters of an upload's name.
_STEM_CHARACTERS = 40 - len("-second-half")


@dataclass(frozen=True)
class DemoData:
    """`names` are those under which its halves are uploaded, `whole_name` that of data that nobody can halve;
    `source` is the file or address it came from.

    `is_own` is False for what the demo takes when a person names nothing.
    """

    path: Path
    names: tuple[str, str]
    source: str
    is_own: bool = True

    @property
    def made_up(self) -> bool:
        return is_sample(self.path)

    @property
    def whole_name(self) -> str:
        return "".join(_base_and_suffix(self.path))

    def uploads(self, folder: Path, reading: FileReading) -> list[Path]:
        """What is uploaded, one after the other, put into the folder: the halves, or Parquet as it is."""
        if reading.format == PARQUET:
            whole = folder / self.whole_name
            shutil.copyfile(self.path, whole)
            return [whole]
        first, second = (folder / name for name in self.names)
        halve(self.path, first, second, reading.header)
        return [first, second]


def demo_data(data: str | None, cache: DatasetCache, complain: Callable[[str], None]) -> DemoData:
    """`data` (a file or an address) if given, else Abalone, else (without a network) the made-up sample."""
    if data is not None:
        path = local_copy(data, cache.scratch, cache.fetch)
        return DemoData(path, upload_names(path), data)
    try:
        path = cache.obtain()
        return DemoData(path, HALVES, str(path), is_own=False)
    except (DownloadFailed, NotPublished) as err:
        complain(f"{err} The demo goes on with a small made-up sample; its numbers mean nothing.")
        return DemoData(SAMPLE_FILE, upload_names(SAMPLE_FILE), str(SAMPLE_FILE), is_own=False)


def upload_names(data: Path) -> tuple[str, str]:
    """Names for the halves of `data` that tell in reports and causes what they are halves of."""
    base, suffix = _base_and_suffix(data)
    return f"{base}-first-half{suffix}", f"{base}-second-half{suffix}"


def is_sample(data: Path) -> bool:
    return data.resolve() == SAMPLE_FILE


def hidden_width(data: Path, reading: FileReading, uploads: Sequence[Path]) -> int | None:
    """The number of features in all of `data`, where a run would not find it in an upload by itself."""
    if reading.format != "libsvm":
        return None
    width = width_of(data)
    return None if all(table_of(half, half.name).width == width + 1 for half in uploads) else width


def _base_and_suffix(data: Path) -> tuple[str, str]:
    file = Path(data.name.removesuffix(".gz"))
    stem = "made-up-sample" if is_sample(data) else re.sub(r"[^0-9A-Za-z]+", "-", file.stem)
    suffix = file.suffix if re.fullmatch(r"\.[0-9A-Za-z]{1,10}", file.suffix) else ".csv"
    return stem[:_STEM_CHARACTERS].strip("-") or "data", suffix
