"""The hyperparameters that Linear Learner knows. Source: the SageMaker developer guide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.hyperparameters import (
    Hyperparameter,
    boolean,
    choice,
    integer,
    number,
    validate,
)

REGRESSION_LOSSES = (
    "squared_loss",
    "absolute_loss",
    "eps_insensitive_squared_loss",
    "eps_insensitive_absolute_loss",
    "quantile_loss",
    "huber_loss",
)
_CRITERIA = [
    "accuracy",
    "f1",
    "f_beta",
    "precision_at_target_recall",
    "recall_at_target_precision",
    "cross_entropy_loss",
    "loss_function",
]


def _balance(text: str) -> float | str:
    return text if text == "balanced" else float(text)


TABLE: tuple[Hyperparameter, ...] = (
    choice("predictor_type", "binary_classifier", "multiclass_classifier", "regressor", required=True),
    integer("num_classes", "[3, 1000000]"),
    integer("accuracy_top_k", "[1, inf)"),
    boolean("balance_multiclass_weights"),
    number("beta_1", "[0, 1)", auto=True),
    number("beta_2", "[0, 1)", auto=True),
    number("bias_lr_mult", "(0, inf)", auto=True),
    number("bias_wd_mult", "[0, inf)", auto=True),
    choice("binary_classifier_model_selection_criteria", *_CRITERIA),
    integer("early_stopping_patience", "[1, inf)"),
    number("early_stopping_tolerance", "(0, inf)"),
    integer("epochs", "[1, inf)"),
    number("f_beta", "(0, inf)"),
    integer("feature_dim", "[1, inf)", auto=True),
    number("huber_delta", "[0, inf)"),
    number("init_bias", "(-inf, inf)"),
    choice("init_method", "uniform", "normal"),
    number("init_scale", "(0, inf)"),
    number("init_sigma", "(0, inf)"),
    number("l1", "[0, inf)", auto=True),
    number("learning_rate", "(0, inf)", auto=True),
    choice("loss", "logistic", "hinge_loss", "softmax_loss", *REGRESSION_LOSSES, auto=True),
    number("loss_insensitivity", "(0, inf)"),
    number("lr_scheduler_factor", "(0, 1)", auto=True),
    number("lr_scheduler_minimum_lr", "(0, inf)", auto=True),
    integer("lr_scheduler_step", "[1, inf)", auto=True),
    number("margin", "[0, inf)"),
    integer("mini_batch_size", "[1, inf)"),
    number("momentum", "[0, 1)", auto=True),
    boolean("normalize_data", auto=True),
    boolean("normalize_label", auto=True),
    integer("num_calibration_samples", "[1, inf)", auto=True),
    integer("num_models", "[1, inf)", auto=True),
    integer("num_point_for_scaler", "[1, inf)"),
    choice("optimizer", "sgd", "adam", "rmsprop", auto=True),
    Hyperparameter("positive_example_weight_mult", _balance, accepts_auto=True),
    number("quantile", "(0, 1)"),
    number("target_precision", "(0, 1)"),
    number("target_recall", "(0, 1)"),
    boolean("unbias_data", auto=True),
    boolean("unbias_label", auto=True),
    boolean("use_bias"),
    boolean("use_lr_scheduler"),
    number("wd", "[0, inf)", auto=True),
    Hyperparameter("_tuning_objective_metric", str),
)


def validated(given: Mapping[str, str]) -> dict[str, Any]:
    """Parsed hyperparameters, "auto" left out; UserError for what the image refuses or the stand-in lacks."""
    values = validate(TABLE, given)
    if values["predictor_type"] != "regressor":
        raise UserError(
            f"predictor_type {values['predictor_type']} has no local implementation: "
            "the stand-in of linear-learner only does regressor."
        )
    if values.get("loss", "squared_loss") not in REGRESSION_LOSSES:
        allowed = ", ".join(("auto", *REGRESSION_LOSSES))
        raise UserError(
            f"Hyperparameter loss: {values['loss']} is not for predictor_type regressor, use {allowed}"
        )
    return values
