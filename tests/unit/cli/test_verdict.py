from __future__ import annotations

from typing import Any

from cli.verdict import differences, failures, verdict_line, warnings
from tests.unit.cli.comparisons import comparison


def _with_verdict(**changes: Any) -> dict[str, Any]:
    given = comparison()
    return {**given, "verdict": {**given["verdict"], **changes}}


def test_a_failed_candidate_has_its_reason_on_one_line() -> None:
    assert list(failures(comparison())) == ["linear-learner did not finish: The quota is 0. Ask for more."]


def test_a_failed_candidate_without_a_reason_says_so() -> None:
    given = comparison()
    given["candidates"][2]["error"] = None
    assert list(failures(given)) == ["linear-learner did not finish: no reason was recorded"]


def test_only_who_does_not_beat_the_baseline_is_called_out() -> None:
    given = comparison()
    given["candidates"][1].update(beats_baseline=False, metrics={"rmse": 3.25})
    assert list(warnings(given)) == [
        "knn does not beat the baseline: its RMSE is 3.2500, that of the training mean 3.2000."
    ]
    assert not list(warnings(comparison()))


def test_a_difference_comes_with_its_interval_and_adjusted_p_value() -> None:
    assert list(differences(comparison())) == [
        "knn against xgboost: RMSE +0.1000, 95% interval +0.0200 to +0.1800, "
        "p = 0.012 (adjusted for training, margin and number of comparisons)"
    ]


def test_a_difference_that_was_not_tested_stands_alone() -> None:
    nothing = {"ci_low": None, "ci_high": None, "p_value": None, "p_value_adjusted": None}
    entry = {"candidate": "knn", "against": "xgboost", "difference": -0.5, **nothing}
    assert list(differences(_with_verdict(comparisons=[entry]))) == ["knn against xgboost: RMSE -0.5000"]


def test_the_verdict_is_its_outcome_and_its_reason_on_one_line() -> None:
    for outcome in ("winner", "tie", "inconclusive"):
        given = _with_verdict(outcome=outcome, reason="This is\nwhy.")
        assert verdict_line(given) == f"{outcome.capitalize()}: This is why."


def test_a_verdict_without_a_reason_claims_nothing() -> None:
    given = _with_verdict(reason=None)
    assert verdict_line(given).startswith("Inconclusive: xgboost has the best RMSE; whether that is chance")
    assert verdict_line(_with_verdict(reason=None, best=None)) == "Inconclusive: no candidate finished."
