from __future__ import annotations

import json
from pathlib import Path

from benchmarks.data_sets import sparse_table, table
from benchmarks.large_data_table import BEGIN, END, as_markdown, write_into
from tests.template import PROJECT

RESULTS = json.loads((PROJECT / "benchmarks" / "results" / "large_data.json").read_text("utf-8"))


def test_the_page_shows_the_committed_results() -> None:
    page = (PROJECT / "docs" / "scale.md").read_text("utf-8")

    assert page.split(BEGIN)[1].split(END)[0].strip() == as_markdown(RESULTS).strip()


def test_writing_leaves_the_rest_of_the_page_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")

    write_into(page, RESULTS)

    assert page.read_text("utf-8") == f"before\n{BEGIN}\n{as_markdown(RESULTS)}{END}\nafter\n"


def test_a_table_has_its_rows_and_is_the_same_each_time() -> None:
    lines = table(1000).decode().splitlines()

    assert len(lines) == 1000
    assert all(10 <= float(line.split(",")[0]) < 100 and line.count(",") == 6 for line in lines)
    assert table(1000) == table(1000) != table(1000, seed=1)


def test_a_sparse_table_has_ascending_indices_within_its_width() -> None:
    for line in sparse_table(50, 1000, 10).decode().splitlines():
        indices = [int(pair.split(":")[0]) for pair in line.split()[1:]]
        assert indices == sorted(set(indices))
        assert len(indices) == 10
        assert 1 <= indices[0] <= indices[-1] <= 1000
