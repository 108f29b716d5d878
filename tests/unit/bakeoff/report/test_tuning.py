"""What the report says of tuned candidates."""

from __future__ import annotations

from typing import Any

from bakeoff.report.tuning import searched, tuning_told
from tests.unit.bakeoff.report import examples
from tests.unit.bakeoff.report.html import Page
from tests.unit.bakeoff.report.pages import rendered


def trial(number: int, objective: float | None, **values: str) -> dict[str, Any]:
    return {
        "name": f"job-{number}",
        "status": "Completed" if objective is not None else "Failed",
        "values": values,
        "objective": objective,
        "seconds": 10.0 * number if objective is not None else None,
    }


TUNING: dict[str, Any] = {
    "objective": {"metric": "validation:rmse", "goal": "minimize"},
    "strategy": "Bayesian",
    "seed": 1,
    "ranges": {
        "eta": {"continuous": ["0.01", "0.3"], "scale": "logarithmic"},
        "depth": {"integer": ["2", "10"]},
        "kind": {"categorical": ["<b>", "b"]},
    },
    "trials": [
        trial(1, 2.5, eta="0.123456789", depth="4", kind="<b>"),
        trial(2, None, eta="0.3", depth="9", kind="b"),
        trial(3, 2.25, eta="0.05", depth="10", kind="b"),
    ],
    "best": "job-3",
    "on_edge": ["depth"],
}


def tuned() -> examples.Run:
    example = examples.tie()
    example.comparison["candidates"][0]["tuning"] = TUNING
    return example


def test_a_run_without_tuned_candidates_says_nothing_of_it() -> None:
    assert tuning_told(examples.tie().comparison["candidates"], "rmse") == []
    assert "Tuning" not in Page(rendered(examples.tie())).words


def test_a_tuned_candidate_has_its_cost_and_both_scores() -> None:
    words = Page(rendered(tuned())).words

    assert "3 training jobs (Bayesian, seed 1), which minimize validation:rmse; 1 gave no value." in words
    assert (
        "They are billed for 30 seconds in all. Validation, optimistic: validation:rmse 2.250. Test:" in words
    )
    assert "only the test score, of rows that no training job saw, is compared" in words
    assert "How long each training job ran; of a tuned candidate, its best one." in words


def test_ranges_and_trials_are_in_tables_and_what_lies_at_an_end_is_told() -> None:
    words = Page(rendered(tuned())).words

    assert "eta 0.01 to 0.3, logarithmic 0.05000 no depth 2 to 10, whole 10 yes kind <b>, b b no" in words
    assert "At the end of its range: depth. Better values may lie beyond" in words
    assert (
        "1 Completed 2.500 10 0.1235 4 <b> 2 Failed" in words
        and "3, best Completed 2.250 30 0.05000" in words
    )


def test_every_picture_says_in_words_what_it_shows() -> None:
    images = Page(rendered(tuned())).images
    name = tuned().comparison["candidates"][0]["name"]

    assert (
        f"validation:rmse of the 3 training jobs that tuned {name}, in their order: the first reached 2.500, "
        "the best 2.250." in images
    )
    assert "validation:rmse over eta, 2 training jobs: the best had 0.05." in images
    assert "validation:rmse over kind, 2 training jobs: the best had b." in images


def test_where_no_trial_tells_a_value_there_is_no_picture() -> None:
    example = tuned()
    nothing = [{**each, "objective": None} for each in TUNING["trials"]]
    example.comparison["candidates"][0]["tuning"] = {**TUNING, "trials": nothing, "best": "gone"}

    page = Page(rendered(example))

    assert not [label for label in page.images if "validation:rmse" in label]
    assert "3 gave no value" in page.words


def test_of_what_more_is_better_the_best_so_far_rises() -> None:
    more = {**TUNING, "objective": {"metric": "auc", "goal": "maximize"}}
    candidate: Any = {**examples.completed("a", {"rmse": 1.0}), "tuning": more}
    [told] = tuning_told([candidate], "rmse")

    assert "the first reached 2.500, the best 2.500" in told["plot"]


def test_a_range_is_told_as_one_would() -> None:
    assert searched({"continuous": ["0", "1"], "scale": "auto"}) == "0 to 1"
    assert searched({"integer": ["0", "9"], "scale": "linear"}) == "0 to 9, whole, linear"
    assert searched({"categorical": ["a", "b"]}) == "a, b"
