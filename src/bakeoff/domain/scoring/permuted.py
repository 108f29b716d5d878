"""Test rows in which the cells of one column of the original table have changed places."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bakeoff.domain.datasets.encoding import Encoder
from bakeoff.domain.datasets.test_rows import HeldOutRows, HeldOutSplit
from bakeoff.domain.run.documents import Plan
from bakeoff.domain.run.files import RunFiles


class Permutable(Protocol):
    """The rows that are permuted, shape (n,)."""

    def columns(self) -> list[str]:
        """The names of the columns that features are made of."""

    def permuted(self, place: int, order: Sequence[int]) -> list[str]:
        """The rows as they are sent, row i with the cell that row order[i] has in the column at `place`."""


@dataclass(frozen=True)
class PlainRows:
    """Of a plain table a column is a feature. `names` are None where nobody named them."""

    rows: Sequence[Sequence[str]]
    names: Sequence[str] | None

    @classmethod
    def of(cls, rows: Sequence[str], names: Sequence[str] | None) -> PlainRows:
        return cls([row.split(",") for row in rows], names)

    def columns(self) -> list[str]:
        return list(self.names or (f"feature {place}" for place in range(1, len(self.rows[0]) + 1)))

    def permuted(self, place: int, order: Sequence[int]) -> list[str]:
        cells = [self.rows[source][place] for source in order]
        return [
            ",".join((*row[:place], cell, *row[place + 1 :]))
            for row, cell in zip(self.rows, cells, strict=True)
        ]


@dataclass(frozen=True)
class EncodedRows:
    """Of a mixed table, all features of a column move together. `rows` are in the encoder's view, `table` has
    the columns' cells as they came, in the order of the encoder's columns.
    """

    rows: Sequence[Sequence[str]]
    table: Sequence[Sequence[str]]
    encoder: Encoder

    @classmethod
    def of(cls, run: RunFiles, plan: Plan, rows: HeldOutRows, split: HeldOutSplit) -> EncodedRows:
        encoder = Encoder(run.encoding(split.fold), split.view)
        places = {column["name"]: place for place, column in enumerate(split.columns or ())}
        wanted = [places[column["name"]] for column in encoder.columns]
        kept = set(rows.numbers)
        lines = (line for number, line in enumerate(run.lines_of(split.table)) if number in kept)
        cells = [json.loads(line) for line in lines]
        return cls(
            [row.split(",") for row in rows.features],
            [[row[place] for place in wanted] for row in cells],
            encoder,
        )

    def columns(self) -> list[str]:
        return [column["name"] for column in self.encoder.columns]

    def permuted(self, place: int, order: Sequence[int]) -> list[str]:
        column = self.encoder.columns[place]
        own = self.encoder.places[column["name"]]
        features = [self.encoder.cell(column, self.table[source][place]) for source in order]
        return [
            ",".join((*row[: own.start], *cells, *row[own.stop :]))
            for row, cells in zip(self.rows, features, strict=True)
        ]
