"""Train and serve CatBoost: the hyperparameters are its own, of which `iterations` are the most trees.

With `early_stopping_rounds`, the validation split says when to stop. `categorical` lists positions (from 0)
of features that are codes of categories; `loss_function` is RMSE (or another one of numbers, such as MAE),
Logloss or MultiClass with `classes_count`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import catboost
import numpy as np

from bakeoff.scripts import tabular
from bakeoff.scripts.tabular import Array

MODEL = "model.cbm"
_MISSING = -1


def train() -> None:
    settings = tabular.settings()
    categorical = tabular.whole_numbers("categorical", settings.pop("categorical", []))
    settings = {
        "thread_count": tabular.number_of_cores(),
        "loss_function": "RMSE",
        # It would write a folder of its own for every run.
        "allow_writing_files": False,
        "verbose": 100,
        **settings,
    }
    features, labels = tabular.training_split()
    validation = tabular.split_of("validation")
    if not validation:
        settings.pop("early_stopping_rounds", None)
    model = catboost.CatBoost(settings)
    held_out = _pool(*validation, categorical) if validation else None
    model.fit(_pool(features, labels, categorical), eval_set=held_out)
    if validation:
        scores = _scores(model, validation[0])
        tabular.tell_score(validation[1], scores, classifies=_classifies(model))
    model.save_model(str(tabular.model_folder() / MODEL))
    tabular.save_code(__file__)


def _pool(features: Array, labels: Array | None, categorical: list[int]) -> Any:
    return catboost.Pool(_cells(features, categorical), labels, cat_features=categorical)


def _cells(features: Array, categorical: list[int]) -> Any:
    """CatBoost wants the codes of categories as whole numbers, and knows no missing one among them."""
    if not categorical:
        return features
    cells = features.astype(object)
    cells[:, categorical] = np.nan_to_num(features[:, categorical], nan=_MISSING).astype(int)
    return cells


def _classifies(model: Any) -> bool:
    return len(getattr(model, "classes_", ())) > 0


def _scores(model: Any, features: Array) -> Array:
    cells = _cells(features, model.get_cat_feature_indices())
    if not _classifies(model):
        return np.asarray(model.predict(cells, thread_count=1))
    table = np.asarray(model.predict(cells, prediction_type="Probability", thread_count=1))
    return table[:, 1] if table.shape[1] == 2 else table


def model_fn(folder: str) -> Any:
    return catboost.CatBoost().load_model(str(Path(folder) / MODEL))


def input_fn(body: str | bytes, content_type: str) -> Array:
    return tabular.rows_of(body, content_type)


def predict_fn(features: Array, model: Any) -> Array:
    return _scores(model, features)


def output_fn(scores: Array, accept: str) -> tuple[str, str]:
    return tabular.reply_of(scores, accept)


if __name__ == "__main__":
    train()
