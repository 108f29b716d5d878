"""The hyperparameters that the XGBoost container knows, and what it refuses.

Sources: hyperparameter_validation.py and xgb_constants.py of the public sagemaker-xgboost-container, and
"XGBoost hyperparameters" of the SageMaker developer guide.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.hyperparameters import (
    Hyperparameter,
    Interval,
    choice,
    choices,
    integer,
    number,
    validate,
)
from local_aws.services.sagemaker.containers.xgboost.metrics import METRICS, check_metric

ALIASES = {"learning_rate": "eta", "min_split_loss": "gamma", "reg_lambda": "lambda", "reg_alpha": "alpha"}
_DASK = "use_dask_gpu_training"
_TREE_GROWERS = (
    "grow_colmaker",
    "distcol",
    "grow_histmaker",
    "grow_local_histmaker",
    "grow_quantile_histmaker",
)
_TREE_UPDATERS = (*_TREE_GROWERS, "grow_skmaker", "sync", "refresh", "prune")
_LINEAR_UPDATERS = ("shotgun", "coord_descent")
_OBJECTIVES = [
    "aft_loss_distribution",
    "binary:logistic",
    "binary:logitraw",
    "binary:hinge",
    "count:poisson",
    "multi:softmax",
    "multi:softprob",
    "rank:pairwise",
    "rank:ndcg",
    "rank:map",
    "reg:linear",
    "reg:squarederror",
    "reg:absoluteerror",
    "reg:logistic",
    "reg:gamma",
    "reg:pseudohubererror",
    "reg:squaredlogerror",
    "reg:tweedie",
    "survival:aft",
    "survival:cox",
]


def _tuple(text: str) -> tuple[Any, ...]:
    return tuple(ast.literal_eval(text))


def _flat_nested_list(text: str) -> tuple[Any, ...]:
    return tuple(element for group in ast.literal_eval(text) for element in group)


TABLE: tuple[Hyperparameter, ...] = (
    integer("num_round", "[1, inf)", required=True),
    integer("csv_weights", "[0, 1]"),
    integer("early_stopping_rounds", "[1, inf)"),
    choice("booster", "gbtree", "gblinear", "dart"),
    integer("verbosity", "[0, 3]"),
    integer("nthread", "[1, inf)"),
    number("eta", "[0, 1]"),
    number("gamma", "[0, inf)"),
    integer("max_depth", "[0, inf)"),
    number("min_child_weight", "[0, inf)"),
    number("max_delta_step", "[0, inf)"),
    number("subsample", "(0, 1]"),
    number("colsample_bytree", "(0, 1]"),
    number("colsample_bylevel", "(0, 1]"),
    number("colsample_bynode", "(0, 1]"),
    number("lambda", "[0, inf)"),
    number("alpha", "[0, inf)"),
    choice("tree_method", "auto", "exact", "approx", "hist", "gpu_hist"),
    number("sketch_eps", "(0, 1)"),
    number("scale_pos_weight", "(0, inf)"),
    choices("updater", *_TREE_UPDATERS, *_LINEAR_UPDATERS),
    choice("dsplit", "row", "col"),
    integer("refresh_leaf", "[0, 1]"),
    choice("process_type", "default", "update"),
    choice("grow_policy", "depthwise", "lossguide"),
    integer("max_leaves", "[0, inf)"),
    integer("max_bin", "[0, inf)"),
    choice("predictor", "auto", "cpu_predictor", "gpu_predictor"),
    Hyperparameter("monotone_constraints", _tuple, (-1, 0, 1)),
    Hyperparameter("interaction_constraints", _flat_nested_list, Interval.of("[1, inf)")),
    choice("sample_type", "uniform", "weighted"),
    choice("normalize_type", "tree", "forest"),
    number("rate_drop", "[0, 1]"),
    integer("one_drop", "[0, 1]"),
    number("skip_drop", "[0, 1]"),
    number("lambda_bias", "[0, 1]"),
    number("tweedie_variance_power", "(1, 2)"),
    choice("objective", *_OBJECTIVES),
    integer("num_class", "[2, inf)"),
    number("base_score", "[0, inf)"),
    integer("_kfold", "[2, inf)"),
    integer("_num_cv_round", "[1, inf)"),
    choice(
        "_tuning_objective_metric",
        *(f"validation:{name}" for name in METRICS),
    ),
    Hyperparameter("eval_metric", lambda text: tuple(text.split(","))),
    integer("seed", f"({-(2**31)}, {2**31 - 1})"),
    integer("num_parallel_tree", "[1, inf)"),
    choice("save_model_on_termination", "true", "false"),
    choice("aft_loss_distribution", "normal", "logistic", "extreme"),
    number("aft_loss_distribution_scale", "[0, inf)"),
    choice("single_precision_histogram", "true", "false"),
    choice("deterministic_histogram", "true", "false"),
    choice("sampling_method", "uniform", "gradient_based"),
    integer("prob_buffer_row", "(1, inf)"),
    choice(_DASK, "true", "false"),
)


def validated(given: Mapping[str, str]) -> dict[str, Any]:
    """Parsed hyperparameters under their main names; UserError for what the container refuses."""
    renamed = {ALIASES.get(name, name): text for name, text in given.items()}
    values = validate(TABLE, renamed)
    for metric in values.get("eval_metric", ()):
        check_metric(metric)
    for rule in _RULES:
        rule(values)
    # What is left to say of it is not for the booster.
    values.pop(_DASK, None)
    if "interaction_constraints" in values:
        # The booster wants the text; only the range check needed the numbers.
        values["interaction_constraints"] = renamed["interaction_constraints"]
    return values


def _dask_has_its_gpus(values: Mapping[str, Any]) -> None:
    if values.get(_DASK) == "true":
        raise UserError(
            f"Hyperparameter {_DASK}: training with Dask takes instances with GPUs, and there are none here."
        )


def _objective_has_its_classes(values: Mapping[str, Any]) -> None:
    if values.get("objective") in ("multi:softmax", "multi:softprob") and "num_class" not in values:
        raise UserError("Require input for parameter 'num_class' for multi-classification")


def _metrics_fit_the_objective(values: Mapping[str, Any]) -> None:
    metrics = values.get("eval_metric", ())
    if metrics and "objective" not in values:
        raise UserError(
            "Hyperparameter eval_metric: set objective too, the container reads it to check the metric."
        )
    if "auc" in metrics and not values["objective"].startswith(("binary:", "rank:")):
        raise UserError("Metric 'auc' can only be applied for classification and ranking problems.")
    if "aft-nloglik" in metrics and values["objective"] != "survival:aft":
        raise UserError("Metric 'aft-nloglik' can only be applied for 'survival:aft' objective.")


def _constraints_fit_the_tree_method(values: Mapping[str, Any]) -> None:
    allowed = {
        "monotone_constraints": ("exact", "hist"),
        "interaction_constraints": ("exact", "hist", "approx"),
    }
    for name, methods in allowed.items():
        if name in values and values.get("tree_method") not in methods:
            raise UserError(
                f"{name} can be used only when the tree_method parameter is one of {', '.join(methods)}."
            )


def _updaters_fit_the_booster(values: Mapping[str, Any]) -> None:
    updaters = values.get("updater")
    if updaters is None:
        return
    if values.get("booster") == "gblinear":
        if len(updaters) != 1 or updaters[0] not in _LINEAR_UPDATERS:
            raise UserError(f"Linear updater should be one of these options: {', '.join(_LINEAR_UPDATERS)}.")
    elif values.get("process_type") == "update":
        if not set(updaters) <= {"refresh", "prune"}:
            raise UserError("process_type 'update' can only be used with updater 'refresh' and 'prune'")
    elif (
        not set(updaters) <= set(_TREE_UPDATERS) or sum(updater in _TREE_GROWERS for updater in updaters) > 1
    ):
        raise UserError(
            f"Choose tree updaters from {', '.join(_TREE_UPDATERS)}, and at most one that grows trees."
        )


_RULES: tuple[Callable[[Mapping[str, Any]], None], ...] = (
    _dask_has_its_gpus,
    _objective_has_its_classes,
    _metrics_fit_the_objective,
    _constraints_fit_the_tree_method,
    _updaters_fit_the_booster,
)
