from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bakeoff_cli.data.width import width_of


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("1 1:2\n2 3:1\n3 2:1\n", 3),
        ("1 9:2 4:1\n", 9),
        ("1\t5:2\t7:1\r\n2 1:1", 7),
        ("1 1:2 # 99:1 was left out\n# 50:1\n", 1),
        ("1 1:2\n2 20000:1\n", 1),
        ("1 1:2\n2 12345678901:1\n", 1),
        ("", 0),
    ],
)
def test_the_largest_index_of_any_line_counts(tmp_path: Path, text: str, width: int) -> None:
    (tmp_path / "plain").write_bytes(text.encode())
    (tmp_path / "packed").write_bytes(gzip.compress(text.encode()))
    assert width_of(tmp_path / "plain") == width_of(tmp_path / "packed") == width
