from __future__ import annotations

import json

import pytest

from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.production import ENDPOINT, Production


@pytest.fixture
def versions(production: Production) -> Production:
    """Three versions, one upon the other; the newest is live."""
    first = production.version("aaa", run="run-1")
    second = production.version("bbb", first, run="run-2")
    production.serve(production.version("ccc", second, run="run-3"))
    return production


def test_without_a_name_it_is_the_version_before(invoke: Invoke, versions: Production) -> None:
    result = invoke("rollback")
    assert result.exit_code == 0, result.stderr
    assert versions.states.given == [{"config": f"{ENDPOINT}-bbb", "live": f"{ENDPOINT}-ccc"}]
    assert result.stdout.startswith("Production serves knn of the run run-2, ")


@pytest.mark.parametrize("name", ["aaa", f"{ENDPOINT}-aaa"])
def test_a_version_is_named_whole_or_by_its_last_part(
    invoke: Invoke, versions: Production, name: str
) -> None:
    told = json.loads(invoke("rollback", name, "--json").stdout)
    assert versions.states.given == [{"config": f"{ENDPOINT}-aaa", "live": f"{ENDPOINT}-ccc"}]
    assert told["production"]["config"] == f"{ENDPOINT}-aaa"
    assert told["execution"].startswith("rollback-")


def test_one_that_fails_says_so(invoke: Invoke, versions: Production) -> None:
    versions.fails_with = "ProductionMoved", "It serves something else."
    result = invoke("rollback")
    assert result.exit_code == 1
    *_, complaint, cure = result.stderr.splitlines()
    assert complaint.startswith("bakeoff: the rollback rollback-")
    assert complaint.endswith(" has failed: It serves something else.")
    assert cure == "See what is live now, and go back again."
    assert result.stdout.startswith("Production serves knn of the run run-3, ")


def test_the_version_that_is_live_changes_nothing(invoke: Invoke, versions: Production) -> None:
    result = invoke("rollback", "ccc")
    assert result.exit_code == 0
    assert "Production served it already, so nothing was changed." in result.stderr


@pytest.mark.parametrize("name", ["", "../x", "zzz", "ü", "live-1a2b-aaa", "a", "\x1b[2J"])
def test_an_unknown_version_is_one_line_with_those_that_there_are(
    invoke: Invoke, versions: Production, name: str
) -> None:
    result = invoke("rollback", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("bakeoff: Production has no version ")
    assert result.stderr.endswith(": name one of bbb, aaa.\n") and "\x1b" not in result.stderr
    assert versions.states.given == []


REASONS = "KeepVersions is how many versions stay, or somebody deleted it"


def test_before_the_first_version_there_is_none(invoke: Invoke, versions: Production) -> None:
    versions.serve(f"{ENDPOINT}-aaa")
    assert invoke("rollback").stderr == (
        f"bakeoff: {ENDPOINT}-aaa is the first version of production: name one of ccc, bbb.\n"
    )


def test_the_only_other_version_is_named(invoke: Invoke, versions: Production) -> None:
    versions.sagemaker.configs = [f"{ENDPOINT}-ccc", f"{ENDPOINT}-aaa"]
    result = invoke("rollback")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("has no endpoint configuration any more (" + REASONS + "): name aaa.\n")


def test_a_version_before_that_is_not_kept_is_told(invoke: Invoke, versions: Production) -> None:
    versions.sagemaker.configs = [f"{ENDPOINT}-ccc"]
    assert invoke("rollback").stderr == (
        f"bakeoff: {ENDPOINT}-bbb, the version before, has no endpoint configuration any more ({REASONS}), "
        "and no other is kept: start a new run.\n"
    )


def test_of_a_configuration_that_no_promotion_made_a_version_must_be_named(
    invoke: Invoke, versions: Production
) -> None:
    versions.serve("by-hand")
    assert "so that nobody knows the version before: name one of ccc, bbb, aaa." in invoke("rollback").stderr
    assert invoke("rollback", "ccc").exit_code == 0
    assert versions.states.given == [{"config": f"{ENDPOINT}-ccc", "live": "by-hand"}]


@pytest.mark.parametrize(("words", "wanted"), [([], "bbb"), (["aaa"], "aaa")])
def test_an_endpoint_that_was_deleted_is_created_again(
    invoke: Invoke, versions: Production, words: list[str], wanted: str
) -> None:
    """By default with what it served last, which a rollback had brought back."""
    to = {"config": f"{ENDPOINT}-bbb"}
    told = {"output": {**to, "previous": f"{ENDPOINT}-ccc"}, "statuses": ["SUCCEEDED"]}
    # Long after the versions were made.
    versions.past("rollback-1", {**to, "live": f"{ENDPOINT}-ccc"}, age=-(10**6), **told)
    versions.sagemaker.endpoint = None

    result = invoke("rollback", *words)

    assert result.exit_code == 0, result.stderr
    assert versions.states.given == [{"config": f"{ENDPOINT}-{wanted}", "live": None}]
    assert result.stdout.startswith("Production serves knn of the run ")


def test_an_endpoint_that_never_was_has_nothing_to_go_back_to(invoke: Invoke, production: Production) -> None:
    result = invoke("rollback")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "bakeoff: Nothing is in production, and nothing is kept to go back to: there is no endpoint "
        f"{ENDPOINT}, so promote a run that is made now.\n"
    )


def test_of_a_deleted_endpoint_that_nobody_remembers_a_version_must_be_named(
    invoke: Invoke, production: Production
) -> None:
    production.sagemaker.configs = [f"{ENDPOINT}-aaa"]
    assert invoke("rollback").stderr == (
        f"bakeoff: There is no endpoint {ENDPOINT}, and nobody knows which version it served: name aaa.\n"
    )
