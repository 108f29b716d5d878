"""The catalogue knows the hyperparameters of its scripts, and of their libraries."""

from __future__ import annotations

import json
import re

import pytest

from bakeoff.catalogue import read_catalogue
from scripts.catalogue.script_options import FILE, SOURCES, options

SCRIPTS = sorted(path.parent.name for path in (SOURCES / "scripts").glob("*/train.py"))


def test_what_the_catalogue_knows_is_what_the_libraries_say() -> None:
    """To write it anew, with a release of a library: python -m scripts.catalogue.script_options."""
    assert json.loads(FILE.read_text("utf-8")) == options()


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_a_script_takes_for_itself_is_known(script: str) -> None:
    source = (SOURCES / "scripts" / script / "train.py").read_text("utf-8")
    taken = set(re.findall(r'settings\.(?:pop|get)\("(\w+)"', source))

    assert taken and taken <= read_catalogue().known.scripts[script]["hyperparameters"].keys()


def test_no_script_is_known_that_is_not_there() -> None:
    assert sorted(read_catalogue().known.scripts) == SCRIPTS


def test_an_estimator_is_known_by_its_parameters_and_what_they_take() -> None:
    known = read_catalogue().known.scripts["sklearn"]["by"]["estimator"]

    forest = known["sklearn.ensemble.RandomForestRegressor"]
    told = {name: forest[name] for name in ("n_estimators", "max_features", "bootstrap", "random_state")}
    assert told == {
        "n_estimators": "integer", "max_features": "number", "bootstrap": "text", "random_state": "integer"
    }  # fmt: skip
    assert known["sklearn.neural_network.MLPRegressor"]["hidden_layer_sizes"] == "integer"
