from __future__ import annotations

from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.datasets.test_rows import HeldOutRows
from bakeoff.domain.errors import InconsistentPredictions
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.scoring.class_predictions import classes_csv
from bakeoff.domain.scoring.predictions import Predictions, read_judged_predictions
from bakeoff.domain.scoring.reply_kinds import ClassAnswers
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.verdict.results import RUN, completed

HOSTILE = [
    "a,b",
    'say "no"',
    "'single'",
    "  blanks  ",
    "",
    "\t",
    "<b>&amp;</b>",
    "=cmd()",
    "C:\\new",
    "line\nbreak",
    "line\\nbreak",
    "\r",
    "\u2028",
    "é漢字🙂",
    "cluster",
    "row",
    "x" * 1000,
]
ROWS = HeldOutRows([0, 2, 4], [0.0, 1.0, 1.0], ["1,2", "3,4", "3,4"], [b"1", b"2", b"2"])
KEY = f"runs/{RUN}/predictions/xgboost.csv"


def stored(text: str, classes: list[str]) -> Predictions:
    store: Any = InMemoryRunStore()
    store.put(KEY, text.encode())
    return read_judged_predictions(RunFiles(store, RUN), [completed("xgboost")], classes)["xgboost"]


def answers(classes: int) -> ClassAnswers:
    """Of three rows; in halves and quarters, whatever the number of classes."""
    rest = [0.0] * (classes - 2)
    flat = array("d", [0.5, 0.5, *rest, 0.25, 0.75, *rest, 0.75, 0.25, *rest])
    return ClassAnswers([0, 1, 0], flat)


def test_classes_stand_there_by_their_names() -> None:
    assert classes_csv(ROWS, answers(2), ["no", "yes"]) == (
        "row,actual,predicted,p_no,p_yes,cluster\n"
        "0,no,no,0.5,0.5,0\n"
        "2,yes,yes,0.25,0.75,2\n"
        "4,yes,no,0.75,0.25,2\n"
    )


def test_a_model_that_names_classes_only_has_no_probabilities_there() -> None:
    text = classes_csv(ROWS, ClassAnswers([0, 1, 0], None), ["no", "yes"])

    assert text.splitlines()[:2] == ["row,actual,predicted,cluster", "0,no,no,0"]
    assert stored(text, ["no", "yes"]).probabilities is None


def test_hostile_names_survive_the_round_trip() -> None:
    found = stored(classes_csv(ROWS, answers(len(HOSTILE)), HOSTILE), HOSTILE)

    assert found == Predictions(
        [0, 2, 4], [0.0, 1.0, 1.0], [0.0, 1.0, 0.0], [0, 2, 2], answers(len(HOSTILE)).probabilities
    )


@given(st.lists(st.text(max_size=20), min_size=2, max_size=6, unique=True))
def test_any_names_survive_the_round_trip(names: list[str]) -> None:
    found = stored(classes_csv(ROWS, answers(len(names)), names), names)

    assert (found.actual, found.predicted) == ([0.0, 1.0, 1.0], [0.0, 1.0, 0.0])
    assert found.probabilities == answers(len(names)).probabilities


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_probabilities_survive_to_the_last_digit(positives: list[float]) -> None:
    flat = array("d", [each for positive in positives for each in (1 - positive, positive)])
    predicted = [int(positive > 1 - positive) for positive in positives]

    text = classes_csv(ROWS, ClassAnswers(predicted, flat), ["no", "yes"])

    assert stored(text, ["no", "yes"]).probabilities == flat


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2,yes,yes,0.25,0.75,2", "2,maybe,yes,0.25,0.75,2"),
        ("2,yes,yes,0.25,0.75,2", "2,yes,maybe,0.25,0.75,2"),
        ("2,yes,yes,0.25,0.75,2", "2,yes,yes,0.25,0.65,2"),
        ("2,yes,yes,0.25,0.75,2", "2,yes,yes,-0.25,1.25,2"),
        ("2,yes,yes,0.25,0.75,2", "2,yes,yes,0.25,nan,2"),
        ("2,yes,yes,0.25,0.75,2", "2,yes,yes,0.75,0.25,2"),
        ("2,yes,yes,0.25,0.75,2", "2,yes,yes,0.25"),
        ("p_no,p_yes", "p_no,p_maybe"),
    ],
)
def test_what_scoring_did_not_write_is_refused(before: str, after: str) -> None:
    text = classes_csv(ROWS, answers(2), ["no", "yes"])
    assert before in text

    with pytest.raises(InconsistentPredictions, match="does not hold a row, its label and its prediction in"):
        stored(text.replace(before, after), ["no", "yes"])
