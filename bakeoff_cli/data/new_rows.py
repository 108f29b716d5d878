"""A person's file of new rows, which are text, packed with gzip or not."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from bakeoff.domain.predicting.columns import RunColumns
from bakeoff.domain.predicting.new_table import NewTable, read_new_table
from bakeoff.domain.reading.parquet.table import is_parquet
from bakeoff.domain.reading.text import read_text
from bakeoff_cli.data.files import readable_file, unpacked
from bakeoff_cli.errors import BadInput


def new_rows(path: Path, columns: RunColumns) -> NewTable:
    """Raises BadInput or RequestError for what holds no rows with these columns."""
    try:
        with unpacked(readable_file(path)) as file:
            content = file.read()
    except (gzip.BadGzipFile, zlib.error, EOFError) as err:
        raise BadInput(f"{path} is a damaged gzip file: {err}.") from err
    if is_parquet(content):
        raise BadInput(
            f"{path} is Parquet that is packed with gzip: unpack it, as Parquet packs its own columns."
        )
    return read_new_table(str(path), read_text(str(path), content, len(content)).text, columns)
