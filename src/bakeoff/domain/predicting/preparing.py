"""New rows as a model takes them: each exactly as the run's own rows were prepared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bakeoff.domain.datasets.encoding import Encoder
from bakeoff.domain.errors import UnreadableCell
from bakeoff.domain.messages import excerpt
from bakeoff.domain.predicting.columns import RunColumns
from bakeoff.domain.predicting.new_table import NewTable
from bakeoff.domain.reading.numbers import LARGEST_FEATURE, canonical_number, is_missing
from bakeoff.domain.run.documents import EncodedColumn, Encoding

_MEND = "mend the cell or remove the row"


@dataclass(frozen=True)
class PreparedRows:
    """`features` are CSV without label, a row each; `own` are the cells of columns that no model reads, by
    name. `notes` say what was found that the training rows had nothing of.
    """

    features: list[str]
    own: Mapping[str, Sequence[str]]
    notes: tuple[str, ...]


def prepare(
    table: NewTable, columns: RunColumns, encoding: Encoding | None = None, view: str = ""
) -> PreparedRows:
    """`encoding` and `view` are those of a mixed table. Raises UnreadableCell, with the file's line."""
    places = {name: place for place, name in enumerate(table.names)}
    encoder = Encoder(encoding, view, table.decimal) if encoding else None
    surprises, features = Surprises(), []
    for line, row in zip(table.lines, table.cells, strict=True):
        cells = {name: row[place] for name, place in places.items()}
        try:
            if encoder is None:
                texts = [_number(name, cells[name]) for name in columns.features]
            else:
                texts = _encoded(encoder, line, cells, surprises)
        except UnreadableCell as err:
            raise UnreadableCell(
                f"{table.key}, {table.unit} {line}: {err} So nothing was predicted: {_MEND}."
            ) from err
        features.append(",".join(texts))
    own = {name: [row[places[name]] for row in table.cells] for name in columns.others if name in places}
    return PreparedRows(features, own, (*table.notes, *surprises.notes(table.key, table.unit)))


def _number(name: str, cell: str) -> str:
    text = canonical_number(cell)
    if text is None and is_missing(cell):
        raise UnreadableCell(f"Column {name} holds no value, which no row had that the model learnt from.")
    if text is None:
        raise UnreadableCell(f"Column {name} holds {excerpt(cell)}, which is no number.")
    return _within(name, text)


def _within(name: str, text: str) -> str:
    if abs(float(text)) > LARGEST_FEATURE:
        raise UnreadableCell(f"Column {name} holds {excerpt(text)}, more than algorithms can hold.")
    return text


def _encoded(encoder: Encoder, line: int, cells: Mapping[str, str], surprises: Surprises) -> list[str]:
    row = []
    for column in encoder.columns:
        name, cell = column["name"], cells[column["name"]]
        row += encoder.cell(column, cell)
        if column["kind"] == "number" and (number := canonical_number(cell, encoder.decimal)) is not None:
            _within(name, number)
        surprises.look(line, column, cell, encoder)
    return row


@dataclass(frozen=True)
class Surprises:
    """Cells that the training rows had nothing of, by their columns: each one's line and text."""

    levels: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    gaps: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def look(self, line: int, column: EncodedColumn, cell: str, encoder: Encoder) -> None:
        if encoder.is_missing(cell):
            if not column.get("missing"):
                self.gaps.setdefault(column["name"], []).append((line, cell))
        elif not encoder.is_known(column, cell):
            self.levels.setdefault(column["name"], []).append((line, cell))

    def notes(self, key: str, unit: str) -> list[str]:
        return [
            *(
                f"{key}: in {_rows(found, unit)} {name} has a level that training never saw or too rarely "
                f"to list, such as {excerpt(found[0][1])}: it counts as none that is known."
                for name, found in self.levels.items()
            ),
            *(
                f"{key}: in {_rows(found, unit)} {name} has no value, which no training row lacked: the "
                "model has learnt nothing of that."
                for name, found in self.gaps.items()
            ),
        ]


def _rows(found: Sequence[tuple[int, str]], unit: str) -> str:
    return f"{len(found):,} row{'' if len(found) == 1 else 's'} (the first in {unit} {found[0][0]})"
