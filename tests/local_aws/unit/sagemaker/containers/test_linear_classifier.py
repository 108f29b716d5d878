from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn import metrics as reference
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.linear_learner import metrics
from local_aws.services.sagemaker.containers.linear_learner.classification import (
    Classes,
    Loss,
    logistic,
    softmax,
)
from local_aws.services.sagemaker.containers.linear_learner.classifier import LinearClassifier, fit
from local_aws.services.sagemaker.containers.linear_learner.hyperparameters import validated
from local_aws.services.sagemaker.containers.linear_learner.model import load
from local_aws.services.sagemaker.containers.linear_learner.objective import class_labels, objective
from local_aws.services.sagemaker.containers.linear_learner.threshold import calibrated
from local_aws.services.sagemaker.containers.linear_learner.training import train
from tests.local_aws.unit.sagemaker.containers.support import TABLES, Rows, Split, job, predictions, request

RNG = np.random.default_rng(0)
LINES = {
    # The image's own definitions, as a tuning job on AWS lists them.
    "train:objective_loss": r"#quality_metric: host=\S+, epoch=\S+, train \S+_objective <loss>=(\S+)",
    "validation:objective_loss": (
        r"#quality_metric: host=\S+, epoch=\S+, validation \S+_objective <loss>=(\S+)"
    ),
    "validation:objective_loss:final": r"#quality_metric: host=\S+, validation \S+_objective <loss>=(\S+)",
}
OF_TWO = {
    "binary_classification_accuracy": "binary_classification_accuracy <score>",
    "binary_f_beta": r"binary_f_\S+ <score>",
    "precision": "precision <score>",
    "recall": "recall <score>",
    "roc_auc_score": "roc_auc_score <score>",
}
OF_MORE = {
    "multiclass_accuracy": "multiclass_accuracy <score>",
    "multiclass_top_k_accuracy": r"multiclass_top_k_accuracy_\S+ <score>",
    "dcg": "dcg <score>",
    "macro_recall": "macro_recall <score>",
    "macro_precision": "macro_precision <score>",
    "macro_f_beta": r"macro_f_\S+ <score>",
}


def of_classes(classes: int, **extra: str) -> dict[str, str]:
    kind = (
        {"predictor_type": "binary_classifier"}
        if classes == 2
        else {"predictor_type": "multiclass_classifier", "num_classes": str(classes)}
    )
    return {**kind, "mini_batch_size": "50", **extra}


def fitted(rows: Rows, judged: Rows, classes: int, **extra: str) -> LinearClassifier:
    settings = validated(of_classes(classes, **extra))
    known, seen = (class_labels(each[:, 0], "train", settings) for each in (rows, judged))
    aim = objective(known, settings)
    return fit((rows[:, 1:], known), (judged[:, 1:], seen), aim, settings)


def separable(rows: int = 400, share: float = 0.5) -> Rows:
    """Two classes that overlap, a share of them positive, and one feature that tells nothing."""
    labels = (np.arange(rows) < share * rows).astype(float)
    features = RNG.normal(size=(rows, 3)) + np.outer(labels, [2.0, -1.0, 0.0])
    return np.column_stack([labels, features])[RNG.permutation(rows)]


@pytest.mark.parametrize("name", TABLES)
def test_a_model_is_as_good_as_scikit_learns_on_real_data(name: str) -> None:
    split = Split.of(name)
    model = fitted(split.train, split.validation, split.classes)
    known = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    known.fit(split.train[:, 1:], split.train[:, 0])

    shares = model.probabilities(split.test[:, 1:])

    right = np.mean(model.labels(shares) == split.test[:, 0])
    assert right > known.score(split.test[:, 1:], split.test[:, 0]) - 0.02
    assert log_loss(shares, split.test) < 1.2 * log_loss(known.predict_proba(split.test[:, 1:]), split.test)
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("name", ["breast_cancer", "iris"])
def test_with_the_same_penalty_the_optimum_is_scikit_learns(name: str) -> None:
    split = Split.of(name)
    scaler = StandardScaler().fit(split.train[:, 1:])
    known = LogisticRegression(C=1.0, max_iter=10_000, tol=1e-8)
    known.fit(scaler.transform(split.train[:, 1:]), split.train[:, 0])

    model = fitted(split.train, split.validation, split.classes, wd=repr(1 / len(split.train)))

    expected = known.predict_proba(scaler.transform(split.test[:, 1:]))
    assert np.allclose(model.probabilities(split.test[:, 1:]), expected, atol=2e-3)


def log_loss(shares: Rows, test: Rows) -> float:
    own = shares[np.arange(len(test)), test[:, 0].astype(int)]
    return float(-np.log(np.maximum(own, 1e-15)).mean())


@pytest.mark.parametrize(("loss", "outputs"), [(logistic, 1), (softmax, 4)])
def test_the_slope_of_a_loss_is_what_a_small_step_changes(loss: Loss, outputs: int) -> None:
    scores, labels = RNG.normal(size=(20, outputs)) * 3, RNG.integers(0, max(outputs, 2), 20)

    _, slope = loss(scores, labels)

    for column in range(outputs):
        step = np.zeros(outputs)
        step[column] = 1e-6
        change = (loss(scores + step, labels)[0] - loss(scores - step, labels)[0]) / 2e-6
        assert np.allclose(slope[:, column], change, atol=1e-6)


@pytest.mark.parametrize(("loss", "outputs"), [(logistic, 1), (softmax, 2)])
def test_a_loss_is_finite_however_sure_and_wrong_the_scores_are(loss: Loss, outputs: int) -> None:
    scores = np.zeros((2, outputs))
    scores[:, -1] = 1000, -1000

    losses, slope = loss(scores, np.array([0, 1]))

    assert np.allclose(losses, 1000) and np.isfinite(slope).all()


@pytest.mark.parametrize("classes", [2, 3])
def test_l1_meets_the_conditions_of_its_optimum(classes: int) -> None:
    l1, split = 0.02, Split.of("breast_cancer" if classes == 2 else "wine")
    rows = (split.train - [0] * split.train.shape[1]).copy()
    rows[:, 1:] = StandardScaler().fit_transform(rows[:, 1:])

    model = fitted(rows, rows, classes, wd="0", l1=repr(l1), normalize_data="false")

    loss = logistic if classes == 2 else softmax
    slope = loss(model.scores(rows[:, 1:]), rows[:, 0].astype(np.int64))[1]
    gradient, weights = rows[:, 1:].T @ slope / len(rows), model.scores.weights
    used = np.abs(weights) > 1e-4
    assert 0 < used.sum() < weights.size / 2
    assert np.allclose(gradient[used], -l1 * np.sign(weights[used]), atol=1e-3)
    assert np.all(np.abs(gradient[~used]) < l1 + 1e-3)


@given(st.floats(0.01, 100), st.floats(-100, 100))
def test_units_of_a_feature_do_not_matter(scale: float, shift: float) -> None:
    rows = np.column_stack([np.tile([0.0, 1.0], 20), np.sin(np.arange(40)), np.cos(np.arange(40) ** 2)])
    moved = rows * [1, scale, 1] + [0, shift, 0]

    here, there = (fitted(each, each, 2, wd="0.01").probabilities(each[:, 1:]) for each in (rows, moved))

    assert np.allclose(here, there, atol=1e-4)


def test_classes_in_another_order_get_the_same_probabilities() -> None:
    split = Split.of("wine")
    turned = split.train.copy()
    turned[:, 0] = (turned[:, 0] + 1) % 3

    here, there = (
        fitted(each, each, 3, wd="0.01").probabilities(split.test[:, 1:]) for each in (split.train, turned)
    )

    assert np.allclose(here, np.roll(there, -1, axis=1), atol=1e-3)


def test_a_class_that_training_never_has_gets_next_to_nothing() -> None:
    split = Split.of("iris")

    shares = fitted(split.train, split.validation, 5).probabilities(split.test[:, 1:])

    assert shares.shape == (len(split.test), 5)
    assert shares[:, 3:].max() < 0.02


def test_labels_of_one_class_make_a_model_that_knows_only_that() -> None:
    rows = separable(100)
    rows[:, 0] = 0

    model = fitted(rows, rows, 2)

    shares = model.probabilities(rows[:, 1:])
    assert shares[:, 1].max() < 0.01 and not model.labels(shares).any()


def test_without_bias_the_odds_are_even_where_all_features_are_zero() -> None:
    model = fitted(separable(), separable(), 2, use_bias="false")

    assert model.probabilities(np.zeros((1, 3))).tolist() == [[0.5, 0.5]]


def test_a_heavier_positive_class_is_found_more_often() -> None:
    rows = separable(1000, share=0.1)
    plain, heavy, balanced = (
        fitted(rows, rows, 2, positive_example_weight_mult=multiple).probabilities(rows[:, 1:])[:, 1]
        for multiple in ("1.0", "9.0", "balanced")
    )

    # 100 positives against 900: as if there were as many of each
    assert plain.mean() == pytest.approx(0.1, abs=0.01)
    assert heavy.mean() > 0.2
    assert np.allclose(heavy, balanced, atol=1e-3)


def test_balanced_classes_weigh_the_same() -> None:
    labels = np.repeat([0, 1, 2], [10, 30, 60])

    aim = objective(labels, validated(of_classes(3, balance_multiclass_weights="true")))

    assert np.allclose(np.bincount(labels, weights=aim.importance(labels)), 100 / 3)


@pytest.mark.parametrize(
    "criterion", ["accuracy", "f1", "f_beta", "precision_at_target_recall", "recall_at_target_precision"]
)
@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=30), st.integers(0, 40))
def test_no_other_threshold_does_better(criterion: str, rows: list[tuple[int, bool]], other: int) -> None:
    scores = np.array([score / 20 for score, _ in rows])
    labels = np.array([int(positive) for _, positive in rows])
    settings = {"binary_classifier_model_selection_criteria": criterion, "f_beta": 2.0}

    threshold, value = calibrated(scores, labels, settings)

    assert value == pytest.approx(achieved(criterion, scores >= threshold, labels))
    assert achieved(criterion, scores >= other / 40, labels) <= value + 1e-9


def achieved(criterion: str, called: NDArray[np.bool_], labels: Classes) -> float:
    """The criterion's value by its definition; below 0 where the target of 0.8 is missed."""
    hits, calls, positives = (float(each.sum()) for each in (called & (labels == 1), called, labels))
    precision, recall = hits / max(calls, 1.0), hits / max(positives, 1.0)

    def f_beta(square: float) -> float:
        return (1 + square) * precision * recall / ((square * precision + recall) or 1.0)

    values = {
        "accuracy": float(np.mean(called == labels)),
        "f1": f_beta(1.0),
        "f_beta": f_beta(4.0),
        "precision_at_target_recall": precision if recall >= 0.8 else recall - 1.8,
        "recall_at_target_precision": recall if precision >= 0.8 else precision - 1.8,
    }
    return values[criterion]


@pytest.mark.parametrize("criterion", ["loss_function", "cross_entropy_loss"])
def test_a_loss_for_criterion_leaves_the_threshold_at_a_half(criterion: str) -> None:
    settings = {"binary_classifier_model_selection_criteria": criterion}

    assert calibrated(np.array([0.1, 0.2]), np.array([0, 1]), settings) == (0.5, 0.0)


def test_of_thresholds_that_are_equally_good_the_one_nearest_to_a_half_is_taken() -> None:
    separated = calibrated(np.array([0.1, 0.9]), np.array([0, 1]), {})
    below = calibrated(np.array([0.1, 0.2, 0.3]), np.array([0, 1, 1]), {})

    assert separated == (0.5, 1.0)
    assert np.allclose(below, (0.15, 1.0))


def test_the_threshold_is_calibrated_on_validation_and_kept_in_the_model(tmp_path: Path) -> None:
    # Given a validation channel in which positives are rare among those that look positive
    rows, judged = separable(), separable(1000, share=0.05)
    target = {"binary_classifier_model_selection_criteria": "recall_at_target_precision"}
    folders = job(tmp_path, of_classes(2, **target), {"train": rows, "validation": judged})

    train(folders)

    replied = predictions(load(folders.model).answer(request(judged[:, 1:])).body)
    called = np.array([each["predicted_label"] for each in replied])
    scores = np.array([each["score"] for each in replied])
    assert reference.precision_score(judged[:, 0], called) >= 0.8
    assert scores[called == 1].min() > 0.6


@pytest.mark.parametrize("classes", [2, 3])
def test_the_reply_has_scores_and_a_label(tmp_path: Path, classes: int) -> None:
    split = Split.of("breast_cancer" if classes == 2 else "iris")
    folders = job(tmp_path, of_classes(classes), {"train": split.train, "validation": split.validation})
    train(folders)

    replies = {
        accept: load(folders.model).answer(request(split.test[:2, 1:], accept))
        for accept in ("application/json", "text/csv", "application/jsonlines")
    }

    first, second = predictions(replies["application/json"].body)
    assert list(first) == ["score", "predicted_label"]
    assert type(first["predicted_label"]) is int
    if classes == 2:
        assert type(first["score"]) is float
    else:
        assert len(first["score"]) == 3 and sum(first["score"]) == pytest.approx(1)
    assert replies["text/csv"] == replies["application/json"]
    assert replies["application/json"].content_type == "application/json"
    lines = replies["application/jsonlines"]
    assert [json.loads(line) for line in lines.body.splitlines()] == [first, second]
    assert lines.content_type == "application/jsonlines"


@pytest.mark.parametrize("classes", [2, 3])
def test_what_is_printed_is_what_the_images_metrics_are_read_from(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, classes: int
) -> None:
    split = Split.of("breast_cancer" if classes == 2 else "iris")
    channels = {"train": split.train, "validation": split.validation, "test": split.test}

    with caplog.at_level(logging.INFO):
        train(job(tmp_path, of_classes(classes), channels))

    named = OF_TWO if classes == 2 else OF_MORE
    quality = {
        f"{channel}:{name}": rf"#quality_metric: host=\S+, {channel} {line}=(\S+)"
        for channel in channels
        for name, line in named.items()
    }
    found = {name: re.findall(line, caplog.text) for name, line in {**LINES, **quality}.items()}
    assert all(found.values()), found
    assert all(np.isfinite(float(value)) for values in found.values() for value in values)
    # From one epoch to another, the objective falls
    objectives = [float(value) for value in found["train:objective_loss"]]
    assert len(objectives) > 3 and objectives[0] == max(objectives) > 1.5 * objectives[-1]
    assert re.search(r"#validation_score \(algo-1\) : \('\w+', 0\.\d+\)", caplog.text)


def test_metrics_of_two_classes_are_scikit_learns() -> None:
    labels = RNG.integers(0, 2, 200)
    scores = np.round(np.clip(labels * 0.3 + RNG.uniform(0, 0.7, 200), 0, 1), 2)  # with ties
    called = (scores > 0.5).astype(np.int64)

    found = metrics.of_classes(np.column_stack([1 - scores, scores]), called, labels, {"f_beta": 0.5})

    assert {name: value for name, _, value in found} == pytest.approx(
        {
            "binary_classification_accuracy": reference.accuracy_score(labels, called),
            "binary_f_0.500": reference.fbeta_score(labels, called, beta=0.5),
            "precision": reference.precision_score(labels, called),
            "recall": reference.recall_score(labels, called),
            "roc_auc_score": reference.roc_auc_score(labels, scores),
        }
    )


def test_metrics_of_more_classes_are_scikit_learns() -> None:
    labels, shares = RNG.integers(0, 4, 300), RNG.dirichlet(np.ones(5), 300)
    called = shares.argmax(axis=1)
    seen = list(range(4))  # the fifth class has no row

    found = {
        name: value for name, _, value in metrics.of_classes(shares, called, labels, {"accuracy_top_k": 2})
    }

    assert found["multiclass_accuracy"] == pytest.approx(reference.accuracy_score(labels, called))
    assert found["multiclass_top_k_accuracy_2"] == pytest.approx(
        reference.top_k_accuracy_score(labels, shares, k=2, labels=range(5))
    )
    assert found["macro_recall"] == pytest.approx(
        reference.recall_score(labels, called, labels=seen, average="macro")
    )
    assert found["macro_precision"] == pytest.approx(
        reference.precision_score(labels, called, labels=seen, average="macro")
    )
    assert found["macro_f_1.000"] == pytest.approx(
        reference.f1_score(labels, called, labels=seen, average="macro")
    )
    assert found["dcg"] == pytest.approx(reference.dcg_score(np.eye(5)[labels], shares))


def test_the_area_of_one_class_alone_is_no_number() -> None:
    assert np.isnan(metrics.roc_auc(np.array([0.1, 0.2]), np.array([1, 1])))


@pytest.mark.parametrize(
    ("classes", "label", "message"),
    [
        (2, 2.0, "binary_classifier must be 0 or 1: the validation channel has 2."),
        (2, -1.0, "must be 0 or 1: the validation channel has -1."),
        (2, 0.5, "must be 0 or 1: the validation channel has 0.5."),
        (3, 3.0, "must be integers from 0 to num_classes - 1, which is 2: the validation channel has 3."),
        (3, 1.5, "the validation channel has 1.5."),
    ],
)
def test_a_label_that_is_no_class_is_refused(
    tmp_path: Path, classes: int, label: float, message: str
) -> None:
    rows = separable(100)
    spoiled = rows.copy()
    spoiled[7, 0] = label

    with pytest.raises(UserError, match=re.escape(message)):
        train(job(tmp_path, of_classes(classes), {"train": rows, "validation": spoiled}))


@pytest.mark.parametrize(
    ("given_text", "message"),
    [
        ({"predictor_type": "multiclass_classifier"}, "Missing required hyperparameter: num_classes"),
        (of_classes(3, num_classes="2"), r"num_classes: 2 is not in \[3, 1000000\]"),
        (of_classes(2, loss="softmax_loss"), "softmax_loss is not for predictor_type binary_classifier"),
        (of_classes(2, loss="squared_loss"), "use auto, logistic, hinge_loss"),
        (
            of_classes(3, loss="logistic"),
            "not for predictor_type multiclass_classifier, use auto, softmax_loss",
        ),
        (of_classes(2, loss="hinge_loss"), "hinge_loss has no local implementation"),
        (of_classes(2, positive_example_weight_mult="0"), "could not parse value '0'"),
        (of_classes(2, binary_classifier_model_selection_criteria="auc"), "auc is not in accuracy"),
        (of_classes(2, target_recall="1"), "target_recall: 1 is not in"),
    ],
)
def test_other_hyperparameters_are_refused(given_text: dict[str, str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        validated(given_text)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("value", [np.inf, 1e308])
def test_values_that_cannot_be_scaled_are_refused(value: float) -> None:
    rows = separable(100)
    rows[:3, 1] = value

    with pytest.raises(UserError, match="The loss is not a number"):
        fitted(rows, rows, 2)


def test_num_classes_is_ignored_without_several_classes(tmp_path: Path) -> None:
    folders = job(tmp_path, of_classes(2, num_classes="7"), {"train": separable(100)})

    train(folders)

    assert isinstance(
        predictions(load(folders.model).answer(request(np.ones((1, 3)))).body)[0]["score"], float
    )


@pytest.mark.parametrize(
    "one_model", [{"num_models": "1"}, {"_tuning_objective_metric": "validation:recall"}]
)
def test_with_one_model_validation_chooses_nothing(one_model: dict[str, str]) -> None:
    split = Split.of("breast_cancer")
    loss = {"binary_classifier_model_selection_criteria": "loss_function"}

    judged = [
        fitted(split.train, rows, 2, **loss, **one_model).scores.weights
        for rows in (split.validation, split.train)
    ]
    chosen = fitted(split.train, split.validation, 2, **loss).scores.weights

    assert np.array_equal(judged[0], judged[1])
    assert not np.allclose(chosen, judged[0])
