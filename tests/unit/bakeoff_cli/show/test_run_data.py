from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff_cli.show.prepared import prepared_rows
from bakeoff_cli.show.run_data import run_data
from tests.unit.bakeoff_cli.saved.test_hostile_folders import json_values

NAMED = {
    "target": {"name": "price", "position": 1, "source": "the first column"},
    "features": ["area", "slope", "age", "rate"],
    "feature_dim": 4,
    "settings": {"metric": {"value": "mae", "source": "Inputs/bakeoff.yaml"}},
    "notes": ["The first column, which has no name, counts the rows: it is left out."],
    "ignored": [{"key": "Inputs/.DS_Store", "why": "a file of the system"}],
}


def _lines(**changes: Any) -> list[str]:
    found = run_data({**NAMED, **changes})
    assert found
    return list(found.lines())


def test_what_is_predicted_from_what_comes_first_and_then_what_was_assumed() -> None:
    assert _lines() == [
        "Predicting price (the first column) from 4 features: area, slope, age, rate.",
        "Inputs/bakeoff.yaml says metric: mae.",
        "The first column, which has no name, counts the rows: it is left out.",
        "Ignored Inputs/.DS_Store: a file of the system",
    ]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("the label, whose values are no numbers", "The label, whose values are no numbers, says task: x."),
        ("the default of a y, which has no rmse", "The default of a y, which has no rmse, says task: x."),
        ("Inputs/a, b/bakeoff.yaml", "Inputs/a, b/bakeoff.yaml says task: x."),
    ],
)
def test_a_source_that_ends_in_a_relative_clause_is_closed_by_a_comma(source: str, line: str) -> None:
    assert _lines(settings={"task": {"value": "x", "source": source}})[1] == line


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"target": {"name": None, "position": 1}, "features": None},
            "Predicting the first column from 4 features.",
        ),
        (
            {"target": {"name": "y", "position": 5, "source": "Target"}, "features": ["x"]},
            "Predicting y (column 5, as Target says) from 1 feature: x.",
        ),
        (
            {"features": [f"f{n}" for n in range(1200)]},
            "Predicting price (the first column) from 1,200 features: f0, f1, f2, f3, f4, ... f1199.",
        ),
        ({"features": None, "feature_dim": None}, "Predicting price (the first column)."),
    ],
)
def test_the_line_fits_data_without_a_header_and_with_many_columns(
    changes: dict[str, Any], line: str
) -> None:
    assert _lines(**changes)[0] == line


def test_a_plan_of_an_older_version_says_nothing() -> None:
    assert run_data({"schema_version": 1, "feature_dim": 8, "inputs": []}) is None
    assert run_data(None) is None


def test_each_place_that_said_something_is_told_but_the_stack_s_own() -> None:
    settings = {
        "target": {"value": 3, "source": "the execution's input"},
        "algorithms": {
            "value": ["knn", {"name": "deep", "algorithm": "xgboost"}],
            "source": "Inputs/bakeoff.yaml",
        },
        "metric": {"value": "rmse", "source": "the stack's parameter Metric"},
        "confidence": {"value": 0.9, "source": "the execution's input"},
    }

    assert _lines(settings=settings, notes=[], ignored=[])[1:] == [
        "The execution's input says target: 3; confidence: 0.9.",
        "Inputs/bakeoff.yaml says algorithms: knn, deep.",
    ]


def test_as_json_it_is_what_the_plan_holds() -> None:
    found = run_data(NAMED)
    assert found and found.as_json() == {name: NAMED[name] for name in NAMED if name != "feature_dim"}


def test_the_rows_are_counted_when_they_are_prepared() -> None:
    summary = {"rows": {"train": 2110, "validation": 45, "test": 46}, "rejected": {"total": 1}}
    assert (
        prepared_rows(summary) == "2,201 rows: 2,110 to train, 45 to validate, 46 to test; 1 line set aside."
    )
    assert prepared_rows({**summary, "rejected": {"total": 0}}) == (
        "2,201 rows: 2,110 to train, 45 to validate, 46 to test."
    )
    assert str(prepared_rows({**summary, "unlabelled": 1200})).endswith(
        "46 to test; 1 line set aside; 1,200 rows without a label left out."
    )


def test_classes_are_told_with_the_rows_and_which_of_them_had_to_be_moved() -> None:
    summary = {"rows": {"train": 21, "validation": 4, "test": 5}, "rejected": {"total": 0}}
    classes = [{"name": name, "train": 10, "validation": 2, "test": 3} for name in ("no", "yes")]
    rare = {"name": "rare", "train": 1, "validation": 0, "test": 0, "moved": 1}

    assert str(prepared_rows({**summary, "classes": classes})).endswith("5 to test. 2 classes: no, yes.")
    assert str(prepared_rows({**summary, "classes": [*classes, rare]})).endswith(
        "3 classes: no, yes, rare. The split had given training no row of rare, so all of theirs (1) train "
        "and none is a test row."
    )


def _in_folds(**candidate: Any) -> dict[str, Any]:
    named = [{"name": name, **candidate} for name in ("xgboost", "knn")]
    return {"split": {"folds": 10}, "candidates": named, "notes": [], "ignored": [], "settings": {}}


def test_folds_are_told_with_what_they_cost() -> None:
    assert _lines(**_in_folds())[1:] == [
        "10 folds: every row is a test row once, of a model that has not learned from it.",
        "2 candidates in 10 folds: 20 training jobs and 20 endpoints. One more training job makes the final "
        "model.",
    ]
    found = run_data({**NAMED, **_in_folds()})
    assert found and found.as_json()["folds"] == {"folds": 10, "units": 20, "training_jobs": 21}


@pytest.mark.parametrize(
    ("live", "told"),
    [
        (None, "Nothing will be promoted: it has folds."),
        (
            {"config": "c"},
            "Nothing will be promoted, because the model in production cannot be compared: it has folds.",
        ),
    ],
)
def test_that_nothing_can_be_promoted_is_told_before_anything_costs(live: Any, told: str) -> None:
    promotion = {"mode": "Propose", "live": live, "incomparable": "it has folds"}
    assert told in _lines(promotion=promotion)
    assert _lines(promotion={**promotion, "incomparable": None}) == _lines()


def test_folds_of_tuned_candidates_are_told_with_what_tuning_costs() -> None:
    assert _lines(**_in_folds(tuning={"jobs": 20}))[2].startswith(
        "2 candidates in 10 folds: up to 400 training jobs, tuning included, and 20 endpoints."
    )


def test_the_rows_of_folds_are_counted_together() -> None:
    summary = {
        "rows": {"train": 280, "validation": 145, "test": 0},
        "rejected": {"total": 1},
        "folds": [{"rows": 145}, {"rows": 140}, {"rows": 140}],
    }
    assert prepared_rows(summary) == "425 rows in 3 folds of 140 to 145; 1 line set aside."
    same = [{"rows": 140}] * 3
    assert prepared_rows({**summary, "folds": same}) == "420 rows in 3 folds of 140; 1 line set aside."


targets = st.fixed_dictionaries({}, optional=dict.fromkeys(["name", "position", "source"], json_values))
ignored = st.lists(st.fixed_dictionaries({}, optional={"key": json_values, "why": json_values}), max_size=2)


@given(st.dictionaries(st.sampled_from(sorted([*NAMED, "promotion"])), json_values), targets, ignored)
def test_whatever_a_plan_holds_its_lines_can_be_printed(
    changes: dict[str, Any], target: Any, objects: Any
) -> None:
    found = run_data({**NAMED, "target": target, "ignored": objects, **changes})
    for line in found.lines() if found else ():
        assert line.isprintable()
    assert ((found.label if found else None) or "").isprintable()
    assert json.dumps(found.as_json() if found else None)


@given(json_values)
def test_whatever_a_plan_or_a_summary_is_nothing_breaks(document: Any) -> None:
    run_data(document)
    assert (prepared_rows(document) or "").isprintable()
    assert (
        prepared_rows(dict.fromkeys(("rows", "rejected", "unlabelled", "classes", "folds"), document)) or ""
    ).isprintable()
    assert run_data({**NAMED, "split": {"folds": document}, "candidates": document})
    assert (prepared_rows({"rows": document, "folds": [{"rows": document}]}) or "").isprintable()


def test_a_mixed_table_is_told_by_its_columns() -> None:
    columns = [
        {"name": "mpg", "role": "label", "kind": "number"},
        {"name": "origin", "role": "feature", "kind": "category"},
        {"name": "name", "role": "ignored", "kind": "text", "why": "free text"},
    ]
    plan = {"target": {"name": "mpg", "position": 1, "source": "Target"}, "table": {"columns": columns}}

    found = run_data(plan)

    assert found is not None
    assert "Columns: label: mpg; 1 category; ignored: name." in list(found.lines())
    assert found.as_json()["columns"] == "label: mpg; 1 category; ignored: name"


@pytest.mark.parametrize(
    "table", [None, 5, {}, {"columns": [{}]}, {"columns": [{"name": "a"}]}, {"columns": "x"}]
)
def test_a_table_that_says_nothing_sound_is_left_out(table: Any) -> None:
    found = run_data({"target": {"name": "mpg", "position": 1, "source": "Target"}, "table": table})

    assert found is not None and found.columns is None


COST = {"amount": "2.361450", "currency": "USD", "region": "us-east-1", "unknown": []}


def test_what_the_run_may_cost_is_told() -> None:
    assert "By list prices it may cost $2.37 at most; usually it is far less." in _lines(cost=COST)


def test_so_is_a_price_that_nobody_knows() -> None:
    missing = [{"kind": "hosting", "instance_type": "ml.m5.large", "region": "mars", "why": "no list"}] * 2
    told = _lines(cost={**COST, "amount": None, "unknown": missing})
    assert (
        "What it may cost at most is unknown: no price of ml.m5.large for hosting and 1 more in us-east-1."
        in told
    )


@pytest.mark.parametrize("cost", [None, [], {}, {"amount": "much", "currency": "USD"}, {"amount": None}])
def test_a_cost_that_says_nothing_sound_is_left_out(cost: Any) -> None:
    assert len(_lines(cost=cost)) == len(_lines())
    found = run_data({**NAMED, "cost": cost})
    assert found is not None and found.worst is None
