from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.resources import read_catalogue
from bakeoff.domain.run.names import (
    MAX_CANDIDATE_NAME,
    MAX_RESOURCE_NAME,
    MAX_TUNING_NAME,
    RESOURCE_NAME,
    resource_name,
    resource_prefix_of,
    run_id_of,
    run_prefix,
    tuning_name,
    unit_resource_name,
    unit_tuning_name,
)

EXECUTION_NAME = re.compile(r"[0-9A-Za-z_-]{1,80}")
PREFIX = "bakeoff-1a2b3c4d"
NAME_RULES: dict[str, Any] = dict(read_catalogue().schema["properties"]["name"])
candidate_names = st.from_regex(NAME_RULES["pattern"], fullmatch=True).filter(
    lambda name: len(name) <= MAX_CANDIDATE_NAME
)


keys = st.text() | st.from_regex(r"[A-Za-z0-9./ -]{60,200}", fullmatch=True)


@given(st.text(), keys, st.text())
def test_a_run_id_is_an_execution_name_and_repeatable(bucket: str, key: str, revision: str) -> None:
    run_id = run_id_of(bucket, key, revision)

    assert EXECUTION_NAME.fullmatch(run_id)
    assert run_id == run_id_of(bucket, key, revision)


# Neither bucket names nor version ids hold a NUL, so parts cannot run into each other.
revised_objects = st.tuples(st.from_regex("[a-z0-9.-]{3,63}", fullmatch=True), st.text(), st.uuids().map(str))


@given(st.sets(revised_objects, min_size=2, max_size=2))
def test_different_revisions_are_different_runs(objects: set[tuple[str, str, str]]) -> None:
    assert len({run_id_of(*revised) for revised in objects}) == 2


def test_a_run_id_begins_with_the_file_s_name() -> None:
    assert run_id_of("b", "Inputs/2026/Abalone halves.part 1.csv", "1").startswith("Abalone-halves-part-1-")
    assert run_id_of("b", "Inputs/日本", "1").startswith("upload-")


@given(candidate_names, st.text())
def test_every_candidate_has_a_sagemaker_name_with_room_for_attempts(name: str, run_id: str) -> None:
    found = resource_name(PREFIX, run_id, name)

    assert RESOURCE_NAME.fullmatch(f"{found}-99-99")
    assert len(f"{found}-99-99") <= MAX_RESOURCE_NAME
    assert found.startswith(f"{PREFIX}-") and found.endswith(f"-{name}")


def test_the_schema_and_the_names_agree_on_the_longest_candidate() -> None:
    assert NAME_RULES["maxLength"] == MAX_CANDIDATE_NAME


@pytest.mark.parametrize("role", ["x" * 60, "under_score", "dash-", ""])
def test_a_name_that_sagemaker_would_refuse_is_refused(role: str) -> None:
    with pytest.raises(ValueError, match="is not a SageMaker name of at most 63 characters"):
        resource_name(PREFIX, "run", role)


def test_runs_of_one_stack_share_no_resource_name() -> None:
    assert resource_name(PREFIX, "run-1", "xgboost") != resource_name(PREFIX, "run-2", "xgboost")


def test_a_run_keeps_everything_under_its_own_prefix() -> None:
    assert run_prefix("dataset1-abc") == "runs/dataset1-abc/"


def test_a_tuning_job_s_name_fits_and_tells_run_and_candidate() -> None:
    names = {tuning_name("bakeoff-1a2b3c4d", run, number) for run in ("a", "b") for number in range(40)}

    assert len(names) == 80
    assert all(len(name) + 3 == MAX_TUNING_NAME and RESOURCE_NAME.fullmatch(f"{name}zzz") for name in names)


def test_a_longer_prefix_leaves_no_room_for_a_tuning_job() -> None:
    with pytest.raises(ValueError, match="leaves no room"):
        tuning_name("bakeoff-1a2b3c4d5", "run", 0)


@given(st.sampled_from([*range(10), None]), candidate_names)
def test_a_unit_s_name_leaves_as_much_room_as_any(fold: int | None, candidate: str) -> None:
    name = unit_resource_name(resource_name(PREFIX, "run", candidate), candidate, fold)

    role = "final-" if fold is None else f"f{fold}-"
    assert RESOURCE_NAME.fullmatch(name) and len(name) <= MAX_RESOURCE_NAME - len("-99-999-9")
    assert name.startswith(f"{resource_prefix_of(PREFIX, 'run')}{role}{candidate[:11].rstrip('-')}")


def test_an_ordinary_candidate_s_unit_is_called_by_its_whole_name() -> None:
    of_candidate = resource_name(PREFIX, "run", "hist-gradient-boosting")

    assert unit_resource_name(of_candidate, "hist-gradient-boosting", 3).endswith(
        "-f3-hist-gradient-boosting"
    )


def test_units_of_candidates_with_long_names_alike_are_told_apart() -> None:
    names = [f"one-candidate-of-many-{number:02}" for number in range(100)]
    assert {len(name) for name in names} == {MAX_CANDIDATE_NAME}

    units = {
        unit_resource_name(resource_name(PREFIX, "run", name), name, fold)
        for name in names
        for fold in (0, 1)
    }

    assert len(units) == 200


def test_the_tuning_jobs_of_four_hundred_units_have_names_of_their_own() -> None:
    of_candidate = tuning_name("bakeoff-1a2b3c4d", "run", 39)

    names = {unit_tuning_name(of_candidate, number) for number in range(400)}

    assert len(names) == 400
    assert all(len(name) + 3 == MAX_TUNING_NAME and RESOURCE_NAME.fullmatch(name) for name in names)
