from __future__ import annotations

import gzip
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bakeoff_cli.data.files import halve, readable_file, replacing, writable_folder
from bakeoff_cli.errors import BadInput

PACKED = gzip.compress(b"1\n2\n" * 99)
LINES = st.lists(st.text("0123456789:.,- \r", max_size=5).map(str.encode), min_size=2, max_size=9)


@given(LINES, st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_halves_joined_are_the_file_and_differ_by_at_most_one_line(
    tmp_path: Path, lines: list[bytes], ends_with_newline: bool
) -> None:
    # An end without a line break must not make an empty last line vanish from the count.
    content = b"\n".join([*lines[:-1], b"x"]) + b"\n" * ends_with_newline
    source, first, second = (tmp_path / name for name in ("all", "first", "second"))
    source.write_bytes(content)
    counts = halve(source, first, second)
    assert first.read_bytes() + second.read_bytes() == content
    assert counts == (len(lines) // 2, len(lines) - len(lines) // 2)
    assert first.read_bytes().count(b"\n") == counts[0]


def test_a_gzip_file_is_halved_by_its_lines(tmp_path: Path) -> None:
    source = tmp_path / "data.gz"
    source.write_bytes(gzip.compress(b"1\n2\n3\n"))
    halve(source, tmp_path / "first", tmp_path / "second")
    assert ((tmp_path / "first").read_text(), (tmp_path / "second").read_text()) == ("1\n", "2\n3\n")


def test_a_line_of_many_pieces_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bakeoff_cli.data.files._PIECE_BYTES", 4)
    for content, first in (
        (b"1234567\n1\n", b"1234567\n"),
        (b"12345678", None),
        (b"1234\n5678\n9", b"1234\n"),
    ):
        (tmp_path / "data").write_bytes(content)
        if first is None:
            with pytest.raises(BadInput, match="has 1 line"):
                halve(tmp_path / "data", tmp_path / "first", tmp_path / "second")
            continue
        halve(tmp_path / "data", tmp_path / "first", tmp_path / "second")
        assert (tmp_path / "first").read_bytes() == first
        assert (tmp_path / "second").read_bytes() == content[len(first) :]


def test_a_bomb_that_would_fill_the_disk_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=3 * 1024**2))
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b"0" * 4 * 1024**2))

    with pytest.raises(BadInput, match=r"bomb\.gz holds more than the 3 MiB that are free"):
        halve(tmp_path / "bomb.gz", tmp_path / "first", tmp_path / "second")

    assert [path.name for path in tmp_path.iterdir()] == ["bomb.gz"]


@pytest.mark.parametrize("content", [PACKED[:-9], PACKED[:12] + b"\xff" * 20, b"\x1f\x8bnot gzip at all"])
def test_a_damaged_gzip_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "data.gz").write_bytes(content)
    with pytest.raises(BadInput, match=r"data\.gz is a damaged gzip file"):
        halve(tmp_path / "data.gz", tmp_path / "first", tmp_path / "second")


def test_one_line_cannot_be_halved(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("1 1:2\n")
    with pytest.raises(BadInput, match="nothing to halve"):
        halve(tmp_path / "data", tmp_path / "first", tmp_path / "second")


def test_a_file_is_replaced_only_when_the_new_one_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("before")
    with pytest.raises(RuntimeError), replacing(target) as file:
        file.write(b"half of")
        raise RuntimeError
    assert target.read_text() == "before"
    with replacing(target) as file:
        file.write(b"after")
    assert [path.name for path in tmp_path.iterdir()] == ["target"]
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("after", 0o644)


def test_unusable_files_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for name, reason in (("missing", "There is no file"), ("empty", "is empty"), (".", "is not a file")):
        with pytest.raises(BadInput, match=reason):
            readable_file(tmp_path / name)


def test_a_folder_below_a_file_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(BadInput, match="cannot be written to"):
            writable_folder(folder)
    assert writable_folder(tmp_path / "new" / "folder").is_dir()
