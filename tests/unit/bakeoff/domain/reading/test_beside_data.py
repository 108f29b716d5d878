"""What lies beside data: ignored by name, left aside when it is no table, refused when it holds data."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile

import pytest

from bakeoff.domain.errors import ConstantLabel, DuplicateInput, NoInputData, UnreadableData
from tests.unit.bakeoff.domain.reading.uploads import COLUMNS, csv_of, rows_of, snapshot_of, with_column

PLAIN = csv_of(rows_of())
LIBSVM = "".join(
    " ".join([row[0], *(f"{place}:{cell}" for place, cell in enumerate(row[1:], 1))]) + "\n"
    for row in rows_of()
).encode()

WESTERN = csv_of(rows_of(), ["gr\u00f6\u00dfe", *COLUMNS[1:]]).decode().encode("cp1252")


def zip_of(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def tar_of(content: bytes, kind: int = tarfile.GNU_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=kind) as archive:
        member = tarfile.TarInfo("houses.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        ".DS_Store",
        "Thumbs.db",
        "2026/desktop.ini",
        "__MACOSX/._houses.csv",
        "_SUCCESS",
        ".part-00000.csv.crc",
        "houses.csv.crc",
        ".ipynb_checkpoints/houses.csv",
        "~$houses.csv",
        "houses.csv~",
    ],
)
def test_hidden_and_system_files_are_ignored_by_name_and_told(name: str) -> None:
    snapshot = snapshot_of({name: PLAIN, "houses.csv": PLAIN})

    assert [found["key"] for found in snapshot.inputs] == ["Inputs/houses.csv"]
    [ignored] = snapshot.ignored
    assert (ignored["key"], "systems" in ignored["why"]) == (f"Inputs/{name}", True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("README.txt", b"Prices of houses, one row a house.\n"),
        ("README.md", b"# Houses\n\nThe prices, in kEUR, of 40 houses.\n\n- area\n- age\n"),
        ("make.sh", b"#!/bin/sh\ncut -d, -f1,2 houses.csv\n"),
        ("make.py", b"import csv\n\nprint('houses')\n\n\ndef main(argv, out):\n    return 0\n"),
        ("index.html", b"<!DOCTYPE html>\n<table><tr><td>1</td></tr></table>\n"),
        ("paper.pdf", b"%PDF-1.7\n" + bytes(range(256))),
        ("plot.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256))),
        ("blank.txt", b"\n \n"),
        ("photo.webp", b"RIFF\x24\0\0\0WEBPVP8 " + bytes(range(256))),
        ("columns.md", b"price, in kEUR\narea, in m2\nage, in years\n"),
    ],
)
def test_what_is_no_table_is_left_aside_and_told(name: str, content: bytes) -> None:
    snapshot = snapshot_of({name: content, "houses.csv": PLAIN})

    assert [found["key"] for found in snapshot.inputs] == ["Inputs/houses.csv"]
    [ignored] = snapshot.ignored
    assert ignored["key"] == f"Inputs/{name}"
    assert "emove" in ignored["why"] and not ignored["why"].startswith("Inputs/")
    with pytest.raises(UnreadableData, match=f"^Inputs/{name} "):
        snapshot_of({name: content})


UNREADABLE = {
    "houses.zip": (zip_of("houses.csv", PLAIN), "is a zip archive: unpack it"),
    "houses.xlsx": (zip_of("xl/workbook.xml", b"<x/>"), "is an Excel workbook: export it as CSV"),
    "houses.tar": (tar_of(PLAIN), "is a tar archive: unpack it"),
    "ustar.tar": (tar_of(PLAIN, tarfile.USTAR_FORMAT), "is a tar archive: unpack it"),
    "houses.tar.gz": (gzip.compress(tar_of(PLAIN)), "is a tar archive packed with gzip: unpack it"),
    "houses.csv.bz2": (bz2.compress(PLAIN), "is packed with bzip2: unpack it"),
    "houses.csv.xz": (lzma.compress(PLAIN), "is packed with xz: unpack it"),
    "houses.csv.zst": (b"\x28\xb5\x2f\xfd" + PLAIN, "is packed with Zstandard: unpack it"),
    "houses.7z": (b"7z\xbc\xaf\x27\x1c" + PLAIN, "is a 7z archive: unpack it"),
    "houses.parquet": (b"PAR1\x15\x04" + PLAIN, "is a Parquet file that is cut short, as it does not end in"),
    "houses.parquet.gz": (
        gzip.compress(b"PAR1\x15\x04" + PLAIN),
        "is a Parquet file packed with gzip: unpack",
    ),
    "houses.csv.zip.gz": (gzip.compress(zip_of("a.csv", PLAIN)), "is a zip archive packed with gzip"),
    "rows.jsonl": (b'{"price": 42.2, "area": 3.2}\n' * 20, "holds JSON lines: convert it to CSV"),
    "rows.json": (json.dumps([{"price": 1}, {"price": 2}], indent=1).encode(), "is JSON: convert it to CSV"),
    "le.csv": (PLAIN.decode().encode("utf-16"), "is text in UTF-16, and only UTF-8 is read: convert it"),
    "be.csv": (PLAIN.decode().encode("utf-16-be"), "is text in UTF-16BE, and only UTF-8 is read: convert"),
    "western.csv": (
        csv_of(rows_of(), ["gr\u00f6\u00dfe", *COLUMNS[1:]]).decode().encode("cp1252"),
        "iconv -f WINDOWS",
    ),
    "rank.svm": (
        b"1 qid:1 1:0.5 2:0.3\n" * 20,
        "is libsvm for ranking (qid:), and comparisons predict one number or one class a row: ",
    ),
    "many.svm": (b"1,4 1:0.5 2:0.3\n" * 20, "is libsvm with several labels a row ('1,4')"),
    "data.arff": (b"% houses\n@RELATION houses\n@DATA\n1,2\n", "is an ARFF file: export it as CSV"),
    "names.csv": (
        csv_of([[f"house {at}", *row[1:]] for at, row in enumerate(rows_of())]),
        "the label 'price' tells no classes (every row has another value)",
    ),
    "dictionary.csv": (b"name,meaning\nprice,in kEUR\nage,in years\n", "holds text alone (line 1: "),
    "header.csv": (b"price,area,slope,age\n", "holds one line only, 'price,area,slope,age'"),
    "times.csv": (
        csv_of([[row[0], "2010/01/01 00:00", *row[2:]] for row in rows_of()]),
        "'2010/01/01 00:00' is a date",
    ),
    "letter.csv": (b"Dear team\nhere they are\n", "is neither libsvm nor CSV"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_data_that_cannot_be_read_refuse_the_run_whatever_lies_beside(name: str) -> None:
    content, sentence = UNREADABLE[name]

    for files in ({name: content}, {name: content, "zz.csv": PLAIN}):
        with pytest.raises(UnreadableData) as refusal:
            snapshot_of(files)

        assert str(refusal.value).startswith(f"Inputs/{name}")
        assert sentence in str(refusal.value)


def test_nothing_but_hidden_and_foreign_objects_is_no_data() -> None:
    with pytest.raises(NoInputData) as refusal:
        snapshot_of({".DS_Store": b"\0", "a.txt": b"Dear team\n", "b.txt": b"Yours\n"})

    assert str(refusal.value) == (
        "There is no data under Inputs/ (Inputs/a.txt, Inputs/b.txt, Inputs/.DS_Store hold none): upload a "
        "CSV, Parquet or libsvm file that holds rows."
    )


@pytest.mark.parametrize(
    "copy",
    [
        gzip.compress(PLAIN),
        PLAIN.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + PLAIN,
        csv_of(rows_of(), COLUMNS, ";"),
        csv_of([[f'"{cell}"' for cell in row] for row in rows_of()]),
        csv_of([[row[3], row[2], row[1], row[0]] for row in rows_of()], COLUMNS[::-1]),
        LIBSVM,
        csv_of([*rows_of(), *rows_of(2)]),
        csv_of(rows_of()[:12]),
    ],
)
def test_the_same_rows_twice_are_noticed_however_they_are_packed_or_spelled(copy: bytes) -> None:
    with pytest.raises(DuplicateInput) as refusal:
        snapshot_of({"a.csv": PLAIN, "b.csv": copy})

    assert str(refusal.value) == (
        "Inputs/b.csv is a copy of Inputs/a.csv, and its rows would count twice: delete one of them."
    )


def test_large_copies_are_noticed_by_their_heads() -> None:
    rows = rows_of(count=20_000)
    plain = csv_of(rows)

    with pytest.raises(DuplicateInput):
        snapshot_of({"a.csv": plain, "b.csv": gzip.compress(plain)})


def test_files_that_begin_alike_are_no_copies() -> None:
    one, other = rows_of(1), rows_of(2)

    assert len(snapshot_of({"a.csv": csv_of(one), "b.csv": csv_of([*one[:39], *other])}).inputs) == 2


@pytest.mark.parametrize("label", ["7", "7.0"])
def test_labels_that_are_all_the_same_are_refused_when_all_rows_were_seen(label: str) -> None:
    body = with_column(0, lambda number: label if number % 2 else "7", "grade")

    with pytest.raises(ConstantLabel) as refusal:
        snapshot_of({"a.csv": body})

    assert str(refusal.value) == (
        "Every label (grade) is 7: there is nothing to predict. Set Target to the column to predict, or "
        "upload rows whose labels differ."
    )
    assert snapshot_of({"a.csv": body}, "price").feature_dim == 4


def test_labels_that_differ_between_files_are_labels() -> None:
    files = {
        f"{label}.csv": csv_of([[label, *row[1:]] for row in rows_of(seed)])
        for seed, label in enumerate(["7.5", "8.5"])
    }

    assert snapshot_of(files).feature_dim == 3
