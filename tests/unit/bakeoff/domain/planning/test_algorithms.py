from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.resources import read_catalogue
from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.messages import excerpt
from bakeoff.domain.planning.algorithms import MAX_CANDIDATES, Catalogue

CATALOGUE = read_catalogue()
KNOWN = ", ".join(sorted(read_catalogue().entries))
OWN = {
    "name": "own",
    "image_uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1",
    "training_format": "libsvm",
    "channels": {"train": {"split": "train", "content_type": "text/libsvm"}},
    "request_content_type": "text/csv",
    "accept": "text/csv",
    "prediction_path": "",
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
)
names = st.sampled_from(["xgboost", "knn", "own", "UPPER"]) | json_values
fields = dict.fromkeys(CATALOGUE.schema["properties"], json_values)
near_entries = st.fixed_dictionaries({}, optional={**fields, "name": names, "algorithm": names})


def refusal_of(*requested: Any) -> str:
    with pytest.raises(InvalidAlgorithms) as refusal:
        CATALOGUE.resolve(list(requested))
    return str(refusal.value)


@given(st.lists(names | near_entries, max_size=3))
def test_any_json_is_resolved_to_complete_entries_or_refused(requested: list[Any]) -> None:
    try:
        entries = CATALOGUE.resolve(requested)
    except InvalidAlgorithms as refusal:
        assert str(refusal)
        return
    assert [entry["name"] for entry in entries] == [
        item.strip() if isinstance(item, str) else item["name"] for item in requested
    ]
    assert CATALOGUE.resolve(entries) == entries


def test_every_entry_of_the_catalogue_is_complete() -> None:
    entries = CATALOGUE.resolve(list(CATALOGUE.entries))

    assert len(entries) == 10
    assert [entry["algorithm"] for entry in entries] == list(CATALOGUE.entries)


def test_an_object_overrides_the_entry_it_builds_on() -> None:
    base, deep = CATALOGUE.resolve(
        [
            "xgboost",
            {
                "name": "xgboost-deep",
                "algorithm": "xgboost",
                "hyperparameters": {"max_depth": "9", "gamma": "4", "seed": None},
                "endpoint_instance_type": "ml.c5.xlarge",
            },
        ]
    )

    expected = {**base["hyperparameters"], "max_depth": "9", "gamma": "4"}
    expected.pop("seed")
    assert deep == {
        **base,
        "name": "xgboost-deep",
        "hyperparameters": expected,
        "tasks": {
            name: {
                **task,
                "hyperparameters": {
                    **{key: value for key, value in task["hyperparameters"].items() if key != "seed"},
                    "max_depth": "9",
                    "gamma": "4",
                },
            }
            for name, task in base["tasks"].items()
        },
        "endpoint_instance_type": "ml.c5.xlarge",
    }


def test_resolving_changes_neither_request_nor_catalogue() -> None:
    override = {"name": "xgboost", "hyperparameters": {"max_depth": "9"}}

    CATALOGUE.resolve([override])

    assert override == {"name": "xgboost", "hyperparameters": {"max_depth": "9"}}
    assert CATALOGUE.entries["xgboost"]["hyperparameters"]["max_depth"] == "4"


def test_an_image_uri_defines_a_new_algorithm() -> None:
    assert CATALOGUE.resolve([OWN]) == [{**OWN, "algorithm": "own", "hyperparameters": {}}]


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    assert refusal_of("prophet") == (
        f"Unknown algorithm 'prophet': use one of {KNOWN}, or give an image_uri to define a new one."
    )
    assert "Unknown algorithm 'prophet'" in refusal_of({"name": "mine", "algorithm": "prophet"})


@pytest.mark.parametrize(
    ("item", "meant"),
    [
        ("xgboost-tuned", "xgboost:tuned"),
        ("XGBoost_tuned", "xgboost:tuned"),
        ("xgbost:tuned", "xgboost:tuned"),
        ({"name": "mine", "algorithm": "xgbost", "tuning": {}}, "xgboost:tuned"),
        ({"name": "mine", "algorithm": "linear-learner-tuned"}, "linear-learner:tuned"),
        ("xgbost", "xgboost"),
        # Of which the catalogue does not say how to tune it.
        ("plain-tuned", "plain"),
    ],
)
def test_a_name_that_is_near_one_is_refused_with_what_may_be_meant(item: Any, meant: str) -> None:
    catalogue = Catalogue({**CATALOGUE.entries, "plain": OWN}, CATALOGUE.schema)

    with pytest.raises(InvalidAlgorithms, match=rf": did you mean {meant}\? Else use one of {KNOWN[:8]}"):
        catalogue.resolve([item])


@pytest.mark.parametrize("name", [name for name, entry in CATALOGUE.entries.items() if "tuning" in entry])
def test_the_name_that_a_leaderboard_shows_of_a_tuned_candidate_is_told_as_it_is_asked_for(name: str) -> None:
    [shown] = [entry["name"] for entry in CATALOGUE.resolve([f"{name}:tuned"])]

    assert f"Unknown algorithm '{shown}': did you mean {name}:tuned? Else" in refusal_of(shown)


def test_an_empty_list_is_refused() -> None:
    assert refusal_of() == f"The list of algorithms is empty: name at least one of {KNOWN}."


def test_a_name_twice_is_refused() -> None:
    assert refusal_of("xgboost", "knn", " xgboost ") == (
        "Algorithm 'xgboost' is listed twice: give each candidate a name of its own "
        '({"name": ..., "algorithm": ...}).'
    )


def test_more_candidates_than_a_run_takes_are_refused() -> None:
    many = [{"name": f"xgboost-{number}", "algorithm": "xgboost"} for number in range(MAX_CANDIDATES + 1)]

    assert refusal_of(*many) == "41 algorithms are more than the 40 of one run."
    assert len(CATALOGUE.resolve(many[1:])) == MAX_CANDIDATES


@pytest.mark.parametrize("item", [None, 3, ["xgboost"], {}, {"name": None}, {"algorithm": "xgboost"}])
def test_what_has_no_name_is_refused(item: Any) -> None:
    assert refusal_of(item) == f"An algorithm is a name or an object with a name, not {excerpt(item)}."


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        (
            {"hyperparameters": {"max_depth": 9}},
            'hyperparameters.max_depth must be in quotes ("9"), but it is 9.',
        ),
        ({"hyperparameters": {"a": ["9"]}}, "hyperparameters.a must be string, but it is ['9']."),
        ({"hyperparameters": []}, "hyperparameters must be object, but it is []."),
        (
            {"training_format": "arff"},
            "training_format must be one of csv, dense, coded, libsvm, but it is 'arff'.",
        ),
        ({"volume_gb": True}, "volume_gb must be a whole number without quotes, but it is true."),
        ({"volume_gb": "9"}, "volume_gb must be a whole number without quotes, but it is '9'."),
        ({"max_runtime_seconds": 1}, "max_runtime_seconds must be bigger than or equal to 60, but it is 1."),
        (
            {"channels": {"train": {"split": "test", "content_type": "text/csv"}}},
            "channels.train.split must be one of train, validation, but it is 'test'.",
        ),
        ({"channels": {}}, "channels must contain at least 1 properties, but it is {}."),
        (
            {"endpoint_instance_type": "m5.large"},
            "endpoint_instance_type must be a SageMaker instance type, such as ml.m5.large, but it is "
            "'m5.large'.",
        ),
        (
            {"prediction_path": "predictions"},
            "prediction_path must be the path of each row's number, such as predictions[].score, or empty "
            "for text/csv, but it is 'predictions'.",
        ),
        ({"colour": "red"}, "the entry knows no 'colour': use accept, algorithm, channels, "),
        (
            {"channels": {name: {"split": "train", "content_type": "text/csv"} for name in "abcd"}},
            "channels has 4 members, more than the 3 that there may be.",
        ),
        (
            {"name": "XG_Boost"},
            "name must be lower-case letters and digits, with single hyphens between them, but it "
            "is 'XG_Boost'.",
        ),
        ({"name": "a-name-of-twenty-five-char"}, "name must be shorter than or equal to 24 characters"),
        ({"name": "xgboost\n"}, "name must be lower-case letters and digits"),
        (
            {"channels": {"a b": {"split": "train", "content_type": "text/csv"}}},
            "every name in channels must be "
            "1 to 64 letters, digits, dots, hyphens and underscores, not 'a b'.",
        ),
        ({"hyperparameters": {"k": "a\nb"}}, "hyperparameters.k must be text without line ends"),
        ({"image": {"framework": "xgboost"}}, "image lacks version."),
    ],
)
def test_an_entry_that_breaks_the_schema_is_refused_by_field_and_value(
    override: dict[str, Any], problem: str
) -> None:
    item = {"name": "xgboost", "algorithm": "xgboost", **override}

    assert refusal_of(item).startswith(f"Algorithm {item['name']!r}: ")
    assert problem in refusal_of(item)


def test_an_incomplete_definition_is_refused_with_what_it_lacks() -> None:
    incomplete = {key: value for key, value in OWN.items() if key != "channels"}

    assert refusal_of(incomplete) == "Algorithm 'own': the entry lacks channels."
    del incomplete["accept"]
    assert refusal_of(incomplete) == "Algorithm 'own': the entry lacks channels, accept."


def patterns_of(schema: Any) -> list[dict[str, Any]]:
    """Every part of the schema that demands a pattern."""
    parts = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    own = [schema] if isinstance(schema, dict) and isinstance(schema.get("pattern"), str) else []
    return own + [found for part in parts for found in patterns_of(part)]


def test_every_pattern_is_described_in_words() -> None:
    found = patterns_of(CATALOGUE.schema)

    assert len(found) == 22
    assert all(part["description"][0].islower() or part["description"][0] == "1" for part in found)


def test_a_long_value_is_cut_in_the_message() -> None:
    assert len(refusal_of({"name": "xgboost", "volume_gb": "x" * 5000})) < 200


@pytest.mark.parametrize(
    ("section", "kind", "demand"),
    [
        ("multiclass", "positive_probability", "must be one of probabilities, votes, label"),
        ("binary", "value", "must be one of positive_probability, probabilities, votes, label"),
        ("regression", "value", "tasks knows no 'regression': use binary, multiclass."),
    ],
)
def test_a_section_takes_the_replies_of_its_number_of_classes(section: str, kind: str, demand: str) -> None:
    own = {"hyperparameters": {}, "reply": {"path": "predictions[].score", "kind": kind}}

    assert demand in refusal_of({"name": "x", "algorithm": "xgboost", "tasks": {section: own}})


RANGE = {"continuous": ["0.1", "0.3"]}
RMSEE = {"metric": "validation:rmsee", "goal": "minimize"}


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"hyperparameters": {"etta": "0.1"}}, "hyperparameters names 'etta', which is no hyperparameter"),
        ({"tuning": {"ranges": {"etta": RANGE}}}, "tuning.ranges names 'etta', which is no hyperparameter"),
        (
            {"tasks": {"binary": {"hyperparameters": {"etta": "0.1"}}}},
            "tasks.binary.hyperparameters names 'etta', which is no hyperparameter",
        ),
    ],
)
def test_a_hyperparameter_that_the_image_does_not_know_is_told_with_the_nearest(
    said: dict[str, Any], complaint: str
) -> None:
    refusal = refusal_of({"name": "mine", "algorithm": "xgboost", **said})

    assert refusal == f"Algorithm 'mine': {complaint} of xgboost 3.2-0: did you mean eta?"


def test_an_objective_that_the_image_does_not_measure_is_told_with_the_nearest() -> None:
    refusal = refusal_of({"name": "mine", "algorithm": "xgboost", "tuning": {"objective": RMSEE}})

    assert refusal == (
        "Algorithm 'mine': tuning.objective.metric names 'validation:rmsee', which is no objective of "
        "xgboost 3.2-0: did you mean validation:rmse?"
    )


def test_what_is_near_no_name_of_the_image_is_told_with_all_of_them() -> None:
    refusal = refusal_of({"name": "mine", "algorithm": "knn", "hyperparameters": {"depth_of_trees": "4"}})

    assert refusal.startswith("Algorithm 'mine': hyperparameters names 'depth_of_trees', which is no ")
    assert refusal.endswith(
        " of knn 1: use one of " + ", ".join(CATALOGUE.known.images["knn:1"]["hyperparameters"]) + "."
    )


@pytest.mark.parametrize(
    "other", [{"image_uri": OWN["image_uri"]}, {"image": {"framework": "xgboost", "version": "9.9-9"}}]
)
def test_of_another_image_no_names_are_known(other: dict[str, Any]) -> None:
    mine = {"name": "mine", "algorithm": "xgboost", "hyperparameters": {"etta": "0.1"}, **other}

    assert CATALOGUE.resolve([mine])[0]["hyperparameters"]["etta"] == "0.1"
