from __future__ import annotations

import json
from array import array
from typing import Any, cast

from bakeoff.domain.predicting.answers import answers_csv, ask
from bakeoff.domain.scoring.answering import VALUES, ClassReplies
from bakeoff.domain.scoring.replies import MAX_BATCH_ROWS
from bakeoff.domain.scoring.reply_kinds import ClassAnswers, Reply
from tests.fakes import FakeEndpoint

CANDIDATE = cast(Any, {"accept": "application/json", "prediction_path": "predictions[].score"})


def test_rows_are_asked_for_in_batches_and_answered_in_their_order() -> None:
    endpoint = FakeEndpoint.of_model(sum)
    rows = [f"{row},1" for row in range(MAX_BATCH_ROWS + 7)]

    answers = ask(endpoint, CANDIDATE, VALUES, rows)

    assert answers == [row + 1.0 for row in range(MAX_BATCH_ROWS + 7)]
    assert [len(batch) for batch in endpoint.batches] == [MAX_BATCH_ROWS, 7]


def test_a_number_stands_beside_the_row_s_own_columns() -> None:
    assert answers_csv({"id": ["a,b", "c"]}, VALUES, [1.5, 2.0]) == (
        'row,id,prediction\n1,"a,b",1.5\n2,c,2.0\n'
    )
    assert answers_csv({}, VALUES, [1.5]) == "row,prediction\n1,1.5\n"


def test_an_own_column_that_is_called_like_an_answer_gets_another_name() -> None:
    assert answers_csv({"row": ["7"], "prediction": ["8"]}, VALUES, [1.5]) == (
        "row,input_row,input_prediction,prediction\n1,7,8,1.5\n"
    )


def test_a_class_has_its_name_and_each_class_its_probability() -> None:
    reply = ClassReplies(Reply("predictions[].score", "probabilities"), ["no", "yes"])
    answers = ask(
        FakeEndpoint(lambda rows: json.dumps({"predictions": [{"score": [0.25, 0.75]} for _ in rows]})),
        CANDIDATE,
        reply,
        ["1", "2"],
    )
    assert answers_csv({"class": ["x", "y"]}, reply, answers) == (
        "row,input_class,class,p_no,p_yes\n1,x,yes,0.25,0.75\n2,y,yes,0.25,0.75\n"
    )


def test_a_model_that_names_classes_only_has_no_probabilities() -> None:
    reply = ClassReplies(Reply("predictions[].label", "label"), ["no", "yes"])
    assert answers_csv({}, reply, ClassAnswers([1, 0], None)) == "row,class\n1,yes\n2,no\n"
    probable = ClassAnswers([0], array("d", [0.9, 0.1]))
    assert answers_csv({}, reply, probable) == "row,class,p_no,p_yes\n1,no,0.9,0.1\n"
