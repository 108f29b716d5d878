"""`bakeoff dataset abalone`: the published data, halved."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bakeoff_cli import options
from bakeoff_cli.data.files import HALVES, halve, writable_folder
from bakeoff_cli.errors import DownloadFailed
from bakeoff_cli.program import command
from bakeoff_cli.show.output import Output


def abalone(
    source: Annotated[
        str | None,
        typer.Option(help="A file or http(s) address to take the data from, instead of their publisher."),
    ] = None,
    output_folder: options.OutputFolder = Path(),
    verify: Annotated[
        bool,
        typer.Option("--verify/--no-verify", help="Insist on the published bytes (sha256), or take any."),
    ] = True,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Download the Abalone data (4,177 rows, CC BY 4.0), verify them, and halve them.

    Writes dataset1.csv and dataset2.csv, replacing any there: the first and the second half of the lines,
    which are libsvm lines in spite of the names that the original sample gave them. A verified download is
    kept for the next time.
    """
    from bakeoff_cli.data.abalone import ABALONE, digest, users_cache

    output = Output(as_json, quiet)
    first, second = (writable_folder(output_folder) / name for name in HALVES)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            path = users_cache(Path(scratch), output.transfer, output.note).obtain(source, verify)
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
