"""How to read an object, and what its head holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bakeoff.domain.errors import UnreadableData
from bakeoff.domain.reading.flaws import Flaw, first_or_commonest
from bakeoff.domain.reading.table import Row, Table
from bakeoff.domain.run.documents import Reading


@dataclass(frozen=True)
class Recognised:
    """How to read an object, and what its head holds.

    `names` are those of all columns of the file, None without a header. `target` is the label's name (None
    without names) and `position` its place from 1. `columns` are positions from 0, the label's first, then
    the features'; `width` counts the cells of a row; both are None for libsvm. `rows` and `malformed` count
    the head's lines, of which `example` is one, and `unlabelled` those without a label; `is_all` when the
    head is the whole object, and `stated_rows` are those of Parquet, whose head has none. `decimal` is what
    numbers have before their fraction.
    """

    key: str
    format: str
    compression: str
    delimiter: str | None
    header: str | None
    names: tuple[str, ...] | None
    target: str | None
    position: int
    source: str
    columns: tuple[int, ...] | None
    width: int | None
    skip: tuple[str, ...]
    feature_dim: int
    notes: tuple[str, ...]
    is_all: bool
    sparse: bool
    malformed: int
    example: Flaw | None
    rows: tuple[Row, ...]
    decimal: str = "."
    unlabelled: int = 0
    stated_rows: int | None = None

    @property
    def features(self) -> tuple[str, ...] | None:
        """The names of the features, in the order of `columns`."""
        if self.names is None or self.columns is None:
            return None
        return tuple(self.names[column] for column in self.columns[1:])

    def reading(self) -> Reading:
        """The part that the Spark job needs, as it stands in the plan; names are for people."""
        return {
            "format": self.format,
            "compression": self.compression,
            "delimiter": self.delimiter,
            "header": self.header,
            "names": list(self.names) if self.names is not None else None,
            "skip": list(self.skip),
            "columns": list(self.columns) if self.columns is not None else None,
            "width": self.width,
            "decimal": self.decimal,
        }


def recognised(
    table: Table,
    found: Sequence[Row | Flaw | None],
    columns: Sequence[int],
    *,
    source: str,
    feature_dim: int,
    notes: tuple[str, ...] = (),
    decimal: str = ".",
    alike: Callable[[Flaw], str] = lambda flaw: "",
) -> Recognised:
    """Of what was `found` in each line of the head, None where a row lacks its label. `columns` are positions
    from 0, the label's first; `alike` says what else has the flaw of an example.

    Raises UnreadableData when most lines are no rows, quoting one.
    """
    rows = tuple(each for each in found if isinstance(each, tuple))
    flawed = [each for each in found if isinstance(each, Flaw)]
    example = first_or_commonest(flawed, len(found)) if flawed else None
    if example and 2 * len(flawed) > len(found):
        raise UnreadableData(f"{table.key}, {example}{alike(example)}.")
    return Recognised(
        key=table.key,
        format=table.format,
        compression=table.compression,
        delimiter=table.delimiter,
        header=table.header,
        names=table.names,
        target=table.names[columns[0]] if table.names else None,
        position=columns[0] + 1,
        source=source,
        columns=None if table.format == "libsvm" else tuple(columns),
        width=table.width if table.format == "csv" else None,
        skip=table.skip,
        feature_dim=feature_dim,
        notes=notes,
        is_all=table.is_all,
        sparse=table.sparse,
        malformed=len(flawed),
        example=example,
        rows=rows,
        decimal=decimal,
        unlabelled=len(found) - len(flawed) - len(rows),
        stated_rows=table.stated_rows,
    )
