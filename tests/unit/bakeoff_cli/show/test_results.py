from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff_cli.errors import LeftInconsistent
from bakeoff_cli.show.final_model import final_model_in
from bakeoff_cli.show.results import results
from tests.unit.bakeoff_cli.comparisons import comparison, final_model, in_folds
from tests.unit.bakeoff_cli.saved.test_hostile_folders import json_values, places, put


def test_the_verdict_comes_first_then_the_evidence_and_last_what_failed() -> None:
    given = comparison()
    given["candidates"][1].update(beats_baseline=False)
    told = results(given, "run-1", "price")
    assert told.headline == "Winner: xgboost predicts better than knn."
    assert told.board.title.startswith("run-1, predicting price: ")
    assert [line.split()[0] for line in told.evidence] == [
        "xgboost",
        "xgboost",
        "The",
        "knn",
        "linear-learner",
    ]


@pytest.mark.parametrize("outcome", ["winner", "tie", "inconclusive"])
def test_a_headline_is_one_line_of_at_most_80_characters_whatever_the_names(outcome: str) -> None:
    given = comparison()
    given["verdict"].update(outcome=outcome, best="x" * 500, tied_with_best=["\x1b[2J\nknn" * 50])
    given["verdict"]["comparisons"][0].update(candidate="y\n" * 500, against="x" * 500)
    told = results(given, "run-1")
    assert len(told.headline) <= 80 and told.headline.isprintable()


def _last(final: Any) -> str:
    return results(in_folds(), "run-1", None, final_model_in(final, "run-1")).evidence[-1]


def test_with_folds_the_final_model_comes_last() -> None:
    assert _last(final_model()) == (
        "The final model is xgboost, trained once more: on 418 rows, with 209 to validate and none to test."
    )
    assert "final model" not in " ".join(results(comparison(), "run-1").evidence)


def test_a_final_model_that_failed_or_was_not_trained_says_why() -> None:
    failed = final_model(model_data_url=None, status="failed", error="Train final model: The quota\nis 1.")
    assert _last(failed) == (
        "There is no final model of xgboost: Train final model: The quota is 1. The verdict stands."
    )
    assert _last(None) == "There is no final model: none was trained."


@given(st.data())
def test_whatever_a_final_model_holds_it_is_told_or_called_damaged(data: st.DataObject) -> None:
    document: Any = final_model()
    place = data.draw(st.sampled_from(places(document)))
    try:
        told = _last(put(document, place, data.draw(json_values)))
    except LeftInconsistent as err:
        assert str(err) == "The final.json of the run run-1 is damaged: it tells of no model."
        return
    assert told.isprintable()


@given(st.data())
def test_whatever_a_comparison_holds_it_is_told_or_called_damaged(data: st.DataObject) -> None:
    document: Any = data.draw(st.sampled_from([comparison(), in_folds()]))
    place = data.draw(st.sampled_from(places(document)))
    hostile = put(document, place, data.draw(json_values))
    try:
        told = results(hostile, "run-1")
    except LeftInconsistent as err:
        assert str(err).startswith("The comparison.json of the run run-1 is damaged: ")
        return
    lines = [
        told.headline,
        told.board.title,
        *told.evidence,
        *(cell for row in told.board.rows for cell in row),
    ]
    assert all(line.isprintable() for line in lines)
