"""Train and serve one estimator of scikit-learn: `estimator` names it, all other hyperparameters are its own.

`standardize` true gives it features (and, of a regressor, labels) of mean 0 and variance 1, as linear models
and neural networks want them; `num_class` is the number of classes, whose labels are 0, 1 and so on.
"""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np
from sklearn.base import is_classifier
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bakeoff.scripts import tabular
from bakeoff.scripts.tabular import Array

CHOICES = Path(__file__).with_name("choices.json")
MODEL = "model.joblib"
# What these are made of is trained side by side; elsewhere, n_jobs is for several labels or for nothing.
_SIDE_BY_SIDE = "sklearn.ensemble."


def train() -> None:
    settings = tabular.settings()
    standardize, classes = settings.pop("standardize", False), settings.pop("num_class", 2)
    estimator = estimator_of(settings)
    features, labels = tabular.training_split()
    validation = tabular.split_of("validation")
    model = _standardized(estimator) if standardize else estimator
    held_out = _held_out(model, validation, labels)
    if is_classifier(estimator):
        _refuse_other_labels(labels, classes)
        if not held_out:
            _train_to_the_end_with_few(estimator, labels)
    model.fit(features, labels, **held_out)
    trained = Trained(model, classes, tabular.least_probability(len(labels), classes))
    if validation:
        tabular.tell_score(validation[1], trained.scores(validation[0]), classifies=is_classifier(model))
    joblib.dump(tuple(trained), tabular.model_folder() / MODEL, compress=1)
    tabular.save_code(__file__)


class Trained(NamedTuple):
    """A model, and the number of classes and least probability of any that it tells apart."""

    model: Any
    classes: int
    least: float

    def scores(self, features: Array) -> Array:
        if not is_classifier(self.model):
            predicted: Array = self.model.predict(features)
            return predicted.reshape(-1)
        present = [int(label) for label in self.model.classes_]
        return tabular.scores_of_classes(
            self.model.predict_proba(features), present, self.classes, self.least
        )


def estimator_of(settings: dict[str, Any]) -> Any:
    """The named estimator with its parameters; ends the training for what is not in choices.json."""
    name = settings.pop("estimator", None)
    if name not in _choices():
        tabular.refuse(f"The hyperparameter estimator is {name!r}, which {CHOICES.name} does not name.")
    module, _, kind = name.rpartition(".")
    made = getattr(importlib.import_module(module), kind)()
    tabular.only_known(settings, list(made.get_params(deep=False)), name)
    if name.startswith(_SIDE_BY_SIDE) and "n_jobs" in made.get_params(deep=False):
        settings = {"n_jobs": tabular.number_of_cores(), **settings}
    return made.set_params(**settings)


def _choices() -> list[str]:
    """For whichever task: the plan knows which one it is."""
    by_task = json.loads(CHOICES.read_text("utf-8"))["estimator"]
    return [name for names in by_task.values() for name in names]


def _refuse_other_labels(labels: Array, classes: int) -> None:
    if not np.isin(labels, np.arange(classes)).all():
        tabular.refuse(
            f"The labels are not all among 0 to {classes - 1}, as those of num_class={classes} classes are."
        )


def _train_to_the_end_with_few(estimator: Any, labels: Array) -> None:
    """What stops by rows that it sets aside itself wants rows of every class there and here."""
    if getattr(estimator, "early_stopping", None) is not True:
        return
    counts = np.unique(labels, return_counts=True)[1]
    if counts.min() < 2 or (estimator.validation_fraction or 1) * len(labels) < len(counts):
        print("Too few rows of a class to set some aside: training does not stop early.", flush=True)
        estimator.set_params(early_stopping=False)


def _standardized(estimator: Any) -> Any:
    scaled = make_pipeline(StandardScaler(), estimator)
    if is_classifier(estimator):
        return scaled
    return TransformedTargetRegressor(scaled, transformer=StandardScaler())


def _held_out(model: Any, validation: tuple[Array, Array] | None, labels: Array) -> dict[str, Array]:
    """The rows by which to stop, of classes that it learns, where it was asked to stop early and takes
    them: otherwise it sets training rows aside.
    """
    stops = getattr(model, "early_stopping", None) is True
    if validation is None or not stops or "X_val" not in inspect.signature(model.fit).parameters:
        return {}
    known = np.isin(validation[1], labels) if is_classifier(model) else slice(None)
    return {"X_val": validation[0][known], "y_val": validation[1][known]}


def model_fn(folder: str) -> Trained:
    trained = Trained(*joblib.load(Path(folder) / MODEL))
    # Sharing out a request of few rows takes longer than answering it.
    names = [name for name in trained.model.get_params() if name.rpartition("__")[2] == "n_jobs"]
    trained.model.set_params(**dict.fromkeys(names, 1))
    return trained


def input_fn(body: str | bytes, content_type: str) -> Array:
    return tabular.rows_of(body, content_type)


def predict_fn(features: Array, trained: Trained) -> Array:
    return trained.scores(features)


def output_fn(scores: Array, accept: str) -> tuple[str, str]:
    return tabular.reply_of(scores, accept)


if __name__ == "__main__":
    train()
