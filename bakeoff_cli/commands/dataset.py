"""`bakeoff dataset abalone`: the published data, halved."""

from __future__ import annotations

import tempfile
from pathlib import Path

import platformdirs

from bakeoff_cli.data.abalone import ABALONE, Shelf, digest
from bakeoff_cli.data.download import download
from bakeoff_cli.data.files import HALVES, halve, writable_folder
from bakeoff_cli.errors import DownloadFailed
from bakeoff_cli.program import command
from bakeoff_cli.show.output import Output


def shelf(scratch: Path, output: Output) -> Shelf:
    """The user's cache, with `scratch` for what is not kept, and the network with a progress bar."""

    def fetch(url: str, target: Path) -> None:
        # The last part of the address: all of it would leave no room for the bar.
        with output.transfer(f"Downloading {url.rstrip('/').rsplit('/', 1)[-1]}") as report:
            download(url, target, report)

    return Shelf(platformdirs.user_cache_path("bakeoff"), scratch, fetch, output.note, ABALONE)


def halve_abalone(source: str | None, folder: Path, verify: bool, output: Output) -> None:
    """Write dataset1.csv and dataset2.csv into `folder`. Raises CliError."""
    first, second = (writable_folder(folder) / name for name in HALVES)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            path = shelf(Path(scratch), output).obtain(source, verify)
        except DownloadFailed as err:
            raise DownloadFailed(f"{err} A copy from elsewhere can be given with --source FILE.") from err
        lines = halve(path, first, second)
        sha256 = digest(path)
    halves = list(zip((first, second), lines, strict=True))
    output.show(*(f"{half}: {count} lines" for half, count in halves))
    output.note(f"Upload them to a stack: {command('upload', *(str(half) for half in (first, second)))}")
    output.document(
        {
            "source": source or ABALONE.url,
            "sha256": sha256,
            "published": sha256 == ABALONE.sha256,
            "files": [
                {"path": str(half), "lines": count, "bytes": half.stat().st_size} for half, count in halves
            ],
        }
    )
