"""Tuned candidates in a request and in a plan."""

from __future__ import annotations

from typing import Any

import pytest

from bakeoff.adapters.resources import read_catalogue, read_image_table
from bakeoff.domain.errors import InvalidAlgorithms, TooFewRows
from bakeoff.domain.planning.candidates import CandidateDefaults, candidates_of
from bakeoff.domain.planning.sections import of_section, on_classes
from bakeoff.domain.planning.tuning import rounds_of, told, with_tuning_job
from bakeoff.domain.run.files import RunFiles
from tests.fakes import InMemoryRunStore

CATALOGUE = read_catalogue()
FACTS = {"feature_dim": 3, "train_rows": 700, "mini_batch": 100}
VALUES = {"max_depth": {"categorical": ["2", "4"]}, "eta": {"categorical": ["0.1", "0.2", "0.3"]}}
NULLS = dict.fromkeys(("subsample", "min_child_weight", "lambda", "num_round"))
OWN: dict[str, Any] = {
    "name": "own",
    "image_uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1",
    "training_format": "csv",
    "channels": {"train": {"split": "train", "content_type": "text/csv"}},
    "request_content_type": "text/csv",
    "accept": "text/csv",
    "prediction_path": "",
    "metrics": [{"name": "loss", "regex": "loss=([0-9.]+)"}],
    "tuning": {
        "objective": {"metric": "loss", "goal": "minimize"},
        "ranges": {"depth": {"integer": ["1", "9"]}},
    },
}


def tuned(tuning: Any, **fields: Any) -> dict[str, Any]:
    return {"name": "mine", "algorithm": "xgboost", "tuning": tuning, **fields}


def planned(item: Any, **defaults: Any) -> Any:
    everything: dict[str, Any] = {
        "region": "us-east-1",
        "resource_prefix": "bakeoff-1a2b3c4d",
        "training_instance_type": "ml.m5.large",
        "endpoint_instance_type": "ml.m5.xlarge",
        "volume_gb": 30,
        "max_training_seconds": 3600,
        "run_seconds": 14400,
    }
    run, images = RunFiles(InMemoryRunStore(), "run-1"), read_image_table()
    [found] = candidates_of(
        CATALOGUE.resolve([item]), run, images, CandidateDefaults(**{**everything, **defaults})
    )
    return found


def refusal_of(item: Any, **defaults: Any) -> str:
    with pytest.raises(InvalidAlgorithms) as refusal:
        planned(item, **defaults)
    assert str(refusal.value).endswith(".") and "\n" not in str(refusal.value)
    return str(refusal.value)


def test_a_name_asks_for_a_tuned_candidate() -> None:
    candidate = planned(" xgboost:tuned")

    assert (candidate["name"], candidate["algorithm"]) == ("xgboost-tuned", "xgboost")
    assert {name: candidate["tuning"][name] for name in ("jobs", "parallel", "strategy", "seed")} == {
        "jobs": 20,
        "parallel": 2,
        "strategy": "Bayesian",
        "seed": 1,
    }
    assert candidate["tuning"]["objective"] == {"metric": "validation:rmse", "goal": "minimize"}


def test_a_long_name_is_cut_to_what_a_candidate_may_be_called() -> None:
    item = {"name": "x", "algorithm": "hist-gradient-boosting"}
    base = CATALOGUE.resolve([item])[0]
    catalogue = type(CATALOGUE)({**CATALOGUE.entries, "hist-gradient-boosting": base | OWN}, CATALOGUE.schema)

    assert catalogue.resolve(["hist-gradient-boosting:tuned"])[0]["name"] == "hist-gradient-boos-tuned"


def test_without_being_asked_for_nothing_is_tuned() -> None:
    assert "tuning" not in planned("xgboost")
    assert "tuning" not in str(CATALOGUE.resolve(["xgboost", "knn", "linear-learner"]))


def test_what_a_range_varies_is_not_fixed_and_the_plan_says_so() -> None:
    candidate, plain = planned("xgboost:tuned"), planned("xgboost")

    varied = candidate["tuning"]["ranges"].keys()
    assert not varied & candidate["hyperparameters"].keys()
    # Of lambda, XGBoost's own value holds where the catalogue fixes none.
    assert varied - plain["hyperparameters"].keys() == {"lambda"}
    assert candidate["tuning"]["instead_of"] == {
        name: plain["hyperparameters"][name] for name in varied - {"lambda"}
    }
    assert "varied instead of fixed at the catalogue's num_round=150, " in told(candidate["tuning"])


def test_what_it_may_cost_is_told() -> None:
    words = told(planned(tuned({"jobs": 21, "parallel": 4}, max_runtime_seconds=600))["tuning"])

    assert words.startswith("21 training jobs, 4 at a time, each of at most 600 seconds: at worst 3,600 ")
    assert "and 12,600 billed; Bayesian, seed 1, by validation:rmse" in words


def test_ranges_are_laid_over_the_catalogue_s_and_a_null_keeps_the_value() -> None:
    candidate = planned(tuned({"ranges": {"eta": None, "gamma": {"continuous": ["0", "5"]}}}))

    assert candidate["hyperparameters"]["eta"] == "0.05"
    assert candidate["tuning"]["ranges"].keys() == {
        "max_depth",
        "min_child_weight",
        "subsample",
        "lambda",
        "num_round",
        "gamma",
    }


def test_grid_tries_all_combinations() -> None:
    candidate = planned(tuned({"strategy": "Grid", "parallel": 10, "ranges": {**VALUES, **NULLS}}))

    assert (candidate["tuning"]["jobs"], candidate["tuning"]["parallel"]) == (6, 6)


@pytest.mark.parametrize(
    ("tuning", "words"),
    [
        ({"ranges": {"eta": {"continuous": ["0.3", "0.3"]}}}, "ranges.eta goes from 0.3 to 0.3"),
        ({"ranges": {"eta": {"continuous": ["0", "1"], "scale": "logarithmic"}}}, "no logarithm"),
        ({"ranges": {"eta": {"continuous": ["0", "1"], "scale": "reverse-logarithmic"}}}, "within 0 and 1"),
        ({"ranges": {"eta": {"integer": ["0", "1"], "categorical": ["1"]}}}, "integer and categorical"),
        ({"ranges": {"eta": {}}}, "needs exactly one of continuous, integer, categorical, but has none"),
        ({"ranges": {"eta": {"categorical": ["1", "1"]}}}, "has '1' twice"),
        ({"ranges": {"eta": {"categorical": ["1"], "scale": "linear"}}}, "take no scale"),
        ({"ranges": {"eta": {"continuous": ["a", "1"]}}}, "must be a number in quotes"),
        (
            {"ranges": {f"p{n}": {"integer": ["1", "2"]} for n in range(25)}},
            "has 31 members, more than the 30",
        ),
        (
            {"ranges": {"eta": {"min": 0.5, "max": 0.1}}},
            'ranges.eta must be one of {"continuous": ["0.1", "0.5"]}, ',
        ),
        ({"ranges": []}, "ranges"),
        ({"jobs": 0}, "tuning.jobs must be bigger than or equal to 1, but it is 0"),
        ({"jobs": 101}, "tuning.jobs must be smaller than or equal to 100, but it is 101"),
        ({"parallel": 11}, "tuning.parallel must be smaller than or equal to 10, but it is 11"),
        ({"strategy": "Grid"}, "eta is a range between two numbers"),
        ({"strategy": "Grid", "jobs": 7, "ranges": {**VALUES, **NULLS}}, "tries all 6 combinations"),
        ({"strategy": "Hyperband"}, "keep checkpoints"),
        ({"strategy": "Guess"}, "must be one of Bayesian, Random, Grid, Hyperband, but it is 'Guess'"),
        (
            {"objective": {"metric": "validation:rmse", "goal": "maximize"}},
            "goal is maximize, but the smaller validation:rmse is, the better: write minimize",
        ),
        (
            {"objective": {"metric": "validation:r2", "goal": "minimize"}},
            "goal is minimize, but the larger validation:r2 is, the better: write maximize",
        ),
        ("all", "tuning"),
    ],
)
def test_what_cannot_be_tuned_is_refused_in_a_sentence(tuning: Any, words: str) -> None:
    assert words in refusal_of(tuned(tuning))


def test_too_large_a_grid_is_refused() -> None:
    values = [f"0.{number}" for number in range(10, 40)]
    many = {"eta": {"categorical": values}, "max_depth": {"categorical": list("1234")}}
    assert "Grid would try 120 combinations" in refusal_of(
        tuned({"strategy": "Grid", "ranges": {**many, **NULLS}})
    )


@pytest.mark.parametrize(
    ("item", "place"),
    [
        (tuned({}, hyperparameters={"eta": "0.1"}), "hyperparameters.eta is '0.1'"),
        (
            tuned({}, tasks={"binary": {"hyperparameters": {"eta": "0.1"}}}),
            "tasks.binary.hyperparameters.eta is '0.1'",
        ),
    ],
)
def test_a_person_s_own_value_and_a_range_are_refused_together(item: Any, place: str) -> None:
    assert f"{place}, but tuning.ranges.eta varies it" in refusal_of(item)


def test_an_entry_without_tuning_is_not_tuned_by_a_word() -> None:
    entries = {**CATALOGUE.entries, "plain": {k: v for k, v in OWN.items() if k != "tuning"}}
    catalogue = type(CATALOGUE)(entries, CATALOGUE.schema)

    with pytest.raises(InvalidAlgorithms, match="the catalogue does not say how to tune it"):
        catalogue.resolve(["plain:tuned"])


def test_another_word_than_tuned_is_refused() -> None:
    assert "write xgboost:tuned for a tuned candidate" in refusal_of("xgboost:fast")


def test_tuning_that_nobody_asks_for_is_refused() -> None:
    item = tuned({}, tasks={"binary": {"tuning": {"objective": {"metric": "m", "goal": "minimize"}}}})
    del item["tuning"]
    assert "nobody asks for that" in refusal_of(item)


def test_an_own_image_is_tuned_by_a_metric_of_its_own() -> None:
    assert planned(OWN)["tuning"]["ranges"] == {"depth": {"integer": ["1", "9"]}}
    assert "objective.metric is other" in refusal_of(
        {**OWN, "tuning": {**OWN["tuning"], "objective": {"metric": "other", "goal": "minimize"}}}
    )
    assert "has none" in refusal_of({name: value for name, value in OWN.items() if name != "metrics"})


def test_jobs_share_the_run_s_time_unless_somebody_says_how_long_they_may_take() -> None:
    assert planned(tuned({}))["stopping_condition"] == {"MaxRuntimeInSeconds": 1080}
    assert planned(tuned({"jobs": 2}))["stopping_condition"] == {"MaxRuntimeInSeconds": 3600}
    assert planned(tuned({}, max_runtime_seconds=1440))["tuning"]["job_seconds"] == 1440


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (tuned({}, max_runtime_seconds=1441), "may take 1441 seconds each, 14410 in all, while the run"),
        (tuned({"jobs": 100, "parallel": 1}), "would have 108 seconds each, too few"),
    ],
)
def test_what_cannot_fit_into_the_run_is_refused(item: Any, words: str) -> None:
    assert words in refusal_of(item)


def test_rounds_are_counted_up() -> None:
    assert rounds_of(planned(tuned({"jobs": 5, "parallel": 2}))["tuning"]) == 3


def test_of_classes_each_number_of_them_has_an_objective_of_its_own() -> None:
    entries = CATALOGUE.resolve(["xgboost:tuned"])
    [candidate] = on_classes([planned("xgboost:tuned")], entries)

    two, more = (of_section(candidate, section) for section in ("binary", "multiclass"))
    assert two["tuning"]["objective"]["metric"] == "validation:logloss"
    assert more["tuning"]["objective"]["metric"] == "validation:mlogloss"
    # Of what the catalogue does not fix, XGBoost has a value of its own.
    assert more["tuning"]["instead_of"].keys() == more["tuning"]["ranges"].keys() - {"lambda"}
    assert "eta" not in two["hyperparameters"]
    assert two["tuning"]["jobs"] == 20


def test_a_task_may_vary_something_else() -> None:
    tasks = {"binary": {"tuning": {"ranges": {"eta": None, "gamma": {"continuous": ["0", "5"]}}}}}
    entry = CATALOGUE.resolve([tuned({}, tasks=tasks)])[0]

    assert "eta" in entry["tuning"]["ranges"] and "eta" not in entry["tasks"]["binary"]["tuning"]["ranges"]
    assert entry["tasks"]["binary"]["hyperparameters"]["eta"] == "0.05"


def test_the_tuning_job_is_asked_for_in_sagemaker_s_words() -> None:
    candidate = with_tuning_job(planned("linear-learner:tuned"), FACTS)

    config = candidate["tuning_config"]
    assert config["ParameterRanges"]["IntegerParameterRanges"] == [
        {"Name": "mini_batch_size", "MinValue": "10", "MaxValue": "100", "ScalingType": "Auto"}
    ]
    assert config["ParameterRanges"]["ContinuousParameterRanges"][0] == {
        "Name": "wd",
        "MinValue": "1e-7",
        "MaxValue": "1",
        "ScalingType": "Logarithmic",
    }
    assert config["ResourceLimits"] == {"MaxNumberOfTrainingJobs": 20, "MaxParallelTrainingJobs": 2}
    assert candidate["tuning"]["ranges"]["mini_batch_size"]["integer"] == ["10", "100"]


def test_values_are_tried_as_they_are() -> None:
    candidate = with_tuning_job(planned(tuned({"ranges": {**VALUES, **NULLS}})), FACTS)

    assert candidate["tuning_config"]["ParameterRanges"]["CategoricalParameterRanges"] == [
        {"Name": "eta", "Values": ["0.1", "0.2", "0.3"]},
        {"Name": "max_depth", "Values": ["2", "4"]},
    ]


def test_a_range_that_few_rows_leave_no_room_is_refused() -> None:
    with pytest.raises(TooFewRows, match="is to vary mini_batch_size from 10 to 10"):
        with_tuning_job(planned("linear-learner:tuned"), {**FACTS, "mini_batch": 10})
