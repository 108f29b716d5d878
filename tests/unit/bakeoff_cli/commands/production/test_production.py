from __future__ import annotations

import json
from typing import Any

import pytest

from bakeoff.domain.promotion.versions import config_name
from bakeoff.domain.run.history import entry_key
from tests.unit.bakeoff.domain.promotion.runs import a_record
from tests.unit.bakeoff.report.test_history import past
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import client_error
from tests.unit.bakeoff_cli.production import ENDPOINT, Production


@pytest.fixture
def versions(production: Production) -> Production:
    """A promotion that Step Functions has forgotten, one that is live, and one that failed."""
    first = production.version("aaa", run="run-1", since="2025-06-01T10:00:00Z")
    name = config_name(ENDPOINT, "second").removeprefix(f"{ENDPOINT}-")
    second = production.version(name, first, run="run-2", since="2026-01-01T10:00:00Z", why="It is better.")
    production.serve(second)
    output = {"config": second, "previous": first, "deleted": [], "notified": True}
    production.past("second", {"run_id": "run-2"}, 60, statuses=["SUCCEEDED"], output=output)
    failed = {"error": "ProbeMismatch", "cause": "It answers otherwise."}
    production.past("third", {"run_id": "run-3"}, 30, statuses=["FAILED"], **failed)
    return production


def lines_of(invoke: Invoke, exit_code: int = 0) -> list[str]:
    result = invoke("production")
    assert result.exit_code == exit_code, result.output
    return [line.rstrip() for line in result.stdout.splitlines()]


def test_what_runs_since_when_and_why_with_its_history(invoke: Invoke, versions: Production) -> None:
    second = config_name(ENDPOINT, "second")
    told, since, why, error, kept, empty, heading, *rows = lines_of(invoke)

    assert told == f"Production serves knn of the run run-2, with the configuration {second}."
    assert since == "It is there since 2026-01-01 11:00, by a promotion."
    assert (why, kept, empty) == ("Why: It is better.", f"Kept to go back to: {ENDPOINT}-aaa", "")
    assert error == (
        "When it was judged, its RMSE was 2 (the interval has expired with its run), on 300 test rows."
    )
    assert heading.split() == ["When", "What", "Version", "Run", "Candidate", "Outcome"]
    assert [row.split()[0:3] for row in rows] == [
        ["2026-01-01", "11:30", "promotion"],
        ["2026-01-01", "11:00", "promotion"],
        ["2025-06-01", "10:00", "promotion"],
    ]
    assert rows[0].endswith("run-3  -          failed: It answers otherwise.")
    assert rows[1].endswith("run-2  knn        succeeded") and rows[2].endswith("run-1  knn        succeeded")


def test_what_it_costs_a_month_is_told_where_it_was_promoted_under_a_limit(
    invoke: Invoke, production: Production
) -> None:
    price = {
        "amount": "0.115",
        "currency": "USD",
        "region": "r",
        "published": "2026-08-11",
        "source": "a list",
    }
    cost = {
        "amount": "83.95",
        "instances": 1,
        "instance_type": "ml.m5.large",
        "hours": 730,
        "price": price,
    }
    production.serve(production.version("aaa", cost=cost))

    told = "It costs $83.95 a month by list prices: 1 x ml.m5.large, 730 hours; no run's receipt has it."
    assert told in lines_of(invoke)
    assert json.loads(invoke("production", "--json").stdout)["monthly_cost"] == cost


def test_the_interval_is_that_of_the_history_of_runs(invoke: Invoke, versions: Production) -> None:
    entry = past(2)
    own = next(each for each in entry["candidates"] if each["name"] == "knn")
    versions.put(entry_key(entry), entry)

    error = lines_of(invoke)[3]

    assert (entry["run_id"], entry["confidence"]) == ("run-2", 0.95)
    assert f"its RMSE was 2, {own['ci_low']:.4g} to {own['ci_high']:.4g} at 95%, on 300 test rows" in error


OWN = {"name": "knn", "ci_low": 1.0, "ci_high": 3.0}


@pytest.mark.parametrize(
    "entry",
    [
        [],
        {"run_id": "run-2"},
        {"run_id": "run-2", "confidence": 0.95, "candidates": [3, {}, {"name": "forest"}]},
        {"run_id": "run-2", "confidence": "0.95", "candidates": [OWN]},
        {"run_id": "x-run-2", "confidence": 0.95, "candidates": [OWN]},
    ],
)
def test_an_entry_of_another_shape_adds_nothing(invoke: Invoke, versions: Production, entry: Any) -> None:
    versions.put("runs/.history/20260101T100000-run-2.json", entry)
    assert "(the interval has expired with its run)" in lines_of(invoke)[3]


def test_a_promotion_named_like_its_run_is_no_entry_of_it(invoke: Invoke, versions: Production) -> None:
    entry = {"run_id": "run-2", "confidence": 0.95, "candidates": [OWN]}
    versions.put("runs/.history/changes/20260101T100000-again-run-2.json", entry)
    assert "(the interval has expired with its run)" in lines_of(invoke)[3]


def test_a_run_of_few_rows_has_no_interval(invoke: Invoke, versions: Production) -> None:
    entry = {"run_id": "run-2", "confidence": 0.95, "candidates": [{**OWN, "ci_low": None}]}
    versions.put("runs/.history/20260101T100000-run-2.json", entry)
    assert lines_of(invoke)[3] == "When it was judged, its RMSE was 2, on 300 test rows."


def test_a_program_gets_all_of_it(invoke: Invoke, versions: Production) -> None:
    told = json.loads(invoke("production", "--json").stdout)
    second = config_name(ENDPOINT, "second")

    assert (told["endpoint"], told["status"], told["config"]) == (ENDPOINT, "InService", second)
    assert (told["since"], told["by"]) == ("2026-01-01T11:00:20+00:00", "promotion")
    assert (told["record"]["run"], told["record"]["value"], told["ci_low"]) == ("run-2", 2.0, None)
    assert (told["kept"], told["flaws"]) == ([second, f"{ENDPOINT}-aaa"], [])
    failed, live, first = told["history"]
    assert (failed["outcome"], failed["error"], failed["run_id"]) == ("failed", "ProbeMismatch", "run-3")
    assert (live["execution"], live["config"], live["cause"]) == ("second", second, None)
    assert (first["execution"], first["outcome"], first["run_id"]) == (None, "succeeded", "run-1")


def test_after_a_rollback_it_is_there_since_then(invoke: Invoke, versions: Production) -> None:
    first, second = f"{ENDPOINT}-aaa", config_name(ENDPOINT, "second")
    output = {"config": first, "previous": second, "deleted": [], "notified": True}
    given = {"config": first, "live": second}
    versions.past("back", given, 10, statuses=["SUCCEEDED"], output=output)
    versions.serve(first)

    told, since, *_ = lines_of(invoke)

    assert told.startswith("Production serves knn of the run run-1, ")
    assert since == "It is there since 2026-01-01 11:50, by a rollback."


def test_nothing_in_production_is_one_sentence(invoke: Invoke, production: Production) -> None:
    assert lines_of(invoke) == [f"Nothing is in production: there is no endpoint {ENDPOINT}."]
    told = json.loads(invoke("production", "--json").stdout)
    assert (told["config"], told["record"], told["history"]) == (None, None, [])


def test_what_is_refused_for_another_reason_is_not_absent(
    invoke: Invoke, versions: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(EndpointName: str) -> None:
        raise client_error("AccessDeniedException", "Your session was not found.", "DescribeEndpoint")

    monkeypatch.setattr(versions.sagemaker, "describe_endpoint", refuse)

    result = invoke("production")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "AWS refused DescribeEndpoint: Your session was not found." in result.stderr


def test_an_endpoint_that_was_deleted_leaves_its_history(invoke: Invoke, versions: Production) -> None:
    versions.sagemaker.endpoint = None
    result = invoke("production")
    told, kept, empty, heading, *rows = [line.rstrip() for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert result.stderr == (
        f"bakeoff: Endpoint {ENDPOINT}, which the last promotion or rollback left, was deleted by somebody "
        "else: create it again with `bakeoff rollback`, or promote a new run.\n"
    )
    assert told.startswith("Nothing is in production: ") and empty == ""
    assert kept.startswith("Kept to go back to: ")
    assert heading.startswith("When ") and len(rows) == 3


def test_a_configuration_that_no_promotion_made_is_a_flaw(invoke: Invoke, versions: Production) -> None:
    versions.serve("by-hand")
    result = invoke("production")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"Endpoint {ENDPOINT} serves with the configuration by-hand, which no ")
    assert result.stderr == (
        f"bakeoff: Endpoint {ENDPOINT} differs from what promotions left: somebody else gave it the "
        "configuration by-hand; go back with `bakeoff rollback VERSION`.\n"
    )


def test_an_older_version_that_no_rollback_brought_back_is_a_flaw(
    invoke: Invoke, versions: Production
) -> None:
    versions.serve(f"{ENDPOINT}-aaa")
    result = invoke("production")
    assert result.exit_code == 1
    assert result.stdout.startswith("Production serves knn of the run run-1, ")
    assert "differs from what the last promotion or rollback left" in result.stderr


def test_an_update_that_goes_on_is_told(invoke: Invoke, versions: Production) -> None:
    second = config_name(ENDPOINT, "second")
    versions.serve(second, "Updating", pending=f"{ENDPOINT}-new")
    versions.past("now", {"run_id": "run-4"}, 0, statuses=["RUNNING"])
    lines = lines_of(invoke)
    assert lines[1] == (
        f"Endpoint {ENDPOINT} is being changed: it is in state Updating, on its way to the configuration "
        f"{ENDPOINT}-new."
    )
    assert any(line.endswith("running") for line in lines)


@pytest.mark.parametrize("status", ["UpdateRollbackFailed", "Failed", "OutOfService"])
def test_an_endpoint_in_a_bad_state_is_a_flaw_with_its_cure(
    invoke: Invoke, versions: Production, status: str
) -> None:
    versions.serve(config_name(ENDPOINT, "second"), status)
    result = invoke("production")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"bakeoff: Endpoint {ENDPOINT} is in state {status}")


SOUND = a_record(config=f"{ENDPOINT}-aaa")


@pytest.mark.parametrize(
    "record",
    [
        [],
        {"schema_version": 2},
        {"schema_version": 1},
        {**SOUND, "run": 3},
        {**SOUND, "since": "yesterday"},
        {**SOUND, "since": "2026-01-01T00:00:00"},
        {**SOUND, "since": None},
        {**SOUND, "value": "2"},
        {**SOUND, "test_rows": "many"},
        {**SOUND, "previous": ["x"]},
    ],
)
def test_a_damaged_record_is_one_line(invoke: Invoke, versions: Production, record: Any) -> None:
    versions.put(f"production/versions/{ENDPOINT}-aaa.json", record)
    result = invoke("production")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "production/versions/" in result.stderr and result.stderr.count("\n") == 1


def test_what_records_say_steers_no_terminal(invoke: Invoke, versions: Production) -> None:
    versions.serve(versions.version("bad", run="run-\x1b[2J", candidate="[red]knn", why="\x1b[31mbetter"))
    result = invoke("production")
    assert "\x1b" not in result.output and "[red]knn" in result.stdout
