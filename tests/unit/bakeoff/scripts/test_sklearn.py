from __future__ import annotations

import json
import math
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import is_classifier
from sklearn.utils.discovery import all_estimators

from bakeoff.scripts.sklearn import train as script
from tests.unit.bakeoff.scripts.jobs import Job, classes, numbers

BY_TASK = json.loads(script.CHOICES.read_text("utf-8"))["estimator"]
CHOICES = [name for names in BY_TASK.values() for name in names]
FOREST = "sklearn.ensemble.RandomForestRegressor"
# Those that take several labels or one feature, ask for more than rows and labels, give no probabilities,
# or are on their way out of scikit-learn.
LEFT_OUT = {
    *("CCA", "PLSCanonical", "IsotonicRegression", "TransformedTargetRegressor", "CalibratedClassifierCV"),
    *("MultiTaskElasticNet", "MultiTaskElasticNetCV", "MultiTaskLasso", "MultiTaskLassoCV"),
    *("MultiOutputRegressor", "MultiOutputClassifier", "RegressorChain", "ClassifierChain"),
    *("StackingRegressor", "StackingClassifier", "VotingRegressor", "VotingClassifier"),
    *("OneVsOneClassifier", "OneVsRestClassifier", "OutputCodeClassifier", "SelfTrainingClassifier"),
    *("FixedThresholdClassifier", "TunedThresholdClassifierCV", "LabelPropagation", "LabelSpreading"),
    *("RadiusNeighborsRegressor", "RadiusNeighborsClassifier", "DummyRegressor", "DummyClassifier"),
    *("CategoricalNB", "ComplementNB", "MultinomialNB", "ARDRegression"),
    *("LinearSVC", "NuSVC", "SVC", "Perceptron", "RidgeClassifier", "RidgeClassifierCV", "SGDClassifier"),
    *("PassiveAggressiveRegressor", "PassiveAggressiveClassifier"),
}


def kinds(kind: str) -> dict[str, str]:
    """Every regressor or classifier of scikit-learn by its name, with where it is imported from."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = all_estimators(kind)
    return {name: f"{kind.__module__.split('._')[0]}.{name}" for name, kind in found}


def test_the_list_is_of_all_that_learn_from_a_table() -> None:
    numbers, classes = kinds("regressor"), kinds("classifier")

    assert set(BY_TASK["regression"]) == {numbers[name] for name in numbers.keys() - LEFT_OUT}
    assert set(BY_TASK["classification"]) == {classes[name] for name in classes.keys() - LEFT_OUT}
    assert numbers.keys() | classes.keys() >= LEFT_OUT


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CHOICES)
def test_each_of_the_list_trains_and_serves(job: Job, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    classifies = is_classifier(script.estimator_of({"estimator": name}))
    # Some losses are for labels above 0.
    table = classes(2) if classifies else numbers() + np.array([20, 0, 0])
    job.settings(estimator=name)
    job.channel("train", table[:150])
    job.channel("validation", table[150:])

    script.train()
    predicted = job.predictions(script, table[150:, 1:])

    metric = "logloss" if classifies else "rmse"
    assert f"validation:{metric}=" in capsys.readouterr().out
    assert predicted.shape == (len(table) - 150,) and np.isfinite(predicted).all()


def test_predictions_are_near_the_labels(job: Job) -> None:
    table = numbers()
    job.settings(estimator="sklearn.linear_model.Ridge", standardize=True, alpha=1)
    job.channel("train", table)

    script.train()

    assert np.abs(job.predictions(script, table[:, 1:]) - table[:, 0]).max() < 0.5


def test_several_classes_give_a_probability_each(job: Job) -> None:
    table = classes(3)
    job.settings(
        estimator="sklearn.linear_model.LogisticRegression", standardize="True", num_class=4, max_iter=500
    )
    job.channel("train", table)

    script.train()
    predicted = job.predictions(script, table[:, 1:])

    assert predicted.shape == (300, 4)
    np.testing.assert_allclose(predicted[:, 3], 1 / 304, rtol=0.01)
    np.testing.assert_allclose(predicted.sum(axis=1), 1)
    assert np.mean(predicted.argmax(axis=1) == table[:, 0]) > 0.9


def test_missing_values_are_taken_by_trees(job: Job) -> None:
    table = numbers()
    table[::5, 1] = math.nan
    job.settings(estimator=FOREST, n_estimators=10)
    job.channel("train", table)

    script.train()

    assert np.isfinite(job.predictions(script, table[:, 1:])).all()


def test_boosting_stops_by_the_validation_split_alone(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    table, seen = numbers(), []
    monkeypatch.setattr(
        "sklearn.ensemble.HistGradientBoostingRegressor.fit",
        lambda self, X, y, X_val=None, y_val=None: seen.append((len(X), len(X_val))),
    )
    monkeypatch.setattr(
        "sklearn.ensemble.HistGradientBoostingRegressor.predict", lambda self, X: np.zeros(len(X))
    )
    job.settings(estimator="sklearn.ensemble.HistGradientBoostingRegressor", early_stopping=True)
    job.channel("train", table[:150])
    job.channel("validation", table[150:])

    script.train()

    assert seen == [(150, 50)]


def test_boosting_stops_by_the_classes_that_it_learns(job: Job) -> None:
    table, validation = classes(3), classes(3, rows=60, seed=1)
    job.settings(
        estimator="sklearn.ensemble.HistGradientBoostingClassifier", early_stopping=True, num_class=3
    )
    job.channel("train", table[table[:, 0] != 1])
    job.channel("validation", validation)

    script.train()
    predicted = job.predictions(script, validation[:, 1:])

    assert (predicted[:, 1] < 0.01).all() and (predicted[:, 1] > 0).all()


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("rare", [1, 3])
@pytest.mark.parametrize(
    "estimator", ["neural_network.MLPClassifier", "ensemble.HistGradientBoostingClassifier"]
)
def test_a_class_with_one_row_is_learned_too(job: Job, estimator: str, rare: int) -> None:
    table = classes(3, rows=20)
    settings = {"max_iter": 20, "num_class": 3}
    job.settings(estimator=f"sklearn.{estimator}", early_stopping=True, **settings)
    job.channel("train", np.vstack([table[table[:, 0] < 2], table[table[:, 0] == 2][:rare]]))

    script.train()

    assert job.predictions(script, table[:, 1:]).shape == (20, 3)


def test_a_forest_calls_no_class_impossible(job: Job) -> None:
    # Of two features, a tree may have been offered the other one only.
    table = classes(2)[:, :2]
    job.settings(estimator="sklearn.ensemble.RandomForestClassifier", n_estimators=5)
    job.channel("train", table)

    script.train()
    predicted = job.predictions(script, np.array([[0.01], [1.99]]))

    np.testing.assert_allclose(predicted, [1 / 302, 301 / 302], rtol=0.01)


def test_labels_that_are_no_classes_are_refused(job: Job) -> None:
    job.settings(estimator="sklearn.ensemble.RandomForestClassifier")
    job.channel("train", classes(3))

    with pytest.raises(SystemExit, match="The labels are not all among 0 to 1, as those of num_class=2 cl"):
        script.train()


def test_threads_are_those_that_the_job_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SM_NUM_CPUS", "7")

    assert script.estimator_of({"estimator": FOREST}).n_jobs == 7
    assert script.estimator_of({"estimator": FOREST, "n_jobs": 2}).n_jobs == 2


def test_an_endpoint_answers_with_one_thread(job: Job) -> None:
    job.settings(estimator=FOREST, n_estimators=2, n_jobs=2, standardize=True)
    job.channel("train", numbers())

    script.train()
    trained = script.model_fn(str(job.model))

    assert {value for name, value in trained.model.get_params().items() if name.endswith("n_jobs")} == {1}


@pytest.mark.parametrize("name", ["os.system", "sklearn.svm", "sklearn.base.clone", None, 3])
def test_nothing_but_the_list_is_imported(name: object) -> None:
    with pytest.raises(SystemExit, match=r"which choices\.json does not name"):
        script.estimator_of({"estimator": name})


def test_a_typing_error_in_a_parameter_is_refused() -> None:
    with pytest.raises(
        SystemExit, match=f"{FOREST} has no parameter 'n_estimator': it has bootstrap, ccp_alpha"
    ):
        script.estimator_of({"estimator": FOREST, "n_estimator": 3})


def test_the_model_carries_its_code(job: Job) -> None:
    job.settings(estimator="sklearn.linear_model.Ridge")
    job.channel("train", numbers())

    script.train()

    assert {"train.py", "choices.json"} <= {path.name for path in (job.model / "code").iterdir()}
    assert Path(script.__file__).read_text() == (job.model / "code" / "train.py").read_text()
