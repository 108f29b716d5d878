from __future__ import annotations

import math
from statistics import fmean, stdev
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

from bakeoff.domain.errors import InconsistentPredictions
from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.statistics.bootstrap import paired_bootstrap
from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.statistics.delta_method import moments
from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.verdict.comparison import compare_run, judge
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff.domain.verdict.training import Folds
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.verdict.fold_runs import (
    FOLDS,
    PREFIX,
    SIZE,
    a_classification_in_folds,
    a_run_in_folds,
    labels_of,
)
from tests.unit.bakeoff.domain.verdict.results import ACTUAL, RUN, errors

OPTIONS = VerdictOptions()
GOOD, FAIR = errors(1.0), errors(1.5)


def judged(store: InMemoryRunStore, options: VerdictOptions = OPTIONS) -> Any:
    judge(WritableRunFiles(store, RUN), options)
    return store.read_json(f"{PREFIX}comparison.json")


def test_every_row_judges_and_the_recommended_one_is_trained_once_more() -> None:
    store = a_run_in_folds({"knn": GOOD, "xgboost": FAIR})
    answer = judge(WritableRunFiles(store, RUN), OPTIONS)

    comparison = store.read_json(f"{PREFIX}comparison.json")
    assert comparison["verdict"]["outcome"] == "winner"
    assert (answer["finished"], answer["best"], answer["final"]["name"]) == (2, "knn", "knn")
    assert answer["final"]["resource_name"] == "bakeoff-0123456789-final-knn"
    assert answer["final"]["hyperparameters"] == {"rows": str(4 * SIZE)}
    data = comparison["dataset"]
    assert (data["folds"], data["test"], data["scored"]) == (FOLDS, 330, 330)
    assert (data["train"], data["validation"]) == (3 * SIZE, SIZE)


def test_each_fold_is_told_with_its_metrics_and_how_much_they_vary() -> None:
    found = judged(a_run_in_folds({"knn": GOOD, "xgboost": FAIR}))["candidates"][0]

    expected = [
        measure(labels, [label + error for label, error in zip(labels, GOOD[fold * SIZE :], strict=False)])
        for fold, labels in enumerate(map(labels_of, range(FOLDS)))
    ]
    assert [each["metrics"] for each in found["folds"]] == [each.as_dict() for each in expected]
    assert found["spread"] == pytest.approx(stdev(each.rmse for each in expected))
    assert found["folds"][3] | {"metrics": None} == {
        "fold": 3,
        "rows": SIZE,
        "metrics": None,
        "training_seconds": 4,
        "billable_seconds": 8,
    }


def test_the_baseline_of_a_fold_is_what_its_own_training_rows_have() -> None:
    found = judged(a_run_in_folds({"knn": GOOD}))["baseline"]

    train = [[fold for fold in range(FOLDS) if fold not in (own, (own + 1) % FOLDS)] for own in range(FOLDS)]
    means = [fmean(label for fold in each for label in labels_of(fold)) for each in train]
    predicted = [mean for mean in means for _ in range(SIZE)]
    assert found["metrics"] == pytest.approx(measure(ACTUAL, predicted).as_dict())
    assert found["prediction"] == pytest.approx(fmean(means))


def test_without_a_finished_candidate_the_folds_themselves_tell_the_baseline() -> None:
    store = a_run_in_folds({"knn": GOOD}, {("knn", 0): "Train model: broken."})
    answer = judge(WritableRunFiles(store, RUN), OPTIONS)
    comparison = store.read_json(f"{PREFIX}comparison.json")

    assert answer == {"finished": 0, "best": None, "final": None}
    assert comparison["baseline"]["metrics"] == judged(a_run_in_folds({"knn": GOOD}))["baseline"]["metrics"]
    assert (comparison["dataset"]["test"], comparison["dataset"]["scored"]) == (330, 0)


def test_classes_are_judged_by_the_shares_that_each_fold_trained_on() -> None:
    draw = np.random.default_rng(1)
    actual = [int(each) for each in draw.integers(0, 2, 500)]
    skilled = [[0.9, 0.1] if label == 0 else [0.1, 0.9] for label in actual]
    guessing = [[0.6, 0.4] if draw.random() < 0.5 else [0.4, 0.6] for _ in actual]
    store = a_classification_in_folds({"knn": skilled, "coin": guessing}, actual, ["no", "yes"])
    comparison = judged(store, VerdictOptions(metric="log_loss", task="classification"))

    assert comparison["verdict"]["best"] == "knn" and comparison["verdict"]["outcome"] == "winner"
    assert [each["test"] for each in comparison["classes"]] == [actual.count(0), actual.count(1)]
    assert [each["train"] for each in comparison["classes"]] == [
        round(0.6 * actual.count(number)) for number in range(2)
    ]
    assert sum(comparison["baseline"]["shares"]) == pytest.approx(1)
    assert all(0 < each["metrics"]["log_loss"] < 0.2 for each in comparison["candidates"][0]["folds"])


def test_training_counts_as_much_as_the_rows_of_a_fold_by_those_that_it_learns_from() -> None:
    # Equal errors in every fold, so that the folds' scores show nothing of training.
    same = GOOD[:SIZE] * FOLDS
    worse = [1.02 * error for error in same]
    verdict = judged(a_run_in_folds({"knn": same, "xgboost": worse}))["verdict"]

    assert verdict["inflation"] ** 2 == pytest.approx(1 + 1 / 3)
    assert verdict["comparisons"][0]["inflation"] == verdict["inflation"]


def test_folds_whose_scores_differ_more_than_their_rows_do_make_a_lead_less_certain() -> None:
    # Each candidate is far better in some folds: in others its training went wrong.
    one = [error * (3 if fold % 2 else 1) for fold in range(FOLDS) for error in GOOD[:SIZE]]
    other = [error * (1.2 if fold % 2 else 3.2) for fold in range(FOLDS) for error in GOOD[:SIZE]]
    comparison = judged(a_run_in_folds({"knn": one, "xgboost": other}))
    verdict = comparison["verdict"]

    assert verdict["inflation"] > 2
    assert verdict["outcome"] == "tie"
    # As wide as Student's interval over the five leads.
    scores = [
        [each["metrics"]["rmse"] for each in item["folds"]]
        for item in sorted(comparison["candidates"], key=lambda item: item["name"])
    ]
    leads = [own - other for own, other in zip(*scores, strict=True)]
    [found] = paired_bootstrap(
        "rmse",
        np.array(ACTUAL, dtype=float),
        np.array(ACTUAL)[:, None] + np.array(other)[:, None],
        np.array(ACTUAL) + np.array(one),
        confidence=0.95,
        resamples=999,
        seed=1,
    )
    student_half_width = student.ppf(0.975, FOLDS - 1) * stdev(leads) / math.sqrt(FOLDS)
    assert verdict["inflation"] * found.standard_error * 1.959964 == pytest.approx(
        student_half_width, rel=1e-5
    )


def test_a_candidate_that_each_fold_tuned_is_told_so() -> None:
    store = a_run_in_folds({"knn": errors(1.0), "tuned": errors(2.0)})
    trials: Any = [{"name": f"job-{n}", "status": "Completed", "values": {}, "objective": n} for n in (1, 2)]
    tuning = {"objective": {"metric": "it", "goal": "minimize"}, "trials": trials, "best": "job-1"}
    for fold in range(FOLDS):
        key = f"{PREFIX}results/tuned/fold-{fold}.json"
        store.write_json(key, {**store.read_json(key), "tuning": tuning})

    reason = judged(store)["verdict"]["reason"]

    assert "Tuned on the validation rows: tuned (the best of 2 training jobs in each fold)." in reason


def test_with_two_folds_training_counts_by_the_rows_that_a_part_of_the_other_fold_has() -> None:
    """Test rows of a fold over those that trained: of halves cut 70 : 15, about 1 / 0.82."""
    both = Folds({"a": [1.0, 1.0], "b": [1.0001, 1.0001]}, 4118, 10_000, 1, 0.95)
    labels = np.linspace(1, 10, 10_000)
    sample = moments("rmse", labels, (labels + 1.001)[:, None], labels + 1, Clusters.of(None, 10_000))

    [training] = both.trainings("a", ["b"], sample, 0.0)

    assert training.inflation == pytest.approx(math.sqrt(1 + 5000 / 4118))
    assert training.second_opinion and training.second_opinion["better"] == 1.0


def test_the_second_opinion_tells_three_probabilities() -> None:
    clear = judged(a_run_in_folds({"knn": GOOD, "xgboost": FAIR}))["verdict"]["comparisons"][0]
    alike = judged(a_run_in_folds({"knn": GOOD, "xgboost": GOOD}))["verdict"]["comparisons"][0]

    assert clear["second_opinion"]["better"] > 0.99
    assert alike["second_opinion"] == {"better": 0, "equal": 1, "worse": 0}


def test_a_metric_that_one_fold_leaves_undefined_has_no_second_opinion_and_the_largest_allowance() -> None:
    store = a_run_in_folds({"knn": GOOD, "xgboost": FAIR})
    for name, own in (("knn", GOOD), ("xgboost", FAIR)):
        lines = [f"{row},5,{5 + own[row]},{row}\n" for row in range(SIZE)]
        text = "".join(["row,actual,predicted,cluster\n", *lines])
        store.put(f"{PREFIX}predictions/{name}/fold-2.csv", text.encode())
    comparison = judged(store, VerdictOptions(metric="r2"))

    [found] = comparison["verdict"]["comparisons"]
    assert "second_opinion" not in found
    assert found["inflation"] ** 2 == pytest.approx(1 + FOLDS / 3)
    assert comparison["candidates"][0]["spread"] is None


def test_predictions_without_a_fold_are_refused() -> None:
    store = a_run_in_folds({"knn": GOOD})
    judge(WritableRunFiles(store, RUN), OPTIONS)
    key = f"{PREFIX}predictions/knn.csv"
    lines = store.text(key).splitlines(keepends=True)
    store.put(key, "".join(lines[: -SIZE - 1]).encode())

    with pytest.raises(InconsistentPredictions, match=r"predictions/knn\.csv does not hold every fold"):
        compare_run(RunFiles(store, RUN), OPTIONS)
