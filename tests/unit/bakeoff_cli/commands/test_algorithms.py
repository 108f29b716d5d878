from __future__ import annotations

import json
from pathlib import Path

import pytest

from bakeoff.catalogue import read_catalogue
from tests.unit.bakeoff_cli.conftest import Invoke

OWN = {
    "name": "my-boost",
    "algorithm": "xgboost",
    "image_uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/boost:1",
}


def test_every_entry_of_the_catalogue_is_listed_with_what_it_is(invoke: Invoke) -> None:
    result = invoke("algorithms")
    entries = read_catalogue().entries
    assert result.exit_code == 0
    lines = result.stdout.splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(entries)
    for line, entry in zip(lines, entries.values(), strict=True):
        assert entry["description"] in line
        assert f"{entry['image']['framework']}:{entry['image']['version']}" in line
    assert "bakeoff run --algorithms xgboost,linear-learner,knn" in result.stderr


@pytest.mark.parametrize("content", [["xgboost", OWN], {"algorithms": ["xgboost", OWN]}])
def test_a_file_is_checked_as_a_plan_would(invoke: Invoke, tmp_path: Path, content: object) -> None:
    (tmp_path / "input.json").write_text(json.dumps(content))
    result = invoke("algorithms", "--check", "input.json", "--json")
    found = json.loads(result.stdout)["algorithms"]
    assert [entry["name"] for entry in found] == ["xgboost", "my-boost"]
    assert found[1]["hyperparameters"] == found[0]["hyperparameters"]
    assert "bakeoff run --input input.json" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--check", "xgboost,prophet"), "Unknown algorithm 'prophet': use one of catboost, "),
        (("--check", ""), "Unknown algorithm ''"),
        (("--check", "missing.json"), "There is no file missing.json."),
        (("--check", "text.json"), "text.json holds no list of algorithms"),
        (("--check", "deep.json"), "hyperparameters.max_depth"),
        (("--check", "knn", "--region", "mars-1"), "AWS publishes no knn image in mars-1"),
    ],
)
def test_what_a_plan_would_refuse_is_exit_code_2(
    invoke: Invoke, tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    (tmp_path / "text.json").write_text('"xgboost"')
    deep = {"name": "deep", "algorithm": "xgboost", "hyperparameters": {"max_depth": 9}}
    (tmp_path / "deep.json").write_text(json.dumps([deep]))
    result = invoke("algorithms", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr and result.stderr.count("\n") == 1
