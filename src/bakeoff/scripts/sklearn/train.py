"""Train and serve one estimator of scikit-learn: `estimator` names it, all other hyperparameters are its own.

`standardize` true gives it features (and, of a regressor, labels) of mean 0 and variance 1, as linear models
and neural networks want them; `num_class` is the number of classes.
"""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path
from typing import Any

import joblib
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
    held_out = {"X_val": validation[0], "y_val": validation[1]} if validation else {}
    model = _standardized(estimator) if standardize else estimator
    model.fit(features, labels, **(held_out if _stops_early(model) else {}))
    if validation:
        scores = _scores(model, validation[0], classes)
        tabular.tell_score(validation[1], scores, classifies=is_classifier(model))
    joblib.dump((model, classes), tabular.model_folder() / MODEL, compress=1)
    tabular.save_code(__file__)


def estimator_of(settings: dict[str, Any]) -> Any:
    """The named estimator with its parameters; ends the training for what is not in choices.json."""
    name = settings.pop("estimator", None)
    if name not in json.loads(CHOICES.read_text("utf-8"))["estimator"]:
        tabular.refuse(f"The hyperparameter estimator is {name!r}, which {CHOICES.name} does not name.")
    module, _, kind = name.rpartition(".")
    made = getattr(importlib.import_module(module), kind)()
    tabular.only_known(settings, list(made.get_params(deep=False)), name)
    if name.startswith(_SIDE_BY_SIDE) and "n_jobs" in made.get_params(deep=False):
        settings = {"n_jobs": tabular.number_of_cores(), **settings}
    return made.set_params(**settings)


def _standardized(estimator: Any) -> Any:
    scaled = make_pipeline(StandardScaler(), estimator)
    if is_classifier(estimator):
        return scaled
    return TransformedTargetRegressor(scaled, transformer=StandardScaler())


def _stops_early(model: Any) -> bool:
    """Whether it was asked to, and takes the rows by which to: otherwise it sets training rows aside."""
    return (
        getattr(model, "early_stopping", None) is True and "X_val" in inspect.signature(model.fit).parameters
    )


def _scores(model: Any, features: Array, classes: int) -> Array:
    if not is_classifier(model):
        predicted: Array = model.predict(features)
        return predicted.reshape(-1)
    present = [int(label) for label in model.classes_]
    return tabular.scores_of_classes(model.predict_proba(features), present, classes)


def model_fn(folder: str) -> tuple[Any, int]:
    model, classes = joblib.load(Path(folder) / MODEL)
    # Sharing out a request of few rows takes longer than answering it.
    model.set_params(**{name: 1 for name in model.get_params() if name.rpartition("__")[2] == "n_jobs"})
    return model, classes


def input_fn(body: str | bytes, content_type: str) -> Array:
    return tabular.rows_of(body, content_type)


def predict_fn(features: Array, loaded: tuple[Any, int]) -> Array:
    return _scores(loaded[0], features, loaded[1])


def output_fn(scores: Array, accept: str) -> tuple[str, str]:
    return tabular.reply_of(scores, accept)


if __name__ == "__main__":
    train()
