"""What the plan says of hyperparameters that an image or a script does not know, or cannot take."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.resources import read_catalogue
from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.statistics.registry import TaskKind

CATALOGUE = read_catalogue()
RIDGE, LOGISTIC = "sklearn.linear_model.Ridge", "sklearn.linear_model.LogisticRegression"


def refusal_of(algorithm: str, **said: Any) -> str:
    with pytest.raises(InvalidAlgorithms) as refusal:
        CATALOGUE.resolve([{"name": "mine", "algorithm": algorithm, **said}])
    return str(refusal.value)


def refusal_in(task: TaskKind, algorithm: str, **said: Any) -> str | None:
    """What the plan says once the task is known, of what it may take until then."""
    entries = CATALOGUE.resolve([{"name": "mine", "algorithm": algorithm, **said}])
    try:
        CATALOGUE.refuse_unknown(entries, task)
    except InvalidAlgorithms as err:
        return str(err)
    return None


@pytest.mark.parametrize(
    ("algorithm", "name", "told"),
    [
        ("ridge", "alfa", f"{RIDGE}: did you mean alpha?"),
        (
            "mlp",
            "learning_rate_inits",
            "sklearn.neural_network.MLPRegressor: did you mean learning_rate_init?",
        ),
        ("random-forest", "n_estimator", "RandomForestRegressor: did you mean n_estimators?"),
        (
            "hist-gradient-boosting",
            "max_leafs",
            "HistGradientBoostingRegressor: did you mean max_leaf_nodes?",
        ),
        ("lightgbm", "feature_fractions", "the script lightgbm: did you mean feature_fraction?"),
        ("lightgbm", "zzz", "that script_options.json names."),
        ("catboost", "dept", "the script catboost: did you mean depth?"),
    ],
)
def test_a_name_that_a_script_does_not_know_is_told_with_the_nearest(
    algorithm: str, name: str, told: str
) -> None:
    refusal = refusal_of(algorithm, hyperparameters={name: "3"})

    assert refusal.startswith(
        f"Algorithm 'mine': hyperparameters names '{name}', which is no hyperparameter of "
    )
    assert refusal.endswith(told)
    ranged = refusal_of(algorithm, tuning={"ranges": {name: {"continuous": ["1", "2"]}}})
    assert "tuning.ranges names" in ranged and ranged.endswith(told)


@pytest.mark.parametrize(
    ("algorithm", "alias", "name"),
    [
        ("lightgbm", "eta", "learning_rate"),
        ("lightgbm", "n_estimators", "num_iterations"),
        ("lightgbm", "max_leaves", "num_leaves"),
        ("lightgbm", "n_jobs", "num_threads"),
        ("lightgbm", "random_state", "seed"),
        ("lightgbm", "application", "objective"),
        ("lightgbm", "early_stopping_rounds", "early_stopping_round"),
        ("lightgbm", "categorical_feature", "categorical"),
        ("catboost", "eta", "learning_rate"),
        ("catboost", "n_estimators", "iterations"),
        ("catboost", "max_depth", "depth"),
        ("catboost", "objective", "loss_function"),
        ("catboost", "od_wait", "early_stopping_rounds"),
        ("catboost", "cat_features", "categorical"),
        ("xgboost", "learning_rate", "eta"),
        ("xgboost", "reg_lambda", "lambda"),
    ],
)
def test_an_alias_is_refused_because_the_main_name_may_go_before_it(
    algorithm: str, alias: str, name: str
) -> None:
    """LightGBM trains with the entry's own learning_rate beside an eta, and says nothing."""
    told = f"{alias} is another name of {name}: write {name}."

    assert refusal_of(algorithm, hyperparameters={alias: "1"}) == f"Algorithm 'mine': hyperparameters.{told}"
    # Nor without the main name: a range of it may come in by tuning.
    assert told in refusal_of(algorithm, hyperparameters={name: None, alias: "1"})
    ranged = refusal_of(algorithm, tuning={"ranges": {alias: {"continuous": ["0.1", "1"]}}})
    assert ranged == f"Algorithm 'mine': tuning.ranges.{told}"


def test_a_misspelled_alias_is_told_with_the_main_name() -> None:
    refusal = refusal_of("lightgbm", hyperparameters={"n_estimatrs": "3"})

    assert refusal.endswith("the script lightgbm: did you mean num_iterations?")


def test_no_alias_is_a_main_name_and_every_alias_has_one() -> None:
    known = CATALOGUE.known
    for options in (*known.images.values(), *known.scripts.values()):
        aliases = options.get("aliases", {})
        assert not aliases.keys() & options["hyperparameters"].keys()
        assert set(aliases.values()) <= options["hyperparameters"].keys()


def test_of_another_estimator_its_own_names_hold() -> None:
    lasso = {"estimator": "sklearn.linear_model.Lasso"}

    assert refusal_in("regression", "ridge", hyperparameters={**lasso, "selection": "random"}) is None
    assert "did you mean positive?" in refusal_of("ridge", hyperparameters={**lasso, "positiv": "true"})
    # Which its script has, and this page does not know
    CATALOGUE.resolve(
        [{"name": "mine", "algorithm": "ridge", "hyperparameters": {"estimator": "x.Y", "z": "1"}}]
    )


def test_a_name_of_one_task_only_is_refused_in_the_other_one() -> None:
    """The task is not known before the data are."""
    said: dict[str, Any] = {"hyperparameters": {"C": "0.5"}}

    assert refusal_in("classification", "ridge", **said) is None
    refusal = refusal_in("regression", "ridge", **said)
    assert refusal is not None
    assert refusal.startswith(
        f"Algorithm 'mine': hyperparameters names 'C', which is no hyperparameter of {RIDGE}"
    )
    penalty = {"alpha": "2"}
    assert refusal_in("regression", "ridge", hyperparameters=penalty) is None
    assert f"tasks.binary.hyperparameters names 'alpha', which is no hyperparameter of {LOGISTIC}" in str(
        refusal_in("classification", "ridge", hyperparameters=penalty)
    )


@pytest.mark.parametrize(
    ("algorithm", "ranges", "told"),
    [
        (
            "xgboost",
            {"max_depth": {"continuous": ["2", "9"]}},
            "tuning.ranges.max_depth is continuous, and max_depth takes whole numbers only: write integer "
            "instead.",
        ),
        (
            "knn",
            {"k": {"categorical": ["3", "4.5"]}},
            "tuning.ranges.k is '4.5', and takes whole numbers only.",
        ),
        (
            "xgboost",
            {"booster": {"integer": ["1", "2"]}},
            "tuning.ranges.booster is a range of numbers, and booster takes words: list them as categorical.",
        ),
        (
            "random-forest",
            {"n_estimators": {"continuous": ["50", "90"]}},
            "n_estimators takes whole numbers only",
        ),
        ("lightgbm", {"num_leaves": {"continuous": ["5", "90"]}}, "num_leaves takes whole numbers only"),
        ("catboost", {"depth": {"continuous": ["5", "9"]}}, "depth takes whole numbers only"),
    ],
)
def test_a_range_of_what_a_hyperparameter_cannot_take_is_refused(
    algorithm: str, ranges: dict[str, Any], told: str
) -> None:
    tuning: dict[str, Any] = {"ranges": ranges}

    assert told in refusal_of(algorithm, tuning=tuning, hyperparameters=dict.fromkeys(ranges))


@pytest.mark.parametrize("algorithm", ["xgboost", "random-forest", "lightgbm", "catboost"])
def test_a_fraction_for_a_whole_number_is_refused(algorithm: str) -> None:
    name = {"random-forest": "n_estimators", "catboost": "depth"}.get(algorithm, "max_depth")

    assert f"hyperparameters.{name} is '4.5', and takes whole numbers only." in refusal_of(
        algorithm, hyperparameters={name: "4.5"}
    )
    for value in ("4", "None"):
        CATALOGUE.resolve([{"name": "mine", "algorithm": algorithm, "hyperparameters": {name: value}}])


def test_what_sagemaker_takes_for_itself_is_no_programs() -> None:
    level = {"sagemaker_container_log_level": "10"}

    CATALOGUE.resolve([{"name": "mine", "algorithm": "ridge", "hyperparameters": level}])


@pytest.mark.parametrize(
    "other",
    [
        {"image_uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1"},
        {"image": {"framework": "sklearn", "version": "1.2-1"}},
        {"script": "own"},
    ],
)
def test_of_another_image_or_script_nothing_is_known(other: dict[str, Any]) -> None:
    CATALOGUE.resolve([{"name": "mine", "algorithm": "ridge", "hyperparameters": {"alfa": "2"}, **other}])


@given(
    st.sampled_from(sorted(CATALOGUE.entries)),
    st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=30),
)
def test_any_name_is_known_or_refused_in_one_line(algorithm: str, name: str) -> None:
    try:
        CATALOGUE.resolve([{"name": "mine", "algorithm": algorithm, "hyperparameters": {name: "1"}}])
    except InvalidAlgorithms as err:
        assert str(err).isprintable() and len(str(err)) < 2000
        assert any(told in str(err) for told in (repr(name), f".{name} is another name", "takes", "choices"))


def test_every_entry_of_the_catalogue_is_known_by_what_it_names() -> None:
    for name, entry in CATALOGUE.entries.items():
        image = f"{entry['image']['framework']}:{entry['image']['version']}"
        known = (
            CATALOGUE.known.scripts[entry["script"]] if "script" in entry else CATALOGUE.known.images[image]
        )
        assert known.get("image", image) == image, name
    tuned = [f"{name}:tuned" for name in CATALOGUE.entries]
    for task in ("regression", "classification"):
        CATALOGUE.refuse_unknown(CATALOGUE.resolve([*CATALOGUE.entries, *tuned]), task)
