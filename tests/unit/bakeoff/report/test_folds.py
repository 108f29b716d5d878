"""What the report says of a run with folds."""

from __future__ import annotations

import pytest

from bakeoff.report.folds import chance
from tests.unit.bakeoff.report import examples
from tests.unit.bakeoff.report.html import Page
from tests.unit.bakeoff.report.pages import rendered


def test_a_run_with_one_split_has_no_such_section() -> None:
    assert "Fold by fold" not in rendered(examples.tie())


def test_test_rows_are_told_with_their_folds() -> None:
    page = Page(rendered(examples.folded()))

    assert "Test rows 4,177 in 10 folds" in page.words
    assert "on the same 4,177 test rows in 10 folds for every candidate" in page.words
    assert (
        "4,177 test rows in 10 folds: each fold's are answered by models that learnt from 3,341 others"
        in page.words
    )
    assert "train, in each fold 3,341 80%" in page.words and "test, in all folds 4,177 100%" in page.words


def test_each_fold_has_its_metric_and_its_seconds() -> None:
    example = examples.folded(folds=3)
    page = Page(rendered(example))

    first = example.comparison["candidates"][0]
    values = [f"{fold['metrics']['rmse']:.3f}" for fold in first["folds"]]
    whole, spread = f"{first['metrics']['rmse']:.3f}", f"{first['spread']:.3g}"
    assert (
        "RMSE All rows Fold SD Fold 1 Fold 2 Fold 3 xgboost " + " ".join([whole, spread, *values])
        in page.words
    )
    assert "Test rows 4,177 — 1,393 1,392 1,392" in page.words
    assert "Candidate Together Fold 1 Fold 2 Fold 3 xgboost 61 61 62 63" in page.words
    [drawn] = [label for label in page.images if label.startswith("RMSE of all rows")]
    assert f"xgboost {whole}, by fold {min(values)} to {max(values)}" in drawn


def test_the_baseline_of_folds_is_each_fold_s_own() -> None:
    example = examples.folded()
    candidate = example.comparison["candidates"][2]
    candidate["beats_baseline"] = False
    words = Page(rendered(example)).words

    assert "predicts the mean of each fold's training rows, 9.954 on average" in words
    assert (
        f"{candidate['name']} does not beat the baseline: answering each fold's training mean, 9.954 on"
        in words
    )
    assert "for every row" not in words


def test_rows_that_were_not_scored_are_told_fold_by_fold() -> None:
    example = examples.folded()
    assert "Every row was a test row once. In each" in Page(rendered(example)).words

    example.comparison["dataset"]["scored"] = 1000
    assert "Every row was a test row once, and 1,000 of them were scored. In" in Page(rendered(example)).words


def test_the_second_opinion_is_three_probabilities_in_words() -> None:
    page = Page(rendered(examples.folded()))

    assert (
        "The chance is about 93% that xgboost is better than linear-learner by more than the margin, about "
        "7% that the two are equal within it, and less than 1% that linear-learner is better by more."
    ) in page.words
    assert "knn about 88% about 12% less than 1%" in page.words


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "less than 1%"), (0.0099, "less than 1%"), (0.5, "about 50%"), (0.995, "more than 99%")],
)
def test_a_chance_is_said_as_people_say_it(share: float, words: str) -> None:
    assert chance(share) == words


def test_the_final_model_is_told_with_what_estimates_its_error() -> None:
    page = Page(rendered(examples.folded()))

    assert "xgboost was trained once more on all rows (3,759 to learn from, 418 to validate)." in page.words
    assert "No row was held out from this model; its error is estimated by the folds." in page.words
    assert "s3://bakeoff-databucket/runs/r/models/xgboost/final/job/output/model.tar.gz" in page.words


def test_a_final_model_that_failed_is_told_with_the_reason() -> None:
    example = examples.folded()
    example.final.update(status="failed", error="Train final model: no capacity.", model_data_url=None)
    page = Page(rendered(example))

    assert "xgboost could not be trained once more on all rows: Train final model: no capacity." in page.words


def test_without_a_recommended_candidate_there_is_no_final_model() -> None:
    example = examples.folded()
    example.final = None

    assert "No final model was trained." in Page(rendered(example)).words


def test_what_was_measured_in_one_fold_only_says_so() -> None:
    example = examples.folded()
    for candidate in example.comparison["candidates"]:
        candidate["importance"] = examples.importance({"area": 2.0, "rooms": 1.0})
    page = Page(rendered(example))

    assert "among 500 test rows of the first fold alone, for the models of that fold, 5 times" in page.words
    assert "Latency is that of the first fold's endpoints" in page.words
    assert "Interval and p speak of the folds' trained models." in page.words


def test_a_candidate_that_failed_in_one_fold_leaves_the_others_in_the_table() -> None:
    example = examples.folded(candidates=["xgboost", "knn"])
    examples.add_failure(example, "mlp", "Fold 3 of 10: Train model: out of memory.")
    page = Page(rendered(example))

    assert "mlp failed Fold 3 of 10: Train model: out of memory." in page.words
    assert "RMSE All rows Fold SD Fold 1" in page.words


def test_where_no_candidate_finished_every_fold_the_section_says_so() -> None:
    example = examples.nothing_finished()
    example.comparison["dataset"].update(folds=10)
    page = Page(rendered(example))

    assert "No candidate finished in every fold." in page.words
