from __future__ import annotations

import gzip
import os
import random
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bakeoff.domain.errors import UnreadableData
from bakeoff.domain.reading.recognise import recognise
from bakeoff.domain.reading.table import MAX_FEATURES
from bakeoff.domain.reading.text import HEAD_BYTES, MAX_HEAD_TEXT_BYTES

KEY = "Inputs/notes.txt"
nearly_tables = st.lists(
    st.text("0123456789.,;:\t eE+-naifNé\"'_\r\x00", max_size=30), min_size=1, max_size=10
).map(lambda lines: "\n".join(lines).encode())


def refusal_of(head: bytes) -> str:
    with pytest.raises(UnreadableData) as refusal:
        recognise(KEY, head)
    return str(refusal.value)


@given(st.binary() | nearly_tables)
@example(b"\x1f\x8b")
@example(b"")
@example(b"1 1:1")
def test_hostile_bytes_are_a_table_or_unreadable(head: bytes) -> None:
    for candidate in (head, b"\x1f\x8b" + head, gzip.compress(head)):
        try:
            found = recognise(KEY, candidate)
        except UnreadableData as refusal:
            assert str(refusal).startswith(KEY)
        else:
            assert found.feature_dim >= 1


def test_prose_is_refused_with_its_first_line() -> None:
    assert refusal_of(b"Dear data team,\nhere are the numbers.\n") == (
        f"{KEY} is neither libsvm nor CSV: its first line reads 'Dear data team,'. "
        "Remove the object or convert it."
    )


def test_a_long_first_line_is_cut() -> None:
    assert len(refusal_of(b"x" * 10_000 + b"\n")) < 250


@pytest.mark.parametrize("head", [b"\n\n \n", b"\xef\xbb\xbf\n", gzip.compress(b"\n", mtime=0)])
def test_blank_lines_are_no_table(head: bytes) -> None:
    assert refusal_of(head) == f"{KEY} holds only blank lines: remove it or upload rows."


def test_text_in_another_encoding_is_refused_as_such() -> None:
    assert refusal_of("label,größe\n1,2\n".encode("latin-1")) == (
        f"{KEY} is not text in UTF-8 (line 1: invalid start byte): save it as CSV in UTF-8 if it is a table "
        "(iconv -f WINDOWS-1252 -t UTF-8)."
    )


def test_a_broken_gzip_is_refused_as_such() -> None:
    broken = bytearray(gzip.compress(b"1,2\n" * 1000))
    broken[12:20] = b"\xff" * 8

    assert "begins like gzip but cannot be decompressed" in refusal_of(bytes(broken))
    assert refusal_of(bytes(broken)).endswith("upload it again.")


def test_a_gzip_that_ends_in_the_middle_is_refused_as_such() -> None:
    rows = "".join(f"{number},{number * 7 % 13}\n" for number in range(1000)).encode()

    assert refusal_of(gzip.compress(rows)[:-20]) == (
        f"{KEY} begins like gzip but ends in the middle: upload it again."
    )


def test_the_head_of_a_larger_gzip_may_end_anywhere() -> None:
    noise = random.Random(1)
    rows = "".join(f"{noise.random()},{noise.random()}\n" for _ in range(40_000)).encode()
    packed = gzip.compress(rows)
    assert len(packed) > HEAD_BYTES

    assert recognise(KEY, packed[:HEAD_BYTES]).feature_dim == 1


def test_the_head_of_a_gzip_of_uncompressed_blocks_may_end_within_a_character() -> None:
    """There, HEAD_BYTES of the object hold fewer bytes of text."""
    line = "#1,é\n".encode()
    rows = b"1,2,3\n" * 100 + line * HEAD_BYTES
    for cut in range(len(line)):
        packed = gzip.compress(b"1" * cut + b",2,3\n" + rows, compresslevel=0)

        assert recognise(KEY, packed[:HEAD_BYTES]).feature_dim == 2


def test_a_line_that_is_cut_by_the_head_s_end_does_not_count() -> None:
    line = b"1,2,3,4,5,6,7\n"
    head = (line * (HEAD_BYTES // len(line) + 1))[:HEAD_BYTES]

    assert recognise(KEY, head).feature_dim == 6


def test_an_endless_line_is_no_table() -> None:
    assert refusal_of(b"1," * (HEAD_BYTES // 2)) == (
        f"{KEY} has no line end in its first {HEAD_BYTES} bytes: it is not a table of rows."
    )


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", [b"1,2\n", b"0"])
def test_a_decompression_bomb_is_refused_as_such(unit: bytes) -> None:
    packer = zlib.compressobj(wbits=31)
    piece = unit * (2**20 // len(unit))
    bomb = b"".join(packer.compress(piece) for _ in range(60)) + packer.flush()

    for head in (bomb, gzip.compress(unit) + bomb):
        assert refusal_of(head) == (
            f"The first {len(head)} bytes of {KEY} unpack to more than {MAX_HEAD_TEXT_BYTES}, as those of a "
            "decompression bomb do: upload it unpacked if it holds rows."
        )


def test_rows_that_repeat_are_no_bomb() -> None:
    rows = "".join(f"{number % 7},{number % 11},{number % 13}\n" for number in range(300_000)).encode()

    assert recognise(KEY, gzip.compress(rows)[:HEAD_BYTES]).feature_dim == 2


@pytest.mark.timeout(20)
def test_a_gzip_of_thousands_of_empty_members_is_read() -> None:
    assert recognise(KEY, gzip.compress(b"") * 10_000 + gzip.compress(b"1,2\n")).feature_dim == 1


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "line",
    [
        b"1" * 200_000 + b"x",
        b"1." + b"1" * 200_000 + b"x",
        b"1 1:" + b"1" * 200_000 + b"x",
        b" " * 200_000 + b"x",
        b"1 1:1" + b" " * 200_000 + b"x",
        b"1 " + b"1:1 " * 50_000 + b"x",
        b"," * 200_000,
    ],
)
def test_no_line_takes_long_to_judge(line: bytes) -> None:
    """A pattern with two ways to read a digit would need minutes for these."""
    assert refusal_of(line + b"\n").startswith(KEY)


@pytest.mark.parametrize("index", ["9" * 5000, "9" * 10, "\u0663", "-1"])
def test_an_index_that_spark_cannot_read_is_no_index(index: str) -> None:
    assert refusal_of(f"1 {index}:1\n".encode()).startswith(f"{KEY}, line 1: ")


@pytest.mark.parametrize("lines", [["7 0:1 1:2"] * 5, ["7 1:1 2:2"] * 400 + ["7 0:1"]])
def test_features_numbered_from_zero_are_refused_with_the_cure(lines: list[str]) -> None:
    """Spark would reject some rows and shift the features of the others, after minutes."""
    first = next(number for number, line in enumerate(lines, 1) if " 0:" in line)

    assert refusal_of("\n".join(lines).encode()) == (
        f"{KEY} numbers its libsvm features from 0 (line {first}), but the first one must be 1 "
        "(scikit-learn: dump_svmlight_file(..., zero_based=False))."
    )


def test_more_features_than_a_comparison_takes_are_refused() -> None:
    assert recognise(KEY, f"1 {MAX_FEATURES}:1\n".encode()).feature_dim == MAX_FEATURES
    assert refusal_of(f"1 1:1\n1 {MAX_FEATURES + 1}:1\n".encode()) == (
        f"{KEY} has a row with 10001 features, more than the 10000 that a comparison takes: correct that row "
        "or leave features out."
    )


def test_random_bytes_of_every_length_are_refused() -> None:
    for length in (1, 10, 1000, HEAD_BYTES - 1, HEAD_BYTES):
        assert refusal_of(b"\xff" + os.urandom(length - 1)).startswith(KEY)
