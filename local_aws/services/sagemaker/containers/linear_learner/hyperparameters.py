"""The hyperparameters that Linear Learner knows. Source: the SageMaker developer guide."""

from __future__ import annotations

import math
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

REGRESSOR, BINARY, MULTICLASS = "regressor", "binary_classifier", "multiclass_classifier"
REGRESSION_LOSSES = (
    "squared_loss",
    "absolute_loss",
    "eps_insensitive_squared_loss",
    "eps_insensitive_absolute_loss",
    "quantile_loss",
    "huber_loss",
)
LOSSES = {
    REGRESSOR: REGRESSION_LOSSES,
    BINARY: ("logistic", "hinge_loss"),
    MULTICLASS: ("softmax_loss",),
}
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
    if text == "balanced":
        return text
    weight = float(text)
    if not 0 < weight < math.inf:
        raise ValueError(text)
    return weight


TABLE: tuple[Hyperparameter, ...] = (
    choice("predictor_type", *LOSSES, required=True),
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
    predictor_type, loss = values["predictor_type"], values.get("loss")
    losses = LOSSES[predictor_type]
    if loss is not None and loss not in losses:
        raise UserError(
            f"Hyperparameter loss: {loss} is not for predictor_type {predictor_type}, "
            f"use {', '.join(('auto', *losses))}"
        )
    if loss == "hinge_loss":
        raise UserError("Hyperparameter loss: hinge_loss has no local implementation, use logistic.")
    if predictor_type == MULTICLASS and "num_classes" not in values:
        raise UserError(f"Missing required hyperparameter: num_classes (of predictor_type {MULTICLASS})")
    return values
