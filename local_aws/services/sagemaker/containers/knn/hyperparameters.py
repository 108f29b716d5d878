"""The hyperparameters that k-NN knows. Source: the SageMaker developer guide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.hyperparameters import Hyperparameter, choice, integer, validate

_PQ_M = (1, 2, 3, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 96)

TABLE: tuple[Hyperparameter, ...] = (
    integer("feature_dim", "[1, inf)", required=True),
    integer("k", "[1, inf)", required=True),
    choice("predictor_type", "classifier", "regressor", required=True),
    integer("sample_size", "[1, inf)", required=True),
    integer("dimension_reduction_target", "[1, inf)"),
    choice("dimension_reduction_type", "sign", "fjlt"),
    integer("faiss_index_ivf_nlists", "[1, inf)", auto=True),
    Hyperparameter("faiss_index_pq_m", int, _PQ_M),
    choice("index_metric", "L2", "INNER_PRODUCT", "COSINE"),
    choice("index_type", "faiss.Flat", "faiss.IVFFlat", "faiss.IVFPQ"),
    integer("mini_batch_size", "[1, inf)"),
    Hyperparameter("_tuning_objective_metric", str),
)


def validated(given: Mapping[str, str]) -> dict[str, Any]:
    """Parsed hyperparameters; UserError for what the image refuses."""
    values = validate(TABLE, given)
    target = values.get("dimension_reduction_target")
    if "dimension_reduction_type" in values and target is None:
        raise UserError("dimension_reduction_target is required with dimension_reduction_type.")
    if target is not None and target >= values["feature_dim"]:
        raise UserError(
            f"dimension_reduction_target {target} must be less than feature_dim {values['feature_dim']}."
        )
    if values.get("index_type") == "faiss.IVFPQ" and values.get("index_metric", "L2") != "L2":
        raise UserError(
            f"index_metric {values['index_metric']} is not supported with index_type faiss.IVFPQ."
        )
    return values
