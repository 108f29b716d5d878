"""Train and serve LightGBM: the hyperparameters are its own, of which `num_iterations` are the most trees.

With `early_stopping_round`, the validation split says when to stop. `categorical` lists positions (from 0) of
features that are codes of categories; `objective` is regression (or another one of numbers, such as mae),
binary or multiclass with `num_class`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from bakeoff.scripts import tabular
from bakeoff.scripts.tabular import Array

MODEL = "model.txt"
# LightGBM's objectives that predict probabilities; https://lightgbm.readthedocs.io/en/stable/Parameters.html
_OF_CLASSES = {"binary", "multiclass", "softmax", "multiclassova", "multiclass_ova", "ova", "ovr"} | {
    "cross_entropy", "xentropy", "cross_entropy_lambda", "xentlambda"
}  # fmt: skip


def train() -> None:
    settings = tabular.settings()
    categorical = tabular.whole_numbers("categorical", settings.pop("categorical", []))
    settings = {"num_threads": tabular.number_of_cores(), "objective": "regression", **settings}
    features, labels = tabular.training_split()
    validation = tabular.split_of("validation")
    rows = lightgbm.Dataset(features, labels, categorical_feature=categorical)
    held_out = [rows.create_valid(*validation)] if validation else []
    if not held_out:
        settings.pop("early_stopping_round", None)
    booster = lightgbm.train(settings, rows, valid_sets=held_out)
    if validation:
        scores = np.asarray(booster.predict(validation[0]))
        tabular.tell_score(validation[1], scores, classifies=settings["objective"] in _OF_CLASSES)
    booster.save_model(tabular.model_folder() / MODEL, num_iteration=booster.best_iteration)
    tabular.save_code(__file__)


def model_fn(folder: str) -> Any:
    return lightgbm.Booster(model_file=Path(folder) / MODEL)


def input_fn(body: str | bytes, content_type: str) -> Array:
    return tabular.rows_of(body, content_type)


def predict_fn(features: Array, booster: Any) -> Array:
    return np.asarray(booster.predict(features, num_threads=1))


def output_fn(scores: Array, accept: str) -> tuple[str, str]:
    return tabular.reply_of(scores, accept)


if __name__ == "__main__":
    train()
