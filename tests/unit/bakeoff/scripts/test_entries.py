"""The catalogue's entries with a script, trained with what the plan gives them."""

from __future__ import annotations

import importlib
import re
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bakeoff.adapters.resources import read_catalogue
from bakeoff.domain.datasets.facts import facts_of
from bakeoff.domain.run.task import Section
from bakeoff.scripts.tabular import Array
from local_aws.services.sagemaker.containers.script_mode.environment import decoded
from tests.unit.bakeoff.scripts.jobs import Job, classes, numbers

CATALOGUE = read_catalogue()
ENTRIES = {entry["name"]: entry for entry in CATALOGUE.resolve(list(CATALOGUE.entries)) if "script" in entry}
NAMES = list(ENTRIES)
TABLES: dict[Section, Array] = {
    "regression": numbers(400),
    "binary": classes(2, rows=400),
    "multiclass": classes(5, rows=400),
}
METRICS: dict[Section, str] = {
    "regression": "validation:rmse",
    "binary": "validation:logloss",
    "multiclass": "validation:logloss",
}
# Whether a value is taken, few trees tell as well as many.
FEW = {
    "hist-gradient-boosting": {"max_iter": "50"},
    "lightgbm": {"num_iterations": "50"},
    "catboost": {"iterations": "50"},
}
# Neural networks need not converge to be of use.
pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")


def script_of(name: str) -> ModuleType:
    return importlib.import_module(f"bakeoff.scripts.{ENTRIES[name]['script']}.train")


def given(name: str, section: Section, categorical: tuple[int, ...] = (), **changed: str) -> dict[str, Any]:
    """The hyperparameters as a program finds them."""
    entry = ENTRIES[name]
    own = entry["hyperparameters"] if section == "regression" else entry["tasks"][section]["hyperparameters"]
    return given_of({**own, **changed}, section, categorical)


def given_of(
    hyperparameters: dict[str, str], section: Section, categorical: tuple[int, ...] = ()
) -> dict[str, Any]:
    for fact, value in facts_of(2, 300, 5 if section == "multiclass" else 2, categorical).items():
        hyperparameters = {
            name: text.replace(f"{{{fact}}}", str(value)) for name, text in hyperparameters.items()
        }
    return decoded(hyperparameters)


def told(name: str, printed: str) -> dict[str, float]:
    """What SageMaker reads from a log, as its one group has it, by the metric's name."""
    found = {each["name"]: re.findall(each["regex"], printed) for each in ENTRIES[name]["metrics"]}
    assert all(len(values) <= 1 for values in found.values()), "a metric is told once"
    return {metric: float(values[0]) for metric, values in found.items() if values}


def log_loss(labels: Array, probabilities: Array) -> float:
    table = np.column_stack([1 - probabilities, probabilities]) if probabilities.ndim == 1 else probabilities
    return float(-np.mean(np.log(table[np.arange(len(labels)), labels.astype(int)])))


@pytest.mark.parametrize("section", TABLES)
@pytest.mark.parametrize("name", NAMES)
def test_an_entry_learns_and_tells_the_score_that_its_predictions_have(
    job: Job, name: str, section: Section, capfd: pytest.CaptureFixture[str]
) -> None:
    table, script = TABLES[section], script_of(name)
    job.settings(**given(name, section))
    job.channel("train", table[:300])
    job.channel("validation", table[300:])

    script.train()
    predicted = job.predictions(script, table[300:, 1:])

    labels = table[300:, 0]
    assert predicted.shape == ((100, 5) if section == "multiclass" else (100,))
    by_chance = {"regression": np.std(labels), "binary": np.log(2), "multiclass": np.log(5)}[section]
    error = (
        float(np.sqrt(np.mean((predicted - labels) ** 2)))
        if section == "regression"
        else log_loss(labels, predicted)
    )
    assert error < 0.7 * by_chance
    assert told(name, capfd.readouterr().out) == {METRICS[section]: pytest.approx(error, rel=1e-6)}


@pytest.mark.parametrize("name", NAMES)
def test_a_class_that_training_lacks_moves_no_other(job: Job, name: str) -> None:
    table, script = TABLES["multiclass"], script_of(name)
    job.settings(**given(name, "multiclass"))
    job.channel("train", table[:300][table[:300, 0] != 1])
    job.channel("validation", table[300:])

    script.train()
    predicted = job.predictions(script, table[300:, 1:])

    others = table[300:, 0] != 1
    assert predicted.shape == (100, 5) and (predicted[:, 1] < 0.1).all()
    np.testing.assert_allclose(predicted.sum(axis=1), 1, atol=1e-6)
    assert np.mean(predicted.argmax(axis=1)[others] == table[300:, 0][others]) > 0.6


def tuned(name: str, section: Section) -> tuple[Any, list[dict[str, str]]]:
    """The objective of a tuned candidate, and settings with every end and every value of its ranges."""
    [entry] = CATALOGUE.resolve([f"{name}:tuned"])
    own = entry if section == "regression" else entry["tasks"][section]
    values = {
        range_: next(each[kind] for kind in ("continuous", "integer", "categorical") if kind in each)
        for range_, each in own["tuning"]["ranges"].items()
    }
    longest = max(map(len, values.values()))
    tries = [
        {range_: found[min(number, len(found) - 1)] for range_, found in values.items()}
        for number in range(longest)
    ]
    return own["tuning"]["objective"], [
        {**own["hyperparameters"], **FEW.get(name, {}), **each} for each in tries
    ]


@pytest.mark.parametrize("section", TABLES)
@pytest.mark.parametrize("name", NAMES)
def test_every_end_of_a_range_trains_and_tells_the_objective(
    job: Job, name: str, section: Section, capfd: pytest.CaptureFixture[str]
) -> None:
    table, script = TABLES[section], script_of(name)
    job.channel("train", table[:300])
    job.channel("validation", table[300:])
    objective, tries = tuned(name, section)

    assert objective == {"metric": METRICS[section], "goal": "minimize"}
    for each in tries:
        job.settings(**given_of(each, section))
        script.train()
        assert told(name, capfd.readouterr().out)[objective["metric"]] > 0


def test_all_entries_can_be_tuned() -> None:
    assert all("tuning" in entry for entry in CATALOGUE.entries.values())


@pytest.mark.parametrize("name", [name for name in NAMES if ENTRIES[name]["training_format"] == "coded"])
def test_codes_are_no_quantities_to_what_trains_on_them(job: Job, name: str) -> None:
    """Of levels whose order says nothing, two splits by quantity tell little."""
    rng, script = np.random.default_rng(3), script_of(name)
    codes = rng.integers(0, 40, 2000)
    label = np.where(rng.permutation(40) % 2 == 0, 5.0, -5.0)[codes]
    table = np.column_stack([label, codes, rng.normal(size=2000)])
    # One tree of few leaves.
    short = {
        "hist-gradient-boosting": {"max_iter": "1", "max_leaf_nodes": "3", "early_stopping": "false"},
        "lightgbm": {"num_iterations": "1", "num_leaves": "3"},
        "catboost": {"iterations": "5", "depth": "1"},
    }[name]
    errors: list[np.floating[Any]] = []
    for categorical in ((0,), ()):
        changed = {**short, "learning_rate": "1"}
        job.settings(**given(name, "regression", categorical, **changed))
        if not errors:
            job.channel("train", table)
        script.train()
        errors.append(np.std(job.predictions(script, table[:, 1:]) - label))

    assert errors[0] < errors[1] / 2


def test_the_entries_with_scripts_are_those_that_need_no_image_of_one_s_own() -> None:
    assert set(ENTRIES) == {
        *("random-forest", "extra-trees", "hist-gradient-boosting", "ridge", "mlp", "lightgbm", "catboost")
    }
    assert {name: entry["tasks"].keys() for name, entry in ENTRIES.items()} == {
        name: {"binary", "multiclass"} for name in ENTRIES
    }
