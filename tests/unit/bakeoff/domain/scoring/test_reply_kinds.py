from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.errors import MalformedPrediction
from bakeoff.domain.scoring.reply_kinds import ClassAnswers, Reply, joined, parse_classes

JSON, CSV, VERBOSE = "application/json", "text/csv", "application/json; verbose=true"
SCORE, LABEL, LABELS = "predictions[].score", "predictions[].predicted_label", "predictions[].labels"
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["predictions", "score", "x"]), inner, max_size=3)
    ),
)


def predictions(*items: dict[str, Any]) -> str:
    return json.dumps({"predictions": items})


def parsed(
    body: str, kind: Any, classes: int, rows: int, path: str = SCORE, accept: str = JSON
) -> ClassAnswers:
    return parse_classes(body, accept, Reply(path, kind), classes, rows)


def told(found: ClassAnswers) -> tuple[list[int], list[float] | None]:
    return found.predicted, None if found.probabilities is None else found.probabilities.tolist()


@pytest.mark.parametrize(
    ("container", "body"),
    [
        ("XGBoost binary:logistic", predictions({"score": 0.25}, {"score": 0.75})),
        (
            "linear learner, whose label goes by a threshold of its own",
            predictions({"score": 0.25, "predicted_label": 1}, {"score": 0.75, "predicted_label": 1}),
        ),
    ],
)
def test_a_positive_probability_is_the_second_class_s(container: str, body: str) -> None:
    found = parsed(body, "positive_probability", 2, 2)

    assert told(found) == ([0, 1], [0.75, 0.25, 0.25, 0.75])


@pytest.mark.parametrize("body", ["0.25\n0.75\n", "0.25,0.75"])
def test_xgboost_s_csv_holds_positive_probabilities(body: str) -> None:
    found = parsed(body, "positive_probability", 2, 2, "", CSV)

    assert told(found) == ([0, 1], [0.75, 0.25, 0.25, 0.75])


@pytest.mark.parametrize(
    ("body", "path", "accept"),
    [
        (predictions({"score": [0.25, 0.25, 0.5]}, {"score": [0.5, 0.5, 0]}), SCORE, JSON),
        (
            predictions(
                {"score": [0.25, 0.25, 0.5], "predicted_label": 2},
                {"score": [0.5, 0.5, 0], "predicted_label": 1},
            ),
            SCORE,
            JSON,
        ),
        ("0.25,0.25,0.5\n0.5,0.5,0.0\n", "", CSV),
    ],
)
def test_probabilities_of_each_class(body: str, path: str, accept: str) -> None:
    # The first of two equally probable classes is the answer.
    assert told(parsed(body, "probabilities", 3, 2, path, accept)) == (
        [2, 0],
        [0.25, 0.25, 0.5, 0.5, 0.5, 0.0],
    )


def test_votes_are_counted_with_one_more_for_every_class() -> None:
    body = predictions(
        {"predicted_label": 0.0, "distances": [1.0, 2.0, 3.0], "labels": [0.0, 2.0, 2.0]},
        {"predicted_label": 1.0, "distances": [1.0, 2.0, 3.0], "labels": [1.0, 1.0, 1.0]},
    )

    found = parsed(body, "votes", 3, 2, LABELS, VERBOSE)

    assert told(found) == ([2, 1], [each / 6 for each in (2, 1, 3, 1, 4, 1)])


def test_labels_have_no_probabilities() -> None:
    body = predictions({"predicted_label": 0.0}, {"predicted_label": 2.0})

    assert told(parsed(body, "label", 3, 2, LABEL)) == ([0, 2], None)


def test_a_sum_off_by_single_precision_is_brought_to_1() -> None:
    found = parsed(predictions({"score": [0.3337, 0.3333, 0.3333]}), "probabilities", 3, 1)

    assert found.probabilities is not None
    assert sum(found.probabilities) == pytest.approx(1, abs=1e-15)
    assert found.predicted == [0]


@pytest.mark.parametrize(
    ("kind", "score", "flaw"),
    [
        ("probabilities", [0.5, 0.3, 0.1], "has probabilities whose sum is 0.9 where it must be 1: [0.5,"),
        ("probabilities", [0.6, 0.5, -0.1], "has a probability of -0.1, which is not between 0 and 1"),
        ("probabilities", [float("nan"), 0.5, 0.5], "holds nan, which is no finite number"),
        ("probabilities", [0.5, 0.5], "is a list of 2 where 3 probabilities are needed: choose an objective"),
        ("probabilities", 2.0, "is the single number 2 where 3 probabilities are needed"),
        ("probabilities", ["a", 0.5, 0.5], "is 'a' where a number is needed"),
        ("probabilities", [True, 0, 0], "is true where a number is needed"),
        ("positive_probability", 0.5, "is one probability, but there are 3 classes: set the kind to proba"),
        ("label", 3.0, "is the class 3, but the classes are 0 to 2"),
        ("label", 0.5, "is the class 0.5, but the classes are 0 to 2"),
        ("label", -1, "is the class -1, but the classes are 0 to 2"),
        ("label", "setosa", "is 'setosa' where a number is needed"),
        ("votes", 1.0, "is the single number 1 where the neighbours' classes are needed: ask for them"),
        ("votes", [], "is a list of 0 where the neighbours' classes are needed"),
        ("votes", [0.0, 3.0], "is the class 3, but the classes are 0 to 2"),
    ],
)
def test_what_is_no_such_answer_is_told_in_a_sentence(kind: str, score: Any, flaw: str) -> None:
    good = {"label": 0, "votes": [0]}.get(kind, [1, 0, 0])
    first = [{"score": good}] if kind != "positive_probability" else []
    body = predictions(*first, {"score": score})

    with pytest.raises(MalformedPrediction) as refusal:
        parsed(body, kind, 3, len(first) + 1)

    assert str(refusal.value).startswith(f"The model's answer to row {len(first) + 1} of a request {flaw}")
    assert str(refusal.value).endswith(".")


def test_a_margin_is_no_probability() -> None:
    with pytest.raises(MalformedPrediction, match=r"a probability of 1\.7, which is not between 0 and 1"):
        parsed(predictions({"score": 1.7, "predicted_label": 1}), "positive_probability", 2, 1)


@pytest.mark.parametrize("kind", ["probabilities", "label", "votes"])
def test_another_number_of_rows_is_refused(kind: str) -> None:
    with pytest.raises(MalformedPrediction, match="The model answered 3 rows with 1 answers: the reply"):
        parsed(predictions({"score": 0}), kind, 2, 3)


@pytest.mark.parametrize("body", ["", "{}", "[1]", '{"predictions": 3}', '{"predictions": [{"x": 1}]}'])
def test_a_reply_without_answers_is_refused(body: str) -> None:
    with pytest.raises(MalformedPrediction, match=r"has no number at 'predictions\[\]\.score'"):
        parsed(body, "label", 2, 1)


def test_labels_in_the_place_of_probabilities_are_refused() -> None:
    # binary:hinge answers 0 and 1, each a probability by itself.
    parts = [parsed(predictions({"score": each}), "positive_probability", 2, 1) for each in (0.0, 1.0)]

    with pytest.raises(MalformedPrediction, match="probabilities of exactly 0 and 1, which are labels"):
        joined(parts)


def test_batches_are_joined_in_their_order() -> None:
    parts = [parsed(predictions({"score": each}), "positive_probability", 2, 1) for each in (1.0, 0.25)]
    labels = [parsed(predictions({"score": each}), "label", 2, 1) for each in (1, 0)]

    assert told(joined(parts)) == ([1, 0], [0.0, 1.0, 0.75, 0.25])
    assert told(joined(labels)) == ([1, 0], None)


@given(
    st.text() | JSON_VALUES.map(json.dumps),
    st.sampled_from([JSON, CSV, VERBOSE]),
    st.sampled_from([SCORE, "predictions[]", "[].score", "[]", ""]),
    st.sampled_from(["positive_probability", "probabilities", "votes", "label"]),
    st.integers(1, 3),
)
def test_any_reply_is_answers_or_malformed(
    body: str, accept: str, path: str, kind: Any, expected: int
) -> None:
    try:
        found = parsed(body, kind, 2, expected, path, accept)
    except MalformedPrediction:
        return
    assert len(found.predicted) == expected
    assert found.probabilities is None or len(found.probabilities) == 2 * expected


def test_prediction_path_is_short_for_a_value() -> None:
    assert Reply.of({"prediction_path": SCORE}) == Reply(SCORE, "value")
    assert Reply.of({"prediction_path": "", "reply": {"path": LABELS, "kind": "votes"}}) == Reply(
        LABELS, "votes"
    )
