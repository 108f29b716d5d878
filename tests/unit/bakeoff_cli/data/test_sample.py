from __future__ import annotations

import os
from pathlib import Path

import pytest

from bakeoff_cli.data.sample import ROWS, SAMPLE_FILE, sample_lines, write_sample


def test_the_committed_sample_is_what_the_generator_makes(tmp_path: Path) -> None:
    write_sample(tmp_path / "data" / "sample.libsvm")
    assert (tmp_path / "data" / "sample.libsvm").read_bytes() == SAMPLE_FILE.read_bytes()


def test_every_line_has_a_whole_target_and_eight_features_in_order() -> None:
    lines = [line.split() for line in sample_lines()]
    assert len(lines) == ROWS
    for target, *features in lines:
        indices, values = zip(*(feature.split(":") for feature in features), strict=True)
        assert int(target) > 0 and indices == tuple("12345678")
        assert all(float(value) > 0 for value in values) and values[0] in {"1", "2", "3"}


def test_another_seed_makes_other_rows() -> None:
    assert not set(sample_lines(50, seed=1)) & set(sample_lines(50, seed=2))


@pytest.mark.skipif("BAKEOFF_ABALONE" not in os.environ, reason="BAKEOFF_ABALONE names no copy of Abalone")
def test_no_row_is_taken_from_abalone() -> None:
    real = Path(os.environ["BAKEOFF_ABALONE"]).read_text().splitlines()
    # Without the target, so that a real animal under another age would be found too.
    assert not {line.split(" ", 1)[1] for line in sample_lines()} & {
        line.strip().split(" ", 1)[1] for line in real
    }
