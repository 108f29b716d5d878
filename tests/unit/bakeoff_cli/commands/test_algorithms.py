from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bakeoff.catalogue import read_catalogue
from tests.unit.bakeoff_cli.conftest import Invoke

OWN = {
    "name": "my-boost",
    "algorithm": "xgboost",
    "image_uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/boost:1",
}

LONG = {"name": "long", "algorithm": "xgboost", "tuning": {"jobs": 100, "parallel": 1}}


def estimator(name: str) -> dict[str, Any]:
    return {"name": "other", "algorithm": "ridge", "hyperparameters": {"estimator": name}}


def test_every_entry_of_the_catalogue_is_listed_with_what_it_is(invoke: Invoke) -> None:
    result = invoke("algorithms")
    entries = read_catalogue().entries
    assert result.exit_code == 0
    lines = result.stdout.splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(entries)
    for line, entry in zip(lines, entries.values(), strict=True):
        assert entry["description"] in line
        assert f"{entry['image']['framework']}:{entry['image']['version']}" in line
        assert (" yes " in line) == ("tuning" in entry)
    assert "bakeoff run --algorithms xgboost,linear-learner,knn" in result.stderr


def test_those_that_can_be_tuned_are_told_to_programs(invoke: Invoke) -> None:
    document = json.loads(invoke("algorithms", "--json").stdout)

    assert document["tunable"] == list(read_catalogue().entries)


def test_a_checked_list_tells_how_much_a_tuned_candidate_trains(invoke: Invoke) -> None:
    result = invoke("algorithms", "--check", "xgboost:tuned,knn")

    [tuned, plain] = result.stdout.splitlines()[1:]
    assert tuned.startswith("xgboost-tuned") and " 20 training jobs " in tuned
    assert "training jobs" not in plain


def test_the_command_that_compares_a_checked_list_takes_it_as_it_was_given(
    invoke: Invoke, tmp_path: Path
) -> None:
    (tmp_path / "own.json").write_text('["knn"]')

    named = invoke("algorithms", "--check", "xgboost:tuned, knn").stderr
    of_file = invoke("algorithms", "--check", "own.json").stderr

    assert "run --algorithms 'xgboost:tuned, knn'" in named
    assert "run --input own.json" in of_file


def test_a_deadline_is_that_of_the_stack(invoke: Invoke, tmp_path: Path) -> None:
    """The sentence is the plan's: no other place knows of it."""
    (tmp_path / "long.json").write_text(json.dumps([LONG]))

    refused = invoke("algorithms", "--check", "long.json")
    longer = invoke("algorithms", "--check", "long.json", "--set", "RunTimeoutSeconds=60000")

    assert refused.exit_code == 2 and "would have 108 seconds each, too few" in refused.stderr
    assert longer.exit_code == 0


def test_a_value_of_a_script_may_be_of_either_task(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text(json.dumps([estimator("sklearn.linear_model.LogisticRegression")]))

    assert invoke("algorithms", "--check", "own.json").exit_code == 0


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
        (("--check", "other.json"), "hyperparameters.estimator is 'sklearn.svm.NoSuch': use one of the"),
        (
            ("--check", "xgboost:tuned", "--set", "RunTimeoutSeconds=1800"),
            "would have 135 seconds each, too few, while the run has 1800 seconds",
        ),
        (("--check", "catboost", "--set", "NetworkIsolation=true"), "under NetworkIsolation=true"),
    ],
)
def test_what_a_plan_would_refuse_is_exit_code_2(
    invoke: Invoke, tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    (tmp_path / "text.json").write_text('"xgboost"')
    deep = {"name": "deep", "algorithm": "xgboost", "hyperparameters": {"max_depth": 9}}
    (tmp_path / "deep.json").write_text(json.dumps([deep]))
    (tmp_path / "other.json").write_text(json.dumps([estimator("sklearn.svm.NoSuch")]))
    result = invoke("algorithms", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr and result.stderr.count("\n") == 1


JSON_LISTS = [
    '[{"name": "ridge", "hyperparameters": {"alpha": 2}}]',
    ' {"name": "ridge"}',
    '["xgboost","knn"]',
]


@pytest.mark.parametrize("text", [*JSON_LISTS, f'[{{"name": "{"a" * 300}"}}]', '["a/b.json'])
def test_json_in_the_place_of_names_is_told_to_go_into_a_file(invoke: Invoke, text: str) -> None:
    result = invoke("algorithms", "--check", text)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "bakeoff: --check takes names, such as xgboost,knn:tuned, and no JSON: write that into a file, and "
        "give it by --check FILE.\n"
    )


@pytest.mark.parametrize("text", JSON_LISTS)
@pytest.mark.parametrize("command", [("demo",), ("run",), ("run", "--input", "own.json")])
def test_so_it_is_where_a_comparison_begins(
    invoke: Invoke, tmp_path: Path, command: tuple[str, ...], text: str
) -> None:
    (tmp_path / "own.json").write_text("{}")

    result = invoke(*command, "--algorithms", text)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "bakeoff: --algorithms takes names, such as xgboost,knn:tuned, and no JSON: write that as "
        "`algorithms: [...]` into a file, and give it to `bakeoff demo`, `run` or `upload` by "
        "--settings FILE.\n"
    )


def test_a_parameter_of_the_stack_takes_no_json_either(invoke: Invoke) -> None:
    for command in ("demo", "run"):
        result = invoke(command, "--set", 'Algorithms=[{"name": "ridge"}]')

        assert (result.exit_code, result.stdout) == (2, "")
        assert "--set Algorithms takes names, such as xgboost,knn:tuned, and no JSON" in result.stderr
