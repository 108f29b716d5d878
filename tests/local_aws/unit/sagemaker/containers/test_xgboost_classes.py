"""The stand-in of the XGBoost image with objectives of two and more classes."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import xgboost as xgb
from sklearn import metrics as reference

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.xgboost.class_metrics import CLASS_METRICS
from local_aws.services.sagemaker.containers.xgboost.hyperparameters import validated
from local_aws.services.sagemaker.containers.xgboost.serving import BoosterModel, load
from local_aws.services.sagemaker.containers.xgboost.training import boost, train
from tests.local_aws.unit.sagemaker.containers.support import TABLES, Rows, Split, job, predictions, request

RNG = np.random.default_rng(0)
ROUNDS = {"num_round": "30", "max_depth": "3", "eta": "0.3", "seed": "1"}


def of_classes(classes: int, **extra: str) -> dict[str, str]:
    objective = (
        {"objective": "binary:logistic"}
        if classes == 2
        else {"objective": "multi:softprob", "num_class": str(classes)}
    )
    return {**ROUNDS, **objective, **extra}


def table(labels: list[float]) -> Rows:
    return np.column_stack([np.resize(labels, 40), RNG.normal(size=(40, 3))])


def failure(folder: Path, settings: dict[str, str], rows: Rows) -> str:
    with pytest.raises(UserError) as refused:
        train(job(folder, settings, {"train": rows}))
    return str(refused.value)


@pytest.mark.parametrize("name", TABLES)
def test_a_model_is_xgboosts_own_on_real_data(tmp_path: Path, name: str) -> None:
    split = Split.of(name)
    folders = job(tmp_path, of_classes(split.classes), {"train": split.train, "validation": split.validation})
    own = xgb.XGBClassifier(n_estimators=30, max_depth=3, learning_rate=0.3, random_state=1, n_jobs=1)
    own.fit(split.train[:, 1:], split.train[:, 0])

    train(folders)

    expected = own.predict_proba(split.test[:, 1:])
    replied = predictions(load(folders.model).answer(request(split.test[:, 1:])).body)
    scores = np.array([each["score"] for each in replied])
    assert np.allclose(scores, expected[:, 1] if split.classes == 2 else expected, atol=1e-4)
    assert np.mean(expected.argmax(axis=1) == split.test[:, 0]) > 0.85


@pytest.mark.parametrize(
    ("settings", "labels", "low", "high", "kind"),
    [
        ({"objective": "binary:logistic"}, [0, 1], 0, 1, float),
        ({"objective": "reg:logistic"}, [0, 1, 0.5], 0, 1, float),
        ({"objective": "binary:hinge"}, [0, 1], 0, 1, float),
        ({"objective": "binary:logitraw"}, [0, 1], -9, 9, float),
        ({"objective": "multi:softmax", "num_class": "3"}, [0, 1, 2], 0, 2, float),
        ({"objective": "multi:softprob", "num_class": "3"}, [0, 1, 2], 0, 1, list),
        ({"objective": "multi:softprob", "num_class": "2"}, [0, 1], 0, 1, list),
    ],
)
def test_what_an_objective_replies(
    settings: dict[str, str], labels: list[float], low: float, high: float, kind: type
) -> None:
    rows = table(labels)
    booster = boost(validated({**ROUNDS, **settings}), {"train": xgb.DMatrix(rows[:, 1:], label=rows[:, 0])})

    replies = {
        accept: BoosterModel(booster).answer(request(rows[:5, 1:], accept)).body
        for accept in ("application/json", "text/csv")
    }

    scores = [each["score"] for each in predictions(replies["application/json"])]
    assert all(type(score) is kind for score in scores)
    lines = [[float(field) for field in line.split(",")] for line in replies["text/csv"].decode().split("\n")]
    assert np.array_equal(np.array(lines), np.array(scores).reshape(5, -1))
    assert low <= np.min(scores) <= np.max(scores) <= high
    if kind is list:
        assert len(scores[0]) == int(settings["num_class"])
        assert np.allclose(np.sum(scores, axis=1), 1, atol=1e-6)
    if settings["objective"] in ("multi:softmax", "binary:hinge"):
        assert set(np.ravel(scores)) <= set(map(float, labels))


@pytest.mark.parametrize("objective", ["multi:softmax", "multi:softprob"])
def test_several_classes_need_their_number(objective: str) -> None:
    with pytest.raises(UserError, match="Require input for parameter 'num_class' for multi-classification"):
        validated({**ROUNDS, "objective": objective})


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"num_class": "1"}, r"num_class: 1 is not in \[2, inf\)"),
        ({"eval_metric": "auc"}, "Metric 'auc' can only be applied for classification and ranking problems"),
        ({"eval_metric": "mlogloss,hamming"}, "hamming is not in"),
        ({"eval_metric": "mlogloss@0.5"}, "not supported with a threshold"),
        ({"_tuning_objective_metric": "train:mlogloss"}, "train:mlogloss is not in"),
    ],
)
def test_what_the_container_refuses_of_several_classes_is_refused(
    extra: dict[str, str], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        validated(of_classes(3, **extra))


@pytest.mark.parametrize(
    ("settings", "labels", "message"),
    [
        (of_classes(2), [0, 1, 0, 2, 0], "label must be in (0, 1) for logistic regression"),
        (of_classes(3), [0, 1, 2, 3], "label must be discrete values in the range of [0, num_class)"),
        (of_classes(3), [0, 1, 0.5], "label must be discrete values in the range of [0, num_class)"),
        (of_classes(2, num_class="2"), [0, 1], "Invalid shape of labels"),
        (of_classes(3, eval_metric="logloss"), [0, 1, 2], "use merror or mlogloss for multi-class"),
        (of_classes(2, eval_metric="mlogloss"), [0, 1], "label must be in [0, num_class), num_class=1"),
        (of_classes(3, eval_metric="f1_binary"), [0, 1, 2], "Target is multiclass but average='binary'"),
        (of_classes(3, eval_metric="mse"), [0, 1, 2], "use merror or mlogloss"),
        (
            {**ROUNDS, "objective": "reg:squarederror", "eval_metric": "accuracy"},
            [0, 1],
            "Metric 'accuracy' can only be applied for classification problems",
        ),
    ],
)
def test_what_does_not_fit_the_labels_fails_the_training_in_a_sentence_or_two(
    tmp_path: Path, settings: dict[str, str], labels: list[float], message: str
) -> None:
    told = failure(tmp_path, settings, table(labels))

    assert message in told
    assert "Stack trace" not in told and len(told) < 300


def test_only_a_fault_that_the_container_does_not_know_is_announced(tmp_path: Path) -> None:
    known = failure(tmp_path / "known", of_classes(2), table([0, 1, 0, 2, 0]))
    other = failure(tmp_path / "other", of_classes(2, num_class="2"), table([0, 1]))

    assert "XGB train call failed" not in known
    assert other.startswith("XGB train call failed with exception:\n")


@pytest.mark.parametrize(
    ("classes", "metrics"),
    [(2, ("logloss", "error", "auc", "accuracy", "f1")), (3, ("mlogloss", "merror", "balanced_accuracy"))],
)
def test_every_round_is_printed_as_the_containers_metrics_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], classes: int, metrics: tuple[str, ...]
) -> None:
    split = Split.of("breast_cancer" if classes == 2 else "iris")
    settings = of_classes(classes, eval_metric=",".join(metrics))

    train(job(tmp_path, settings, {"train": split.train, "validation": split.validation}))

    # The pattern that AWS lists for the image; in CloudWatch a tab is #011
    number = r"([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"
    printed = capsys.readouterr().out.replace("\t", "#011")
    for metric in metrics:
        values = re.findall(rf".*\[[0-9]+\].*#011validation-{metric}:{number}.*", printed)
        assert len(values) == 30 and all(0 <= float(value) < 2 for value in values)


@pytest.mark.parametrize(
    ("settings", "metric"),
    [
        (of_classes(2), "error"),
        ({**ROUNDS, "objective": "binary:logitraw"}, "error"),
        (of_classes(3), "merror"),
        ({**ROUNDS, "objective": "multi:softmax", "num_class": "3"}, "merror"),
    ],
)
def test_the_containers_accuracy_is_what_xgboosts_error_leaves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: dict[str, str], metric: str
) -> None:
    rows = table([0, 1, 2] if "num_class" in settings else [0, 1])
    at = "@0" if settings["objective"] == "binary:logitraw" else ""

    train(
        job(
            tmp_path, {**settings, "num_round": "3", "eval_metric": f"{metric}{at},accuracy"}, {"train": rows}
        )
    )

    lines = re.findall(rf"train-{metric}{at}:(\S+)\ttrain-accuracy:(\S+)", capsys.readouterr().out)
    assert len(lines) == 3
    assert all(float(error) + float(accuracy) == pytest.approx(1) for error, accuracy in lines)


def test_the_containers_metrics_are_scikit_learns() -> None:
    two = RNG.integers(0, 2, (2, 90)).astype(float)
    more = RNG.integers(0, 4, (2, 90)).astype(float)
    more[0, more[0] == 3] = 1  # a class that is never predicted
    names = {
        "accuracy": reference.accuracy_score,
        "balanced_accuracy": reference.balanced_accuracy_score,
        **{
            f"{name}_{average}": lambda actual, predicted, score=score, average=average: score(
                actual, predicted, average=average, zero_division=0
            )
            for name, score in (
                ("f1", reference.f1_score),
                ("precision", reference.precision_score),
                ("recall", reference.recall_score),
            )
            for average in ("macro", "micro", "binary")
        },
    }
    own = {"precision": "precision_binary", "recall": "recall_binary", "f1": "f1_macro"}

    for metric, compute in CLASS_METRICS.items():
        known = names[own.get(metric, metric)]
        assert compute(two[0], two[1]) == pytest.approx(known(two[1], two[0])), metric
        if "binary" not in own.get(metric, metric):
            assert compute(more[0], more[1]) == pytest.approx(known(more[1], more[0])), metric


@pytest.mark.parametrize(
    ("asked", "tuned", "printed", "deciding"),
    [
        ("merror,mlogloss", "", ["merror", "mlogloss"], "mlogloss"),
        ("mlogloss,merror", "merror", ["merror", "mlogloss"], "merror"),
        ("mlogloss", "merror", ["merror", "mlogloss"], "merror"),
        ("", "merror", ["merror"], "merror"),
    ],
)
def test_a_tuning_jobs_metric_is_printed_and_stops_early(
    asked: str, tuned: str, printed: list[str], deciding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given labels that features do not tell
    data = {
        name: xgb.DMatrix(rows[:, 1:], label=rows[:, 0])
        for name, rows in (("train", table([0, 1, 2])), ("validation", table([0, 1, 2])))
    }
    extra = {"eval_metric": asked, "_tuning_objective_metric": f"validation:{tuned}" if tuned else ""}
    settings = of_classes(
        3, early_stopping_rounds="2", **{name: value for name, value in extra.items() if value}
    )

    booster = boost(validated(settings), data)

    out = capsys.readouterr().out
    assert re.findall(r"validation-(\w+):", out.splitlines()[0]) == printed
    values = [float(value) for value in re.findall(rf"validation-{deciding}:(\S+)", out)]
    assert len(values) < 30
    assert booster.num_boosted_rounds() == int(np.argmin(values)) + 1


def test_a_class_that_training_never_has_is_no_error(tmp_path: Path) -> None:
    folders = job(tmp_path, of_classes(4), {"train": table([0, 1, 2])})

    train(folders)

    scores = predictions(load(folders.model).answer(request(np.zeros((1, 3)))).body)[0]["score"]
    assert len(scores) == 4 and scores[3] < 0.01


def test_positive_rows_weigh_more_with_scale_pos_weight() -> None:
    rows = table([0, 0, 0, 1])
    data = {"train": xgb.DMatrix(rows[:, 1:], label=rows[:, 0])}

    plain, heavy = (
        boost(validated(of_classes(2, max_depth="1", **extra)), data).predict(data["train"]).mean()
        for extra in ({}, {"scale_pos_weight": "9"})
    )

    assert heavy > plain + 0.2


def test_a_job_has_one_thread_whatever_it_asks_for() -> None:
    rows = table([0, 1])
    data = {"train": xgb.DMatrix(rows[:, 1:], label=rows[:, 0])}

    booster = boost(validated(of_classes(2, nthread="64")), data)

    assert '"nthread":"1"' in booster.save_config()
