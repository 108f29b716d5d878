"""LightGBM and CatBoost."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.unit.bakeoff.scripts.jobs import Job, classes, numbers

LIGHTGBM = {"num_iterations": 60, "min_data_in_leaf": 5, "verbosity": -1}
CATBOOST = {"iterations": 60, "verbose": 0}
CASES = [
    pytest.param("lightgbm", LIGHTGBM, {}, id="lightgbm"),
    pytest.param("catboost", CATBOOST, {}, id="catboost"),
]
OBJECTIVES: dict[str, dict[int, dict[str, Any]]] = {
    "lightgbm": {2: {"objective": "binary"}, 3: {"objective": "multiclass", "num_class": 3}},
    "catboost": {2: {"loss_function": "Logloss"}, 3: {"loss_function": "MultiClass", "classes_count": 3}},
}
ABSOLUTE: dict[str, dict[str, str]] = {"lightgbm": {"objective": "mae"}, "catboost": {"loss_function": "MAE"}}
STOPPING = {"lightgbm": "early_stopping_round", "catboost": "early_stopping_rounds"}


def script_of(name: str) -> ModuleType:
    return importlib.import_module(f"bakeoff.scripts.{name}.train")


@pytest.mark.parametrize(("name", "settings", "_"), CASES)
def test_it_learns_numbers_and_tells_its_score(
    job: Job, name: str, settings: dict[str, Any], _: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    script, table = script_of(name), numbers()
    job.settings(**settings)
    job.channel("train", table[:150])
    job.channel("validation", table[150:])

    script.train()
    predicted = job.predictions(script, table[150:, 1:])

    assert np.sqrt(np.mean((predicted - table[150:, 0]) ** 2)) < np.std(table[:, 0]) / 2
    assert "validation:rmse=" in capfd.readouterr().out


@pytest.mark.parametrize(("name", "settings", "_"), CASES)
def test_numbers_stay_numbers_by_another_objective(
    job: Job, name: str, settings: dict[str, Any], _: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    table = numbers()
    job.settings(**settings, **ABSOLUTE[name])
    job.channel("train", table[:150])
    job.channel("validation", table[150:])

    script_of(name).train()

    assert "validation:rmse=" in capfd.readouterr().out


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize(("name", "settings", "_"), CASES)
def test_it_learns_classes(
    job: Job, name: str, settings: dict[str, Any], _: Any, count: int, capfd: pytest.CaptureFixture[str]
) -> None:
    script, table = script_of(name), classes(count)
    job.settings(**settings, **OBJECTIVES[name][count])
    job.channel("train", table)
    job.channel("validation", classes(count, seed=1))

    script.train()
    predicted = job.predictions(script, table[:, 1:])

    assert predicted.shape == ((300,) if count == 2 else (300, 3))
    chosen = (predicted > 0.5) if count == 2 else predicted.argmax(axis=1)
    assert np.mean(chosen == table[:, 0]) > 0.95
    assert "validation:logloss=" in capfd.readouterr().out


@pytest.mark.parametrize(("name", "settings", "_"), CASES)
def test_it_stops_by_the_validation_split_where_there_is_one(
    job: Job, name: str, settings: dict[str, Any], _: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    script, table = script_of(name), numbers()
    job.settings(**settings, **{STOPPING[name]: 5})
    job.channel("train", table)

    script.train()

    assert "validation:" not in capfd.readouterr().out


@pytest.mark.parametrize(("name", "settings", "_"), CASES)
def test_codes_of_categories_are_told_apart_and_may_be_missing(
    job: Job, name: str, settings: dict[str, Any], _: Any
) -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 6, 400).astype(float)
    table = np.column_stack([np.array([5, -5, 3, -3, 8, -8])[codes.astype(int)], codes, rng.normal(size=400)])
    table[::40, 1] = np.nan
    known = ~np.isnan(table[:, 1])
    script = script_of(name)
    job.settings(**settings, categorical=[0])
    job.channel("train", table)

    script.train()
    predicted = job.predictions(script, table[:, 1:])

    assert np.isfinite(predicted).all()
    assert np.corrcoef(predicted[known], table[known, 0])[0, 1] > 0.9


@pytest.mark.parametrize(("name", "settings", "_"), CASES)
def test_the_model_carries_the_package(job: Job, name: str, settings: dict[str, Any], _: Any) -> None:
    script = script_of(name)
    job.settings(**{**settings})
    job.channel("train", numbers())

    script.train()

    assert (job.model / "code" / name / "__init__.py").is_file()
