from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from bakeoff.domain.verdict.options import METRIC_NAMES
from bakeoff_cli.show.verdict_lines import differences, failures, importances, reason, warnings
from tests.unit.bakeoff_cli.comparisons import comparison, in_folds


def _with_verdict(**changes: Any) -> Any:
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


def _importance(**increases: float) -> dict[str, Any]:
    columns = [
        {"column": name, "increase": value, "ci_low": None, "ci_high": None}
        for name, value in increases.items()
    ]
    return {"metric": "rmse", "columns": columns}


def test_each_measured_candidate_names_the_columns_that_it_hangs_on_most() -> None:
    given = comparison()
    given["candidates"][0]["importance"] = _importance(area=2.5, rooms=1.25, age=0.125, colour=0.1, id=0)
    given["candidates"][0]["importance"]["columns"][1].update(ci_low=-0.5, ci_high=3)
    given["candidates"][1]["importance"] = _importance(area=0, rooms=-0.1) | {
        "unmeasured": {"count": 1, "first": ["age"], "why": "there was no time for more"}
    }

    assert list(importances(given)) == [
        "xgboost depends most on area (+2.5), age (+0.125), colour (+0.1): so much worse is its RMSE without "
        "each.",
        "knn depends on no column that could be told: its RMSE may be no worse without any.",
        "knn: 1 column not measured: there was no time for more.",
    ]
    assert not list(importances(comparison()))


ADJUSTED = "The p-values are adjusted for training, margin and number of comparisons."


def test_a_lead_comes_with_its_interval_and_adjusted_p_value() -> None:
    assert list(differences(comparison())) == [
        "xgboost leads knn by 0.100 in RMSE (95% interval 0.0200 to 0.180), p = 0.0120.",
        ADJUSTED,
    ]


def test_where_more_is_better_a_lead_is_turned_round() -> None:
    entry = {
        **comparison()["verdict"]["comparisons"][0],
        "difference": -0.1,
        "ci_low": -0.18,
        "ci_high": -0.02,
    }
    given = _with_verdict(comparisons=[entry])
    given["metric"] = "r2"
    assert next(differences(given)) == (
        f"xgboost leads knn by 0.100 in {METRIC_NAMES['r2']} (95% interval 0.0200 to 0.180), p = 0.0120."
    )


def test_an_interval_that_the_reason_gives_is_not_repeated() -> None:
    given = _with_verdict(reason="xgboost predicts best, by 0.100 (95% interval 0.0200 to 0.180).")
    assert next(differences(given)) == "xgboost leads knn by 0.100 in RMSE, p = 0.0120."


def test_the_evidence_of_a_real_verdict_gives_each_interval_once(judged: Path) -> None:
    given = json.loads((judged / "comparison.json").read_text())
    told = " ".join([reason(given), *differences(given)])
    intervals = re.findall(r"interval (\S+ to [^\s;,)]+)", told)
    assert len(intervals) == len(given["verdict"]["comparisons"]) == len(set(intervals))


def test_a_difference_that_was_not_tested_stands_alone() -> None:
    nothing = {"ci_low": None, "ci_high": None, "p_value": None, "p_value_adjusted": None}
    entry = {"candidate": "knn", "against": "xgboost", "difference": 0.5, **nothing}
    assert list(differences(_with_verdict(comparisons=[entry]))) == ["xgboost leads knn by 0.500 in RMSE."]


def test_the_reason_is_one_line() -> None:
    assert reason(_with_verdict(reason="This is\nwhy.\x1b")) == "This is why."


def test_a_verdict_without_a_reason_claims_nothing() -> None:
    given = _with_verdict(reason=None)
    assert reason(given) == "xgboost has the best RMSE; whether that is chance was not tested."
    assert reason(_with_verdict(reason=None, best=None)) == "No candidate finished."


def test_with_folds_a_lead_has_a_second_opinion_which_is_never_certain() -> None:
    assert list(differences(in_folds())) == [
        "xgboost leads knn by 0.100 in RMSE (95% interval 0.0200 to 0.180), p = 0.0120; second opinion: "
        "better 96%, equal 3%, worse < 1%.",
        ADJUSTED,
        "The second opinion is that of the Bayesian correlated t test on the folds' scores.",
    ]
    given = in_folds()
    given["verdict"]["comparisons"][0]["second_opinion"] = {"better": 0.9999, "equal": 0.0001, "worse": 0.0}
    assert "better > 99%, equal < 1%, worse 0%." in next(differences(given))
