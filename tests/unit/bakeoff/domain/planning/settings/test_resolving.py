"""What holds of all that was said, and the sentence for what cannot hold."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.catalogue import read_catalogue, read_vocabulary
from bakeoff.domain.errors import InvalidAlgorithms, InvalidSettings
from bakeoff.domain.planning.settings import Resolved, Said, read_settings, resolve
from bakeoff.domain.planning.settings.vocabulary import parameter_of
from bakeoff.domain.reading.target import EXECUTION, NO_TARGET, PARAMETER, Target
from bakeoff.domain.verdict.options import METRIC_NAMES, PREFERENCES, VerdictOptions
from tests.settings import STACK
from tests.template import TEMPLATE

FILE = "Inputs/bakeoff.yaml"
VOCABULARY = read_vocabulary()
PROPERTIES: dict[str, Any] = dict(VOCABULARY.schema["properties"])


def resolved(given: dict[str, Any], text: str = "", **stack: Any) -> Resolved:
    file = read_settings(FILE, text.encode())
    return resolve(VOCABULARY, [Said(given, EXECUTION), file, Said({**STACK, **stack})])


def test_the_execution_goes_before_the_file_and_the_file_before_the_stack() -> None:
    document = resolved({"metric": "mae"}, "metric: r2\nconfidence: 0.9\n").document

    assert document["metric"] == {"value": "mae", "source": "the execution's input"}
    assert document["confidence"] == {"value": 0.9, "source": "Inputs/bakeoff.yaml"}
    assert document["preference"] == {"value": "lowest-error", "source": "the stack's parameter Preference"}
    assert list(document) == [
        name for name in VOCABULARY.names if name not in ("task", "positive", "max_cost")
    ]


@pytest.mark.parametrize(
    ("given", "text", "stack", "target"),
    [
        ({}, "", None, NO_TARGET),
        ({}, "", "age", Target("age", PARAMETER)),
        ({}, "target: 3", "age", Target("3", FILE)),
        ({}, "target: '3'", "age", Target("3", FILE)),
        ({"target": "price"}, "target: 3", "age", Target("price", EXECUTION)),
        ({"target": 2.0}, "", None, Target("2", EXECUTION)),
    ],
)
def test_the_target_tells_who_named_it(
    given: dict[str, Any], text: str, stack: str | None, target: Target
) -> None:
    assert resolved(given, text, target=stack).target == target


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("target", ["", " ", 0, -1, 1.5, True, None, ["a"], "x" * 257]),
        ("metric", ["mse", "RMSE", 1, None, ["rmse"]]),
        ("confidence", [95, 0.49, "0.95", True, math.nan, math.inf, None]),
        ("equivalence_margin", [-0.1, 0.6, "1%", math.nan]),
        ("preference", ["fastest", {}, 0]),
        ("folds", [-1, 1, 11, 3.5, "5", True, False, None, math.nan]),
        ("max_scored_rows", [-1, 0.5, "all", True, math.inf]),
        ("latency_calls", [2, 1001, 3.5, "50"]),
        ("max_cost", [-0.01, "5", "much", True, [5], math.nan, math.inf]),
        ("algorithms", ["xgboost", {"name": "xgboost"}, None, 3]),
    ],
)
def test_a_value_that_a_setting_cannot_have_is_refused_with_what_it_can(name: str, values: list[Any]) -> None:
    demand = f"The execution's input: {name} must be {PROPERTIES[name]['description']}, not "
    for value in values:
        with pytest.raises(InvalidSettings) as refused:
            resolved({name: value})
        assert str(refused.value).startswith(demand)


def test_a_value_in_a_file_is_refused_at_its_place_even_where_the_execution_says_otherwise() -> None:
    with pytest.raises(InvalidSettings) as refused:
        resolved({"confidence": 0.9}, "metric: mae\nconfidence:   95\n")

    assert str(refused.value) == (
        "Inputs/bakeoff.yaml, line 2, column 15: confidence must be a number from 0.5 to 0.999, not 95."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("metrics: mae", "line 1, column 1: nothing reads 'metrics': did you mean metric?"),
        (
            "metric: mae\nMax-Scored-Rows: 3",
            "line 2, column 1: nothing reads 'Max-Scored-Rows': did you mean max",
        ),
        (
            "rounds: 10",
            "column 1: nothing reads 'rounds': the settings are target, ignore, categorical, group, time",
        ),
        ("1: 2", "column 1: nothing reads '1': the settings are "),
    ],
)
def test_a_name_that_nothing_reads_is_refused_with_the_nearest(text: str, sentence: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        resolved({}, text)

    assert str(refused.value).startswith("Inputs/bakeoff.yaml, line") and sentence in str(refused.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "algorithms:\n- knn\n- xgbost\n",
            "Inputs/bakeoff.yaml, line 3, column 3: Unknown algorithm 'xgbost': did you mean xgboost? Else",
        ),
        (
            "algorithms: [knn, knn]",
            "Inputs/bakeoff.yaml, line 1, column 13: Algorithm 'knn' is listed twice: ",
        ),
        ("algorithms: []", "Inputs/bakeoff.yaml, line 1, column 13: The list of algorithms is empty: "),
        ("algorithms:\n- {name: knn, spot: 3}", "line 2, column 3: Algorithm 'knn': spot must be boolean"),
    ],
)
def test_an_algorithm_that_cannot_be_compared_is_refused_at_its_place(text: str, sentence: str) -> None:
    with pytest.raises(InvalidAlgorithms) as refused:
        resolved({}, text).entries(read_catalogue())

    assert sentence in str(refused.value)


def test_algorithms_of_the_execution_and_the_stack_are_refused_without_a_place() -> None:
    for found in (resolved({"algorithms": ["no"]}), resolved({}, algorithms=["no"])):
        with pytest.raises(InvalidAlgorithms, match=r"^Unknown algorithm 'no': use one of"):
            found.entries(read_catalogue())


@pytest.mark.parametrize("name", VOCABULARY.of_the_stack)
def test_a_setting_without_a_default_is_a_parameter_of_the_stack_with_the_same_limits(name: str) -> None:
    parameter, limits = TEMPLATE["Parameters"][parameter_of(name)], PROPERTIES[name]

    if name != "target":  # the parameter is a text, which the position is, too
        assert parameter.get("MinValue") == limits.get("minimum")
    assert parameter.get("MaxValue") == limits.get("maximum")
    assert parameter.get("AllowedValues") == limits.get("enum")
    assert parameter.get("MaxLength") == limits.get("maxLength")


def test_what_is_said_of_columns_has_defaults_and_no_parameter_of_the_stack() -> None:
    names = ("ignore", "categorical", "group", "time", "missing", "importance")
    document = resolved({}).document

    assert {name: document[name] for name in names} == {  # type: ignore[literal-required]
        name: {"value": VOCABULARY.defaults[name], "source": "default"} for name in names
    }
    assert not {parameter_of(name) for name in names} & TEMPLATE["Parameters"].keys()


def test_columns_are_named_by_name_or_position_and_tell_who_named_them() -> None:
    found = resolved({"group": 3.0}, "ignore: [id, 4]\ngroup: site\nmissing: [-999, unknown]\n").columns

    assert (found.ignore, found.group, found.missing) == (("id", "4"), "3", ("-999", "unknown"))
    assert (found.source("group"), found.source("ignore")) == ("the execution's input", FILE)
    assert found.given == ["ignore", "group", "missing"]


def test_a_place_can_take_back_a_group() -> None:
    assert resolved({"group": None}, "group: site\n").columns.group is None


@pytest.mark.parametrize("name", VOCABULARY.names)
def test_every_setting_has_a_title_and_examples_that_hold(name: str) -> None:
    assert PROPERTIES[name]["title"][0].isupper() and PROPERTIES[name]["examples"]
    for value in PROPERTIES[name]["examples"]:
        assert VOCABULARY.checked(Said({name: value}, FILE)) == {name: value}


def test_the_verdict_takes_what_the_vocabulary_allows() -> None:
    assert PROPERTIES["metric"]["enum"] == list(METRIC_NAMES)
    assert tuple(PROPERTIES["preference"]["enum"]) == PREFERENCES
    for bound in ("minimum", "maximum"):
        VerdictOptions(confidence=PROPERTIES["confidence"][bound])
        VerdictOptions(equivalence_margin=PROPERTIES["equivalence_margin"][bound])


def test_the_verdict_s_options_are_what_the_plan_says() -> None:
    given = {"metric": "mae", "confidence": 0.9, "equivalence_margin": 0, "preference": "lowest-latency"}

    options = VerdictOptions.of(resolved(given).document, seed=7)

    assert options == VerdictOptions("mae", 0.9, "lowest-latency", seed=7, equivalence_margin=0.0)


@given(
    st.dictionaries(
        st.sampled_from([*VOCABULARY.names, "rounds", ""]) | st.text(max_size=5),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=9)
        | st.lists(st.integers()),
        max_size=4,
    )
)
def test_any_settings_hold_or_end_in_a_sentence(given: dict[str, Any]) -> None:
    try:
        document = resolved(given).document
    except InvalidSettings as refused:
        assert str(refused).startswith("The execution's input: ")
        return
    assert all(document[name]["value"] == value for name, value in given.items())  # type: ignore[literal-required]
