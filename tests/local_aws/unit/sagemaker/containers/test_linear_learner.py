from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.folders import Folders
from local_aws.services.sagemaker.containers.linear_learner import losses
from local_aws.services.sagemaker.containers.linear_learner.hyperparameters import (
    REGRESSION_LOSSES,
    validated,
)
from local_aws.services.sagemaker.containers.linear_learner.model import LinearModel, load, save
from local_aws.services.sagemaker.containers.linear_learner.solver import LinearFunction, solve
from local_aws.services.sagemaker.containers.linear_learner.training import train
from local_aws.services.sagemaker.containers.server import Invocation

RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(400, 3)) * [1, 10, 0.1] + [0, 5, -2]
WEIGHTS, BIAS = np.array([2.0, -0.3, 7.0]), 11.0
LABELS = FEATURES @ WEIGHTS + BIAS
NOISY = LABELS + RNG.normal(size=400)


@pytest.mark.parametrize("loss", REGRESSION_LOSSES)
def test_every_loss_finds_the_function_behind_the_data(loss: str) -> None:
    function = solve(FEATURES, LABELS, {"loss": loss})

    assert np.allclose(function(FEATURES), LABELS, atol=0.2)
    assert np.allclose(function.weights, WEIGHTS, rtol=0.05)


def test_squared_loss_is_least_squares() -> None:
    function = solve(FEATURES, NOISY, {})

    design = np.column_stack([FEATURES, np.ones(len(NOISY))])
    expected = np.linalg.lstsq(design, NOISY, rcond=None)[0]
    assert np.allclose([*function.weights, function.bias], expected)


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("rows", [30, 80, 700])
@pytest.mark.parametrize("small", [1, 1000])
def test_any_shape_has_the_least_squares_of_least_norm(
    rows: int, decay: float, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(losses, "_SMALL", small)
    random = np.random.default_rng(rows)
    # Two columns are the same and one is constant, so that the primal system is singular always.
    columns = random.normal(size=(rows, 58))
    features = np.column_stack([columns, columns[:, 0], np.ones(rows)])
    labels = columns[:, 0] + random.normal(size=rows)

    function = solve(features, labels, {"wd": decay, "normalize_data": False, "normalize_label": False})

    centred, wanted = features - features.mean(axis=0), labels - labels.mean()
    design = np.vstack([centred, np.sqrt(decay * rows) * np.eye(60)])
    expected = np.linalg.lstsq(design, np.append(wanted, np.zeros(60)), rcond=None)[0]
    assert np.allclose(function.weights, expected, atol=1e-6)


def test_weight_decay_shrinks_and_l1_selects() -> None:
    plain, decayed, sparse = (solve(FEATURES, NOISY, each) for each in ({}, {"wd": 1.0}, {"l1": 0.5}))

    deviation = FEATURES.std(axis=0)
    assert np.all(np.abs(decayed.weights * deviation) < np.abs(plain.weights * deviation))
    assert np.count_nonzero(sparse.weights) < 3


def test_the_quantile_divides_the_labels() -> None:
    function = solve(FEATURES, NOISY, {"loss": "quantile_loss", "quantile": 0.9})

    assert np.mean(function(FEATURES) >= NOISY) == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize("loss", ["absolute_loss", "huber_loss", "eps_insensitive_absolute_loss"])
def test_robust_losses_hardly_follow_outliers(loss: str) -> None:
    spoiled = NOISY.copy()
    spoiled[:20] += 100

    robust, squared = (
        abs(solve(FEATURES, spoiled, {"loss": each})(FEATURES) - LABELS).mean()
        for each in (loss, "squared_loss")
    )

    assert robust < squared / 3


def test_huber_loss_with_a_wide_delta_is_squared_loss() -> None:
    wide = solve(FEATURES, NOISY, {"loss": "huber_loss", "huber_delta": 1000.0, "wd": 0.1})

    assert np.allclose(wide.weights, solve(FEATURES, NOISY, {"wd": 0.1}).weights, rtol=1e-4)


def test_without_bias_the_function_passes_through_zero() -> None:
    function = solve(FEATURES, NOISY, {"use_bias": False})

    assert function.bias == 0
    assert np.allclose(function.weights, np.linalg.lstsq(FEATURES, NOISY, rcond=None)[0])


@settings(deadline=None)
@given(st.floats(0.01, 100), st.floats(-100, 100))
def test_units_of_a_feature_do_not_matter(scale: float, shift: float) -> None:
    moved = FEATURES * [1, scale, 1] + [0, shift, 0]

    assert np.allclose(solve(moved, NOISY, {"wd": 0.1})(moved), solve(FEATURES, NOISY, {"wd": 0.1})(FEATURES))


def test_a_constant_column_gets_no_weight() -> None:
    constant = np.column_stack([FEATURES, np.full(len(LABELS), 3.0)])

    function = solve(constant, LABELS, {})

    assert function.weights[3] == 0
    assert np.allclose(function(constant), LABELS)


def test_the_reply_is_json_whatever_is_accepted(tmp_path: Path) -> None:
    save(LinearFunction(np.array([1.0, 10.0]), 0.5), tmp_path)

    reply = load(tmp_path).answer(Invocation(b"1,2\n3,4\n", "text/csv", "text/csv"))

    assert reply.content_type == "application/json"
    assert json.loads(reply.body) == {"predictions": [{"score": 21.5}, {"score": 43.5}]}
    assert isinstance(load(tmp_path), LinearModel)


@pytest.mark.parametrize(("given_text", "rows"), [({"mini_batch_size": "80"}, 80), ({}, 400)])
def test_a_mini_batch_that_the_data_do_not_fill_is_refused(
    tmp_path: Path, given_text: dict[str, str], rows: int
) -> None:
    """The image's own batch has 1000 rows."""
    folders = _folders(tmp_path, given_text, rows)

    with pytest.raises(UserError, match="the mini-batch size is too high"):
        train(folders)


def test_one_row_more_than_a_mini_batch_is_enough(tmp_path: Path) -> None:
    folders = _folders(tmp_path, {"mini_batch_size": "79"}, 80)

    train(folders)

    assert isinstance(load(folders.model), LinearModel)


def _folders(root: Path, hyperparameters: dict[str, str], rows: int) -> Folders:
    """A job on the first `rows` rows, as SageMaker lays it out."""
    config = root / "input" / "config"
    for folder in (config, root / "input" / "data" / "train", root / "model"):
        folder.mkdir(parents=True)
    given_text = {"predictor_type": "regressor", **hyperparameters}
    (config / "hyperparameters.json").write_text(json.dumps(given_text))
    channel = {
        "ContentType": "text/csv",
        "TrainingInputMode": "File",
        "S3DistributionType": "FullyReplicated",
    }
    (config / "inputdataconfig.json").write_text(json.dumps({"train": channel}))
    table = np.column_stack([LABELS, FEATURES])[:rows]
    np.savetxt(root / "input" / "data" / "train" / "part.csv", table, delimiter=",")
    return Folders(root)


def test_documented_hyperparameters_are_accepted() -> None:
    values = validated(
        {
            "predictor_type": "regressor",
            "feature_dim": "auto",
            "mini_batch_size": "100",
            "epochs": "15",
            "learning_rate": "auto",
            "wd": "0.01",
            "l1": "auto",
            "loss": "auto",
            "optimizer": "adam",
            "normalize_data": "true",
            "normalize_label": "auto",
            "num_models": "auto",
            "use_bias": "true",
            "early_stopping_patience": "3",
            "early_stopping_tolerance": "0.001",
            "positive_example_weight_mult": "balanced",
        }
    )

    assert values["wd"] == 0.01
    assert "loss" not in values


@pytest.mark.parametrize(
    ("given_text", "message"),
    [
        ({}, "Missing required hyperparameter: predictor_type"),
        ({"predictor_type": "regressor", "eta": "0.1"}, "Extraneous hyperparameter found: eta"),
        ({"predictor_type": "regressor", "feature_dim": "0"}, "feature_dim: 0 is not in"),
        ({"predictor_type": "regressor", "loss": "logistic"}, "logistic is not for predictor_type regressor"),
        ({"predictor_type": "regressor", "momentum": "1"}, "momentum: 1 is not in"),
        ({"predictor_type": "ranker"}, "predictor_type: ranker is not in"),
    ],
)
def test_other_hyperparameters_are_refused(given_text: dict[str, str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        validated(given_text)
