from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account, arn_of


def inputs(account: Account) -> list[dict[str, Any]]:
    return [execution.input for execution in account.stepfunctions.executions.values()]


def test_a_run_is_started_again_with_what_the_stack_says(invoke: Invoke, account: Account) -> None:
    result = invoke("run")

    [name] = account.stepfunctions.executions
    assert re.fullmatch(r"run-\d{8}-\d{6}-[0-9a-f]{6}", name)
    assert (result.exit_code, result.stdout) == (0, f"Started the run {name}\n")
    assert result.stderr == f"Follow it: bakeoff watch {name}\n"
    assert inputs(account) == [{}]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--algorithms", "xgboost, knn"), {"algorithms": ["xgboost", "knn"]}),
        (("--set", "Algorithms=knn"), {"algorithms": ["knn"]}),
        (("--set", "Metric=mae", "--set", "Confidence=0.9"), {"metric": "mae", "confidence": 0.9}),
        (
            ("--set", "LatencyCalls=5", "--set", "MaxScoredRows=100"),
            {"latency_calls": 5, "max_scored_rows": 100},
        ),
        (("--target", "price"), {"target": "price"}),
        (
            ("--task", "classification", "--positive", "1", "--metric", "roc_auc"),
            {"task": "classification", "positive": "1", "metric": "roc_auc"},
        ),
        (
            ("--ignore", "id, notes", "--categorical", "zip", "--group", "owner", "--time", "sold"),
            {"ignore": ["id", "notes"], "categorical": ["zip"], "group": "owner", "time": "sold"},
        ),
        (("--folds", "10"), {"folds": 10}),
        (("--set", "Folds=3"), {"folds": 3}),
        (("--algorithms", "knn", "--target", "3"), {"algorithms": ["knn"], "target": "3"}),
    ],
)
def test_what_a_run_decides_for_itself_stands_in_its_input(
    invoke: Invoke, account: Account, options: tuple[str, ...], expected: dict[str, Any]
) -> None:
    assert invoke("run", *options).exit_code == 0
    assert inputs(account) == [expected]


@pytest.mark.parametrize(
    "text", ['{"algorithms": [{"name": "deep", "algorithm": "xgboost"}]}', "target: price"]
)
def test_an_input_comes_from_a_file_and_options_come_before_it(
    invoke: Invoke, account: Account, tmp_path: Path, text: str
) -> None:
    (tmp_path / "input.json").write_text(text)
    invoke("run", "--input", "input.json")
    invoke("run", "--input", "input.json", "--algorithms", "knn")

    given, changed = inputs(account)
    assert given in ({"algorithms": [{"name": "deep", "algorithm": "xgboost"}]}, {"target": "price"})
    assert changed == {**given, "algorithms": ["knn"]}


def test_an_input_may_be_the_list_that_was_checked(invoke: Invoke, account: Account, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text('["knn", "ridge:tuned"]')
    invoke("run", "--input", "list.json")

    [given] = inputs(account)
    assert given == {"algorithms": ["knn", "ridge:tuned"]}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--algorithms", "prophet"), "Unknown algorithm 'prophet'"),
        (("--algorithms", ""), "Unknown algorithm ''"),
        (("--input", "text.json"), "text.json holds no input of an execution"),
        (("--input", "list.json"), "The list of algorithms is empty"),
        (("--input", "broken.json"), "broken.json is neither JSON nor YAML"),
        (("--input", "missing.json"), "There is no file missing.json"),
        (("--input", "unknown.json"), "Unknown algorithm 'prophet'"),
        (("--name", "../elsewhere"), "cannot name a run"),
        (("--name", "taken"), "has had a run 'taken' already: choose another --name."),
        (("--set", "Algorithms=knn", "--algorithms", "knn"), "Algorithms is given twice"),
        (("--set", "Metric=mae", "--metric", "r2"), "Metric is given twice, by --metric and by --set: keep"),
        (("--set", "MaxScoredRows=0.5"), "max_scored_rows must be a whole number, 0 or more, not 0.5."),
        (("--folds", "1"), "--folds: folds must be 0 for one split, or a whole number from 2 to 10, not 1."),
        (("--folds", "many"), "--folds: folds must be 0 for one split, or a whole number from 2 to 10, not"),
        (
            ("--folds", "2.5"),
            "--folds: folds must be 0 for one split, or a whole number from 2 to 10, not 2.5.",
        ),
        (("--set", "Folds=1"), "Folds"),
        (("--set", "Folds=5", "--folds", "5"), "Folds is given twice, by --folds and by --set: keep one of"),
        (("--settings", "list.json"), "list.json, line 1, column 1: [] is no setting with a value"),
        (("--settings", "unknown.json"), "unknown.json, line 1, column 17: Unknown algorithm 'prophet'"),
        (("--settings", "missing.json"), "There is no file missing.json"),
        (
            ("--settings", "unknown.json", "--input", "unknown.json"),
            "both say what holds for the run: keep one",
        ),
        (("--input", "metrics.json"), "The execution's input: nothing reads 'metrics': did you mean metric?"),
    ],
)
def test_what_cannot_run_is_one_line_and_nothing_is_started(
    invoke: Invoke, account: Account, tmp_path: Path, options: tuple[str, ...], complaint: str
) -> None:
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "text.json").write_text("xgboost")
    (tmp_path / "metrics.json").write_text('{"metrics": "mae"}')
    (tmp_path / "broken.json").write_text('{"a')
    (tmp_path / "unknown.json").write_text('{"algorithms": ["prophet"]}')
    account.add_run("taken")

    result = invoke("run", *options)

    assert result.exit_code == 2
    assert complaint in result.stderr and result.stderr.count("\n") == 1
    assert list(account.stepfunctions.executions) == ["taken"]


def test_settings_become_the_input_and_options_come_before_them(
    invoke: Invoke, account: Account, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text("target: no\nmetric: mae\nlatency_calls: 5\n")

    assert invoke("run", "--settings", "mine.yaml", "--set", "Metric=r2", "--target", "3").exit_code == 0

    assert inputs(account) == [{"target": "3", "metric": "r2", "latency_calls": 5}]


def test_a_run_names_the_data_set_that_it_is_about(invoke: Invoke, account: Account) -> None:
    assert invoke("run", "--dataset", "cars", "--target", "mpg").exit_code == 0
    assert inputs(account) == [{"target": "mpg", "dataset": "cars"}]


def test_a_catalogue_that_the_stack_alone_has_is_for_the_plan_to_say(
    invoke: Invoke, account: Account
) -> None:
    assert invoke("run", "--algorithms", "ours", "--force").exit_code == 0
    assert inputs(account) == [{"algorithms": ["ours"]}]


def test_a_named_run_as_json_is_one_document(invoke: Invoke, account: Account) -> None:
    document = json.loads(invoke("run", "--name", "again", "--algorithms", "knn", "--json").stdout)
    assert document == {
        "run_id": "again",
        "execution_arn": arn_of("again"),
        "input": {"algorithms": ["knn"]},
    }


def test_a_watched_run_ends_with_its_leaderboard(invoke: Invoke, account: Account) -> None:
    result = invoke("run", "--name", "again", "--watch")
    assert result.exit_code == 0
    assert "Started the run again.\n" in result.stderr
    assert "Winner: xgboost" in result.stdout


def test_a_watched_run_that_fails_is_exit_code_1(invoke: Invoke, account: Account) -> None:
    account.next_run = {"statuses": ["FAILED"], "error": "NoInputData", "cause": "Nothing there."}
    assert invoke("run", "--watch").exit_code == 1


@pytest.mark.parametrize(("command", "expected"), [(("watch", "again"), 0), (("run", "--watch"), 0)])
def test_a_failed_candidate_is_exit_code_1_for_who_is_strict(
    invoke: Invoke, account: Account, command: tuple[str, ...], expected: int
) -> None:
    # Given a run that succeeds although linear-learner does not finish
    account.add_run("again")
    assert invoke(*command).exit_code == expected
    assert invoke(*command, "--strict").exit_code == 1


def test_a_run_is_watched_by_its_arn(invoke: Invoke, account: Account) -> None:
    account.add_run("run-1")
    assert invoke("watch", arn_of("run-1")).exit_code == 0

    other = arn_of("run-1").replace(":bakeoff:", ":another:")
    result = invoke("watch", other)
    assert result.exit_code == 2
    assert f"{other} is no run of the stack 'bakeoff'" in result.stderr
    assert "--stack-name" in result.stderr


def test_a_limit_is_a_setting_of_the_run(invoke: Invoke, account: Account) -> None:
    result = invoke("run", "--max-cost", "0.5", "--json")
    assert json.loads(result.stdout)["input"] == {"max_cost": 0.5}


@pytest.mark.parametrize("text", ["-1", "much", "nan", "1e999"])
def test_a_limit_that_is_none_starts_nothing(invoke: Invoke, account: Account, text: str) -> None:
    result = invoke("run", "--max-cost", text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--max-cost: max_cost must be a number, 0 or more" in result.stderr
