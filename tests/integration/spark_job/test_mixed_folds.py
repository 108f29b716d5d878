"""The units of a mixed table: each with an encoding of its own, which no row has a say in that it judges."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, cast

import numpy as np
import pytest

from bakeoff.domain.datasets.encoding import VIEWS, Encoder
from bakeoff.domain.run.documents import Encoding, Summary
from bakeoff.domain.run.folds import fold_summaries
from preparation import arrays
from preparation.mixed import encoding
from preparation.plan import Unit, units_of
from tests.integration.spark_job.job import SPLIT, Datasets, Job
from tests.integration.spark_job.tables import MISSING, Table, encoding_of
from tests.integration.spark_job.test_encoding_document import SCHEMA
from tests.integration.spark_job.test_mixed_files import parquet
from tests.integration.spark_job.test_mixed_splits import rows_of

FOLDS = 4
FOLDED = SPLIT | {"folds": FOLDS}
# So few levels of a column are known by name that most of those of `town` are not.
MAX_LEVELS = MAX_RARE = 4
TABLE = Table(
    [
        ("y", "number"),
        ("a", "number"),
        ("b", "category"),
        ("c", "boolean"),
        ("d", "date"),
        ("once", "number"),
        ("town", "category"),
        ("id", "category"),
    ]
)
# In the column `once`, one row alone has a value, so that a unit which does not train on it drops the column.
# Of a level with two rows, a unit may train on both, on one, or on none.
CELLS = [
    [y, a, f"pair {n % 9}" if n < 18 else b, c, d, "" if n else "7", f"town {n % 150}", f"id {n}"]
    for n, (y, a, b, c, d) in enumerate(rows_of(1, 400))
]
BROKEN = ["x"] * len(TABLE.columns)
BY_LABEL = {row[0]: row for row in CELLS}
UNITS = units_of(FOLDS)
LEFTOVERS = (
    "csv/train/part-old",
    "table/test/part-old",
    "dense/fold-9/train/part-old",
    "fold-9/encoding.json",
)


@pytest.fixture(scope="module", autouse=True)
def few_rare_levels() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "MAX_RARE", MAX_RARE)
        yield


def prepared(job: Job, rows: Sequence[Sequence[str]], to: str, split: Mapping[str, Any]) -> Datasets:
    levels = {"max_levels": MAX_LEVELS}
    return TABLE.run(job, TABLE.csv(job, "rows.csv", rows), to=to, split=split, table=levels)


@pytest.fixture(scope="module")
def folded(module_job: Job) -> Datasets:
    """Where an attempt has left files of every layout."""
    for leftover in LEFTOVERS:
        path = module_job.folder / "datasets" / leftover
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("left by an attempt that failed\n")
    return prepared(module_job, [*CELLS, BROKEN], "datasets", FOLDED)


def encoding_of_unit(datasets: Datasets, unit: Unit) -> Encoding:
    folder = "" if unit.name == "final" else f"{unit.name}/"
    found: Encoding = json.loads((datasets.root / f"{folder}encoding.json").read_text("utf-8"))
    return found


def labels_of(datasets: Datasets, unit: Unit, split: str, view: str = "csv") -> list[str]:
    return [line.split(",")[0] for line in datasets.rows(view, f"{unit.name}/{split}")]


def table_of(datasets: Datasets, fold: int) -> list[list[str]]:
    """The rows of a data fold, as they came."""
    return [json.loads(line) for line in datasets.lines(f"table/fold-{fold}/")]


def test_each_row_is_a_test_row_once_and_each_unit_has_the_folds_that_it_says(folded: Datasets) -> None:
    folds = [[cells[0] for cells in table_of(folded, fold)] for fold in range(FOLDS)]

    assert Counter(label for fold in folds for label in fold) == Counter(list(BY_LABEL))
    assert min(map(len, folds)) > 50
    for unit in UNITS:
        for split, members in unit.parts.items():
            wanted = Counter(label for fold in members for label in folds[fold])
            assert all(Counter(labels_of(folded, unit, split, view)) == wanted for view in VIEWS)
    for fold, unit in enumerate(UNITS[:-1]):
        assert all(labels_of(folded, unit, "test", view) == folds[fold] for view in VIEWS)
    assert [item["line"] for item in folded.rejected] == [",".join(BROKEN)]


def test_nothing_of_another_layout_is_left(folded: Datasets) -> None:
    views = {
        f"{view}/{unit.name}/{split}/part"
        for view in VIEWS
        for unit in UNITS
        for split, members in unit.parts.items()
        if members
    }
    folds = {f"fold-{fold}/encoding.json" for fold in range(FOLDS)}
    folds |= {f"table/fold-{fold}/part" for fold in range(FOLDS)}

    assert folded.tree() == views | folds | {"encoding.json", "rejected/part", "summary.json"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_units_encoding_is_what_numpy_finds_in_its_training_rows(folded: Datasets, unit: Unit) -> None:
    training = np.array([BY_LABEL[label] for label in labels_of(folded, unit, "train")])
    found = encoding_of_unit(folded, unit)
    SCHEMA(found)
    columns = {column["name"]: column for column in found["columns"]}

    present = [column[~np.isin(np.char.lower(column), MISSING)] for column in training.T]
    assert found["train_rows"] == len(training)
    ids = f"{len(training)} levels in {len(training)} rows: nearly every row has another"
    assert columns["id"]["dropped"] == ids
    for name, cells in zip(TABLE.kept[1:-1], present[1:-1], strict=True):
        if not len(cells):
            assert (name, columns[name]["dropped"]) == ("once", "every training row lacks a value")
            continue
        assert columns[name]["missing"] == len(training) - len(cells)
    assert float(str(columns["a"]["fill"])) == pytest.approx(present[1].astype(float).mean(), abs=1e-3)
    least = max(2, min(10, -(-len(training) // 100)))
    for name, cells in (("b", present[2]), ("town", present[6])):
        counts: Counter[str] = Counter(cells.tolist())
        ranked = sorted(counts, key=lambda level: (-counts[level], level))
        levels = [level for level in ranked[:MAX_LEVELS] if counts[level] >= least]
        rare = ranked[len(levels) : MAX_LEVELS + MAX_RARE]
        assert (columns[name]["levels"], columns[name]["rare"]) == (levels, rare)
        assert columns[name]["rare_rows"] == sum(counts[level] for level in rare)
        assert columns[name]["unlisted_levels"] == len(ranked) - len(levels) - len(rare) > 0
    assert columns["c"]["fill"] == str(int(2 * (present[3] == "true").sum() > len(present[3])))
    days = [date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal() for text in present[4]]
    fill: Any = columns["d"]["fill"]
    assert float(fill["day"]) == pytest.approx(np.mean(days), abs=1e-2)


def test_units_differ_in_levels_fills_and_columns(folded: Datasets) -> None:
    """Or else the tests beside this one could not fail."""
    found = [encoding_of_unit(folded, unit)["columns"] for unit in UNITS]

    for place, what in ((0, "fill"), (1, "rare"), (4, "dropped")):
        assert len({str(columns[place].get(what)) for columns in found}) > 1


def test_a_units_encoding_is_that_of_a_run_on_its_training_rows_alone(
    folded: Datasets, module_job: Job
) -> None:
    """To the byte: no validation and no test row had a say."""
    unit = UNITS[1]
    training = [BY_LABEL[label] for label in labels_of(folded, unit, "train")]
    random.Random(4).shuffle(training)
    all_train = SPLIT | {"train_below": SPLIT["buckets"], "validation_below": SPLIT["buckets"]}

    alone = prepared(module_job, training, "alone", all_train)

    assert encoding_of(alone) == encoding_of_unit(folded, unit)
    for view in VIEWS:
        assert sorted(alone.rows(view, "train")) == sorted(folded.rows(view, f"{unit.name}/train"))


@pytest.mark.parametrize("view", VIEWS)
def test_each_row_is_prepared_by_the_encoding_of_its_unit(folded: Datasets, view: str) -> None:
    for unit in UNITS:
        encoder = Encoder(encoding_of_unit(folded, unit), view)
        for line in (line for split in unit.parts for line in folded.rows(view, f"{unit.name}/{split}")):
            label, *features = line.split(",")
            assert features == encoder.row(dict(zip(TABLE.kept, BY_LABEL[label], strict=True)))


def test_the_summary_tells_the_rows_of_each_units_splits(folded: Datasets) -> None:
    summaries = [*fold_summaries(cast(Summary, folded.summary)), cast(Summary, folded.summary)]

    for unit, summary in zip(UNITS, summaries, strict=True):
        for split, members in unit.parts.items():
            labels = [float(label) for label in labels_of(folded, unit, split)]
            assert cast(Any, summary["rows"])[split] == len(labels)
            assert bool(members) == (split in summary["label"])
            if members:
                found = cast(Any, summary["label"])[split]
                expected = [len(labels), np.mean(labels), np.std(labels, ddof=1), min(labels), max(labels)]
                assert list(found.values()) == pytest.approx(expected, rel=1e-11)


def test_the_summary_describes_the_final_unit_and_each_fold(folded: Datasets) -> None:
    summary = folded.summary
    sizes = [
        {
            name: {**view, "features": len(view["features"])}
            for name, view in encoding_of_unit(folded, unit)["views"].items()
        }
        for unit in UNITS
    ]

    assert [fold["views"] for fold in summary["folds"]] == sizes[:-1]
    assert summary["views"] == sizes[-1]
    rows = [len(table_of(folded, fold)) for fold in range(FOLDS)]
    assert [fold["rows"] for fold in summary["folds"]] == rows
    assert summary["rows"] == {"train": sum(rows[1:]), "validation": rows[0], "test": 0}
    assert summary["label"]["train"]["count"] == sum(rows[1:])


def test_wide_tables_have_the_same_units_as_narrow_ones(
    folded: Datasets, module_job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "WRITTEN_OUT", 0)

    wide = prepared(module_job, [*CELLS, BROKEN], "datasets-wide", FOLDED)

    for place in sorted(folded.tree()):
        beginning = place.removesuffix("part")
        read = folded.lines if beginning != place else partial(texts_of, folded)
        again = wide.lines if beginning != place else partial(texts_of, wide)
        assert read(beginning) == again(beginning), place


def texts_of(datasets: Datasets, name: str) -> list[str]:
    return (datasets.root / name).read_text("utf-8").split("\n")


@pytest.fixture(scope="module")
def in_two(module_job: Job) -> Datasets:
    return prepared(module_job, CELLS, "two", SPLIT | {"folds": 2})


def test_of_two_folds_the_other_one_is_cut_into_what_trains_and_what_validates(in_two: Datasets) -> None:
    folds = [Counter(cells[0] for cells in table_of(in_two, fold)) for fold in range(2)]
    [first, second, final] = [
        {split: Counter(labels_of(in_two, unit, split)) for split in unit.parts} for unit in units_of(2)
    ]

    assert folds[0] + folds[1] == Counter(list(BY_LABEL))
    assert [first["test"], second["test"]] == folds
    assert first["train"] + first["validation"] == folds[1]
    assert second["train"] + second["validation"] == folds[0]
    assert min(part.total() for unit in (first, second) for part in unit.values()) > 20
    assert first["train"].total() > 3 * first["validation"].total()
    assert final["validation"] == second["validation"]
    assert final["train"] == folds[1] + second["train"]


def test_of_two_folds_a_units_encoding_is_that_of_a_run_on_its_training_rows_alone(
    in_two: Datasets, module_job: Job
) -> None:
    unit = units_of(2)[0]
    training = [BY_LABEL[label] for label in labels_of(in_two, unit, "train")]
    all_train = SPLIT | {"train_below": SPLIT["buckets"], "validation_below": SPLIT["buckets"]}

    alone = prepared(module_job, training, "alone", all_train)

    assert encoding_of(alone) == encoding_of_unit(in_two, unit)
    for view in VIEWS:
        assert sorted(alone.rows(view, "train")) == sorted(in_two.rows(view, f"{unit.name}/train"))


def test_of_two_folds_the_summary_tells_the_rows_of_each_units_splits(in_two: Datasets) -> None:
    summaries = fold_summaries(cast(Summary, in_two.summary))

    for unit, summary in zip(units_of(2), summaries, strict=False):
        for split in unit.parts:
            labels = [float(label) for label in labels_of(in_two, unit, split)]
            found = cast(Any, summary["label"])[split]
            expected = [len(labels), np.mean(labels), np.std(labels, ddof=1), min(labels), max(labels)]
            assert list(found.values()) == pytest.approx(expected, rel=1e-11)


CLASSES = ["no", "perhaps", "yes"]
GROUPED = Table(
    [("kind", "category"), ("who", "category", "group"), ("size", "number"), ("town", "category")]
)


def class_rows(count: int) -> list[list[str]]:
    """One group in five rows; some rows have none, and one class is rare."""
    chance = random.Random(6)
    kinds = [*CLASSES * 5, *CLASSES[:2] * 2]
    return [
        [
            "once" if n == 7 else chance.choice(kinds),
            f"g{n // 5}" if n % 11 else "",
            f"{n}.5",
            chance.choice(["Port", "Hill"]),
        ]
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def grouped(module_job: Job) -> tuple[Sequence[Sequence[str]], Datasets]:
    """Classes and groups, of CSV and Parquet, in three folds."""
    rows = class_rows(600)
    of_parquet = [[kind, who or None, float(size), town] for kind, who, size, town in rows[300:]]
    schema = "kind string, who string, size double, town string"
    files = [
        GROUPED.csv(module_job, "g.csv", rows[:300]),
        parquet(module_job, "g.parquet", of_parquet, schema, GROUPED),
    ]
    return rows, GROUPED.run(module_job, *files, to="grouped", split=SPLIT | {"folds": 3})


def test_a_group_is_in_one_fold(grouped: tuple[Sequence[Sequence[str]], Datasets]) -> None:
    rows, datasets = grouped
    folds = {cells[2]: fold for fold in range(3) for cells in table_of(datasets, fold)}

    assert len(folds) == len(rows)
    by_group: dict[str, set[int]] = {}
    for _, who, size, _ in rows:
        by_group.setdefault(who, set()).add(folds[size])
    assert by_group.pop("") == {0, 1, 2}
    assert len(by_group) > 50 and all(len(found) == 1 for found in by_group.values())
    assert {fold for found in by_group.values() for fold in found} == {0, 1, 2}


def test_classes_are_those_of_all_rows_and_are_counted_by_fold(
    grouped: tuple[Sequence[Sequence[str]], Datasets],
) -> None:
    rows, datasets = grouped
    summary = datasets.summary
    names = sorted({row[0] for row in rows})
    counts = [Counter(cells[0] for cells in table_of(datasets, fold)) for fold in range(3)]

    assert [fold["classes"] for fold in summary["folds"]] == [
        [count[name] for name in names] for count in counts
    ]
    rest = counts[1] + counts[2]
    assert summary["classes"] == [
        {"name": name, "train": rest[name], "validation": counts[0][name], "test": 0} for name in names
    ]
    # A class of one row stays where its hash has it, whether or not others train on it.
    assert sorted(count["once"] for count in counts) == [0, 0, 1]
    assert "label" not in summary and all("label" not in fold for fold in summary["folds"])


def test_views_have_the_numbers_of_the_classes(grouped: tuple[Sequence[Sequence[str]], Datasets]) -> None:
    rows, datasets = grouped
    names = sorted({row[0] for row in rows})

    for fold in range(3):
        for view in VIEWS:
            test = datasets.rows(view, f"fold-{fold}/test")
            found = [names[int(line.split(",")[0])] for line in test]
            assert found == [cells[0] for cells in table_of(datasets, fold)]


def test_of_two_folds_groups_stay_together_and_classes_are_counted_by_part(module_job: Job) -> None:
    rows = class_rows(300)
    datasets = GROUPED.run(
        module_job, GROUPED.csv(module_job, "g.csv", rows), to="grouped", split=SPLIT | {"folds": 2}
    )
    names = sorted({row[0] for row in rows})
    groups = {size: who for _, who, size, _ in rows}
    sizes = {cells[2]: cells[0] for fold in range(2) for cells in table_of(datasets, fold)}
    parts = [
        [line.split(",") for line in datasets.rows("dense", f"fold-{1 - fold}/{split}")]
        for fold in range(2)
        for split in ("train", "validation")
    ]

    # The size, which is a row's own, is the first feature of the view.
    by_part = [{groups[size] for _, size, *_ in part} - {""} for part in parts]
    assert sum(map(len, by_part)) == len(set.union(*by_part)) > 50
    assert sum(map(len, parts)) == len(sizes) == len(rows)
    told = [part for fold in datasets.summary["folds"] for part in fold["parts"]]
    counts = [Counter(names[int(label)] for label, *_ in part) for part in parts]
    assert [part["classes"] for part in told] == [[count[name] for name in names] for count in counts]
    assert [fold["classes"] for fold in datasets.summary["folds"]] == [
        [one + other for one, other in zip(*(part["classes"] for part in fold["parts"]), strict=True)]
        for fold in datasets.summary["folds"]
    ]
    assert all("label" not in part for part in told)
