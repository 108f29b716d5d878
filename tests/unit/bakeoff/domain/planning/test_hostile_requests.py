"""Whatever an execution's input and an upload's key hold: a plan under the run's prefix, or a sentence."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bakeoff.adapters.resources import read_catalogue
from bakeoff.domain.errors import BakeoffError, InvalidAlgorithms, InvalidRunId
from bakeoff.domain.intake.foreign import is_system_name
from bakeoff.domain.messages import MAX_CHARACTERS
from bakeoff.domain.planning.algorithms import MAX_CANDIDATES
from bakeoff.domain.planning.candidates import MAX_CANDIDATE_BYTES
from bakeoff.domain.run.names import run_id_of, run_prefix
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.planning.test_planner import CREATED_AT, SPARK_JOB, planner_of

CATALOGUE = read_catalogue()
SECRET = "AKIAIOSFODNN7EXAMPLE"
LOOKALIKES = ["\uff58gboost", "\u0445gboost", "xgboost\u200b", "xgb\u043eost"]
texts = st.text(max_size=30) | st.sampled_from(
    [
        "xgboost",
        "knn",
        "../../Inputs/x",
        "=cmd|'/C calc'!A0",
        "\ud800",
        "\x1b[2J",
        "a" * 5_000,
        SECRET,
        *LOOKALIKES,
    ]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
hyperparameters = st.dictionaries(texts, texts | json_values, max_size=4)
near_entries = st.fixed_dictionaries(
    {"name": texts | st.from_regex(r"[a-z0-9](-?[a-z0-9]){0,9}", fullmatch=True)},
    optional={
        **dict.fromkeys(CATALOGUE.schema["properties"].keys() - {"name"}, json_values),
        "algorithm": st.sampled_from(["xgboost", "knn"]) | texts,
        "hyperparameters": hyperparameters | json_values,
    },
)


def plan(run_id: str, requested: list[Any], key: str = "Inputs/a.csv") -> InMemoryRunStore:
    store = InMemoryRunStore()
    store.put(key, b"15 1:0.4 2:0.3\n")
    planner_of(store).plan(run_id, {"algorithms": requested}, CREATED_AT)
    return store


@given(st.lists(near_entries | texts | json_values, min_size=1, max_size=3))
@example([{"name": "a", "algorithm": "xgboost", "hyperparameters": {"k": SECRET}}])
@example([{"name": "a", "algorithm": "xgboost", "volume_gb": math.inf}])
@example([{"name": "a", "algorithm": "xgboost", "volume_gb": math.nan}])
def test_any_request_is_planned_under_the_run_s_prefix_or_refused_in_a_sentence(requested: list[Any]) -> None:
    try:
        store = plan("run-1", requested)
    except InvalidAlgorithms as refusal:
        told = str(refusal)
        assert told.isprintable() and 20 < len(told) <= MAX_CHARACTERS and SECRET not in told
        return
    written = set(store.stored_keys()) - {"Inputs/a.csv"}
    assert written == {"runs/run-1/plan.json", *(f"runs/run-1/code/{name}" for name in SPARK_JOB)}
    text = store.text("runs/run-1/plan.json")
    assert SECRET not in text
    for candidate in json.loads(text)["candidates"]:
        assert candidate["model_uri"].startswith("s3://data-bucket/runs/run-1/models/")
        assert not set("/\\.=+@ ") & set(candidate["name"]) and candidate["name"][0] != "-"


@given(
    st.text(max_size=90)
    | st.sampled_from(["..", ".", "a/../b", "-rf", "=1+1", "a\n", "\ud800", "", "a" * 81])
)
def test_any_name_of_an_execution_is_a_run_s_or_refused_in_a_sentence(run_id: str) -> None:
    try:
        store = plan(run_id, ["xgboost"])
    except InvalidRunId as refusal:
        assert str(refusal).isprintable() and len(str(refusal)) < 300
        return
    written = set(store.stored_keys()) - {"Inputs/a.csv"}
    assert written == {f"runs/{run_id}/plan.json", *(f"runs/{run_id}/code/{name}" for name in SPARK_JOB)}
    assert run_id.isascii() and "/" not in run_id and run_id[0] not in ".-=+@"


@pytest.mark.parametrize("run_id", [None, 3, ["run-1"], {"a": 1}])
def test_what_is_no_text_names_no_run(run_id: Any) -> None:
    with pytest.raises(InvalidRunId, match="cannot name a run"):
        run_prefix(run_id)


@given(
    st.text(min_size=1, max_size=300)
    | st.sampled_from(["../../x", "=1+1", "\n", "a" * 1017, "é" * 508, "%2e%2e/x"])
)
def test_any_key_is_read_in_place_or_copied_under_the_run_s_prefix(name: str) -> None:
    key = f"Inputs/{name}"
    run_id = run_id_of("data-bucket", key, "v1") if name.isprintable() else "run-1"
    try:
        store = plan(run_id, ["knn"], key)
    except BakeoffError as refusal:
        assert "There is no data" in str(refusal) and (key.endswith("/") or is_system_name(key))
        return
    outside = [found for found in store.stored_keys() if not found.startswith(f"runs/{run_id}/")]
    assert outside == [key]
    [found] = store.read_json(f"runs/{run_id}/plan.json")["inputs"]
    assert found["uri"] in (f"s3://data-bucket/{key}", f"s3://data-bucket/runs/{run_id}/inputs/00001.libsvm")


def test_ten_thousand_algorithms_are_refused_by_their_number() -> None:
    many = [{"name": f"a-{number}", "algorithm": "xgboost"} for number in range(10_000)]

    with pytest.raises(InvalidAlgorithms) as refusal:
        plan("run-1", many)

    assert str(refusal.value) == f"10000 algorithms are more than the {MAX_CANDIDATES} of one run."


def test_a_candidate_too_large_to_travel_is_refused_by_its_size() -> None:
    large = {f"h{number}": "x" * 2_500 for number in range(10)}
    many = [
        {
            "name": f"a-{number}",
            "algorithm": "random-forest",
            # Of an image of one's own nobody knows the hyperparameters.
            "image_uri": "registry/own:1",
            "hyperparameters": large,
        }
        for number in range(40)
    ]

    with pytest.raises(InvalidAlgorithms, match=f"'a-0' takes .* more than {MAX_CANDIDATE_BYTES}"):
        plan("run-1", many)


@pytest.mark.timeout(20)
def test_a_quarter_megabyte_in_any_field_is_refused_at_once_and_not_repeated() -> None:
    huge = "x" * 250_000
    deep: list[Any] = []
    for _ in range(500):
        deep = [deep]
    for field in CATALOGUE.schema["properties"]:
        for value in (huge, [huge], {huge: huge}, deep):
            with pytest.raises(InvalidAlgorithms) as refusal:
                plan("run-1", [{"name": "a", "algorithm": "xgboost", field: value}])
            assert len(str(refusal.value)) <= MAX_CHARACTERS


@pytest.mark.parametrize("name", LOOKALIKES)
def test_letters_that_look_like_others_are_no_name(name: str) -> None:
    with pytest.raises(InvalidAlgorithms):
        plan("run-1", [{"name": name, "algorithm": "xgboost"}])


def test_a_hyperparameter_s_lookalike_is_refused_so_that_one_sees_it() -> None:
    with pytest.raises(InvalidAlgorithms, match=r"must not contain \{'max_d\\u0435pth'\}"):
        plan("run-1", [{"name": "a", "algorithm": "xgboost", "hyperparameters": {"max_d\u0435pth": "3"}}])


@pytest.mark.parametrize("bad", ["a\nb", "\x00", "\x1b[2J", "\ud800", "\u2028"])
def test_a_value_that_sagemaker_takes_not_is_refused(bad: str) -> None:
    with pytest.raises(InvalidAlgorithms, match=r"hyperparameters\.k must be text without line ends"):
        plan("run-1", [{"name": "a", "algorithm": "xgboost", "hyperparameters": {"k": bad}}])


@pytest.mark.parametrize(
    "override",
    [
        {"hyperparameters": {"url": "https://b.s3.amazonaws.com/k?X-Amz-Signature=0a1b2c3d"}},
        {"hyperparameters": {"aws_secret_access_key": "0a1b2c3d"}},
        {"hyperparameters": {"db": "postgres://user:0a1b2c3d@host/db"}},
        {"image_uri": f"host/{SECRET}"},
        {"channels": {"train": {"split": "train", "content_type": "text/csv;password=0a1b2c3d"}}},
    ],
)
def test_a_credential_is_refused_without_repeating_it(override: dict[str, Any]) -> None:
    with pytest.raises(InvalidAlgorithms, match="looks like a credential") as refusal:
        plan("run-1", [{"name": "a", "algorithm": "xgboost", **override}])

    assert "0a1b2c3d" not in str(refusal.value) and SECRET not in str(refusal.value)
