"""Train a booster as the container's algorithm mode does."""

from __future__ import annotations

import logging
from typing import Any

import xgboost as xgb

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.folders import Folders, require_channels
from local_aws.services.sagemaker.containers.xgboost import metrics
from local_aws.services.sagemaker.containers.xgboost.data import content_type_of, training_matrix
from local_aws.services.sagemaker.containers.xgboost.errors import training_failure
from local_aws.services.sagemaker.containers.xgboost.hyperparameters import validated

MODEL_FILE = "xgboost-model"
_NOT_FOR_THE_BOOSTER = [
    "num_round",
    "csv_weights",
    "early_stopping_rounds",
    "eval_metric",
    "_tuning_objective_metric",
    "save_model_on_termination",
]
_OBJECTIVE = "reg:squarederror"  # XGBoost's own, where a job names none
_log = logging.getLogger(__name__)


def train(folders: Folders) -> None:
    """Write model/xgboost-model (UBJSON); UserError for what the container refuses."""
    settings = validated(folders.hyperparameters())
    if "_kfold" in settings:
        raise UserError("Hyperparameter _kfold: cross-validation has no local implementation.")
    data = _load(folders, bool(settings.get("csv_weights")))
    try:
        booster = boost(settings, data)
    except xgb.core.XGBoostError as err:
        raise UserError(training_failure(err)) from err
    (folders.model / MODEL_FILE).write_bytes(booster.save_raw("ubj"))


def _load(folders: Folders, csv_weights: bool) -> dict[str, xgb.DMatrix]:
    channels = folders.channels()
    require_channels(channels, "train", ("validation",))
    types = {name: content_type_of(channel) for name, channel in channels.items()}
    return {
        # Weights stand only in the training data, and its content type holds for both channels.
        name: training_matrix(channels[name], types["train"], csv_weights and name == "train")
        for name in ("train", "validation")
        if name in channels
    }


def boost(settings: dict[str, Any], data: dict[str, xgb.DMatrix]) -> xgb.Booster:
    wanted = _metrics(settings)
    own = {name: value for name, value in settings.items() if name not in _NOT_FOR_THE_BOOSTER}
    if native := metrics.native(wanted):
        own["eval_metric"] = native
    if "updater" in own:
        own["updater"] = ",".join(own["updater"])
    for name, matrix in data.items():
        _log.info(
            "%s matrix has %s rows and %s columns", name.capitalize(), matrix.num_row(), matrix.num_col()
        )
    return xgb.train(
        {**own, "nthread": 1},  # whatever the job asks: jobs share the machine
        data["train"],
        num_boost_round=settings["num_round"],
        evals=[(matrix, name) for name, matrix in data.items()],
        custom_metric=metrics.custom(wanted, settings.get("objective", _OBJECTIVE)),
        callbacks=_early_stopping(settings, data),
        verbose_eval=True,
    )


def _metrics(settings: dict[str, Any]) -> list[str]:
    """Those to print: a tuning job's joins the ones asked for, and then all are sorted."""
    asked, tuned = settings.get("eval_metric", ()), _tuned(settings)
    if asked and tuned:
        return sorted({*asked, *tuned})
    return [*dict.fromkeys([*asked, *tuned])]


def _tuned(settings: dict[str, Any]) -> list[str]:
    """The metric that a tuning job goes by: none or one."""
    objective_metric = settings.get("_tuning_objective_metric")
    return [objective_metric.split(":", 1)[1]] if objective_metric else []


def _early_stopping(
    settings: dict[str, Any], data: dict[str, xgb.DMatrix]
) -> list[xgb.callback.TrainingCallback]:
    """As in the container: by the tuning job's metric, else the last asked for; without either, never."""
    rounds = settings.get("early_stopping_rounds")
    deciding = [*settings.get("eval_metric", ()), *_tuned(settings)]
    if not rounds or not deciding or "validation" not in data:
        return []
    metric = deciding[-1]
    maximize = metric.split("@")[0] in metrics.MAXIMIZED
    stopping = xgb.callback.EarlyStopping(
        rounds=rounds, metric_name=metric, data_name="validation", maximize=maximize, save_best=True
    )
    return [stopping]
