"""What the command line says that a file is."""

from __future__ import annotations

from pathlib import Path

from bakeoff_cli.data.reading import ColumnSettings, SnapshotOptions, Target, look_into
from tests.unit.bakeoff.domain.reading.parquet.parquet_files import BYTES, DOUBLE, STRING, column, parquet_of

CARS = "mpg,name,origin,weight,made\n" + "".join(
    f"{20 + at % 7},car {at},{'usa' if at % 3 else 'japan'},{1000 + 13 * (at % 5)},1970-01-0{at % 9 + 1}\n"
    for at in range(40)
)


def test_a_mixed_table_is_told_column_by_kind(tmp_path: Path) -> None:
    path = tmp_path / "cars.csv"
    path.write_text(CARS)

    reading = look_into(path, SnapshotOptions(target=Target("mpg")), "cars.csv")

    assert reading.sentences("cars.csv") == (
        "cars.csv: CSV with a header; label: mpg; 1 number, 1 category, 1 date; ignored: name.",
        "name: every row has another value, so it is left out; name it in `categorical` to keep it.",
    )
    assert reading.as_json()["columns"] == "label: mpg; 1 number, 1 category, 1 date; ignored: name"


def test_settings_of_columns_are_told(tmp_path: Path) -> None:
    path = tmp_path / "cars.csv"
    path.write_text(CARS)
    columns = ColumnSettings(group="origin", ignore=("made",), categorical=("weight",))

    reading = look_into(path, SnapshotOptions(target=Target("mpg"), columns=columns), "cars.csv")

    assert reading.columns == "label: mpg; 1 category; group: origin; ignored: made, name"


def test_parquet_is_read_by_its_end(tmp_path: Path) -> None:
    path = tmp_path / "cars.parquet"
    path.write_bytes(parquet_of([column("mpg", DOUBLE), column("origin", BYTES, STRING)], rows=392))

    reading = look_into(path, SnapshotOptions(target=Target("mpg")), "cars.parquet")

    assert reading.sentences("cars.parquet") == (
        "cars.parquet: Parquet; label: mpg; 1 category.",
        "cars.parquet: 392 rows, by its Parquet footer.",
    )
