from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.knn import voting
from local_aws.services.sagemaker.containers.knn.hyperparameters import validated
from local_aws.services.sagemaker.containers.knn.index import NeighbourModel, build, load, save
from local_aws.services.sagemaker.containers.knn.training import train
from local_aws.services.sagemaker.containers.knn.voting import majority
from local_aws.services.sagemaker.containers.server import Invocation
from tests.local_aws.unit.sagemaker.containers.support import TABLES, Split, job, predictions, request

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(300, 8))
LABELS = RNG.normal(size=300)
QUERIES = RNG.normal(size=(20, 8))
REQUIRED = {"feature_dim": "8", "k": "5", "sample_size": "300", "predictor_type": "regressor"}


def settings(**extra: str) -> dict[str, Any]:
    return validated({**REQUIRED, **extra})


def nearest(scores: np.ndarray[Any, Any], k: int) -> np.ndarray[Any, Any]:
    return np.sort(np.argsort(-scores, axis=1)[:, :k], axis=1)


UNIT_POINTS = POINTS / np.linalg.norm(POINTS, axis=1, keepdims=True)
SIMILARITY = {
    "L2": -np.linalg.norm(QUERIES[:, None, :] - POINTS[None, :, :], axis=2),
    "INNER_PRODUCT": QUERIES @ POINTS.T,
    "COSINE": QUERIES @ UNIT_POINTS.T,
}


@pytest.mark.parametrize("metric", SIMILARITY)
def test_a_prediction_is_the_mean_label_of_the_nearest(metric: str) -> None:
    model = NeighbourModel(build(POINTS, LABELS, settings(index_metric=metric)))

    expected = LABELS[nearest(SIMILARITY[metric], 5)].mean(axis=1)

    assert np.allclose(model.predict(QUERIES), expected)


def test_a_classifier_takes_the_most_frequent_label() -> None:
    labels = (POINTS[:, 0] > 0).astype(float)

    model = NeighbourModel(build(POINTS, labels, settings(predictor_type="classifier")))

    neighbours = labels[nearest(SIMILARITY["L2"], 5)]
    assert np.array_equal(model.predict(QUERIES), (neighbours.mean(axis=1) > 0.5).astype(float))


@pytest.mark.parametrize("name", TABLES)
def test_a_classifier_votes_as_scikit_learns(name: str) -> None:
    split = Split.of(name)
    width = split.train.shape[1] - 1
    values = settings(predictor_type="classifier", feature_dim=str(width), sample_size="2000")

    model = NeighbourModel(build(split.train[:, 1:], split.train[:, 0], values))

    known = KNeighborsClassifier(5).fit(split.train[:, 1:], split.train[:, 0])
    assert np.array_equal(model.predict(split.test[:, 1:]), known.predict(split.test[:, 1:]))


def test_a_mean_is_scikit_learns_to_the_last_digit() -> None:
    values = settings(k="17")

    predicted = NeighbourModel(build(POINTS, LABELS, values)).predict(QUERIES)

    assert np.array_equal(predicted, KNeighborsRegressor(17).fit(POINTS, LABELS).predict(QUERIES))


@given(arrays(np.int64, st.tuples(st.integers(1, 8), st.integers(1, 6)), elements=st.integers(-3, 3)))
def test_the_majority_is_the_smallest_of_the_most_frequent(votes: NDArray[np.int64]) -> None:
    expected = [max(sorted(set(row)), key=row.count) for row in votes.tolist()]

    assert majority(votes / 2).tolist() == [label / 2 for label in expected]


def test_votes_are_counted_in_portions_when_there_are_many_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = RNG.integers(0, 50, (40, 7)).astype(float)
    whole = majority(votes)

    monkeypatch.setattr(voting, "_CELLS", 120)

    assert np.array_equal(majority(votes), whole)


@pytest.mark.parametrize("predictor_type", ["classifier", "regressor"])
@pytest.mark.parametrize("metric", SIMILARITY)
def test_a_verbose_reply_tells_the_neighbours(predictor_type: str, metric: str) -> None:
    values = settings(predictor_type=predictor_type, index_metric=metric)
    labels = np.round(LABELS)
    model = NeighbourModel(build(POINTS, labels, values))

    plain, verbose = (
        predictions(model.answer(replace(request(QUERIES), accept_parameters=parameters)).body)
        for parameters in ({}, {"verbose": "true"})
    )

    nearest_first = labels[np.argsort(-SIMILARITY[metric], axis=1)[:, :5]]
    assert [each["labels"] for each in verbose] == nearest_first.tolist()
    assert all(each["distances"] == sorted(each["distances"]) for each in verbose)
    assert [list(each) for each in verbose] == [["predicted_label", "distances", "labels"]] * len(QUERIES)
    assert plain == [{"predicted_label": each["predicted_label"]} for each in verbose]


def test_the_distances_of_l2_are_euclidean() -> None:
    model = NeighbourModel(build(POINTS, LABELS, settings()))

    found = model.neighbours(QUERIES).distances

    assert np.allclose(found, np.sort(-SIMILARITY["L2"], axis=1)[:, :5])


@pytest.mark.parametrize(
    ("predictor_type", "line"),
    [
        ("classifier", r"#quality_metric: host=\S+, test accuracy <score>=(0\.9\d+|1\.0)"),
        ("regressor", r"#quality_metric: host=\S+, test mse <loss>=(0\.\d+)"),
    ],
)
def test_the_error_on_the_test_channel_is_printed_as_the_image_does(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, predictor_type: str, line: str
) -> None:
    split = Split.of("iris")
    values = {**REQUIRED, "feature_dim": "4", "predictor_type": predictor_type}
    folders = job(tmp_path, values, {"train": split.train, "test": split.test})

    with caplog.at_level(logging.INFO):
        train(folders)

    found = re.search(line, caplog.text)
    assert found is not None
    assert re.search(rf"#test_score \(algo-1\) : \('(accuracy|mse)', {found[1]}\)", caplog.text)


def test_the_sample_is_drawn_without_replacement_and_always_the_same() -> None:
    first, again = (build(POINTS, LABELS, settings(sample_size="100")) for _ in range(2))

    assert first.points.shape == (100, 8)
    assert len(np.unique(first.points, axis=0)) == 100
    assert np.array_equal(first.points, again.points)


@pytest.mark.parametrize("kind", ["sign", "fjlt"])
def test_reduced_dimensions_keep_distances_on_average(kind: str) -> None:
    wide = RNG.normal(size=(200, 64))
    extra = {"dimension_reduction_type": kind, "dimension_reduction_target": "32", "feature_dim": "64"}

    projection = build(wide, LABELS[:200], settings(**extra)).projection

    assert projection is not None and projection.shape == (64, 32)
    ratio = np.linalg.norm(wide @ projection, axis=1) / np.linalg.norm(wide, axis=1)
    assert ratio.mean() == pytest.approx(1, abs=0.1)


def test_the_cosine_transform_of_fjlt_is_orthonormal() -> None:
    extra = {"dimension_reduction_type": "fjlt", "dimension_reduction_target": "7"}

    projection = build(POINTS, LABELS, settings(**extra)).projection

    assert projection is not None and np.allclose(projection.T @ projection, np.eye(7) * 8 / 7)


def test_an_index_of_wide_data_is_no_larger_than_its_points(tmp_path: Path) -> None:
    points = RNG.normal(size=(30, 2_000))

    save(build(points, RNG.normal(size=30), settings(feature_dim="2000")), tmp_path)

    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 1.1 * points.nbytes


def test_a_stored_index_answers_as_the_built_one(tmp_path: Path) -> None:
    index = build(POINTS, LABELS, settings())
    save(index, tmp_path)
    body = "\n".join(",".join(map(repr, row)) for row in QUERIES.tolist())

    reply = load(tmp_path).answer(Invocation(body.encode(), "text/csv", "application/json"))

    predicted = [each["predicted_label"] for each in json.loads(reply.body)["predictions"]]
    assert np.allclose(predicted, NeighbourModel(index).predict(QUERIES))


def test_documented_hyperparameters_are_accepted() -> None:
    values = settings(
        index_type="faiss.IVFPQ", faiss_index_ivf_nlists="auto", faiss_index_pq_m="4", mini_batch_size="5000"
    )

    assert values["index_type"] == "faiss.IVFPQ"


@pytest.mark.parametrize("missing", REQUIRED)
def test_every_required_hyperparameter_is_missed(missing: str) -> None:
    with pytest.raises(UserError, match=f"Missing required hyperparameter: {missing}"):
        validated({name: value for name, value in REQUIRED.items() if name != missing})


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"k": "0"}, "k: 0 is not in"),
        ({"distance": "L1"}, "Extraneous hyperparameter found: distance"),
        ({"predictor_type": "ranker"}, "ranker is not in"),
        ({"index_metric": "L1"}, "index_metric: L1"),
        ({"faiss_index_pq_m": "5"}, "faiss_index_pq_m: 5 is not in"),
        ({"dimension_reduction_type": "sign"}, "dimension_reduction_target is required"),
        ({"dimension_reduction_type": "sign", "dimension_reduction_target": "8"}, "less than feature_dim"),
        ({"index_type": "faiss.IVFPQ", "index_metric": "COSINE"}, "not supported with index_type"),
    ],
)
def test_other_hyperparameters_are_refused(extra: dict[str, str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        settings(**extra)
