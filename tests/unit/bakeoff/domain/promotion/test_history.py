from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bakeoff.domain.promotion.history import Attempt, Past
from bakeoff.domain.promotion.versions import config_name
from tests.unit.bakeoff.domain.promotion.runs import a_record

ENDPOINT = "live"
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
A, B = config_name(ENDPOINT, "a"), config_name(ENDPOINT, "b")


def attempt(name: str, hour: int, status: str = "SUCCEEDED", **changes: Any) -> Attempt:
    """A promotion that began that many hours after noon, and took one unless it goes on."""
    began = NOON + timedelta(hours=hour)
    ended = None if status == "RUNNING" else began + timedelta(hours=1)
    config = config_name(ENDPOINT, name)
    output = {"config": config, "previous": "before"} if status == "SUCCEEDED" else {}
    given = {"run_id": f"run-{name}"}
    return Attempt(
        **{
            **{"name": name, "status": status, "started": began, "ended": ended},
            **{"given": given, "output": output, **changes},
        }
    )


def back(hour: int, config: str, status: str = "SUCCEEDED") -> Attempt:
    output = {"config": config, "previous": "before"} if status == "SUCCEEDED" else {}
    return attempt(f"back-{hour}", hour, status, given={"config": config, "live": "x"}, output=output)


def since(past: Past, config: str) -> datetime | None:
    change = past.since(config)
    return change.at if change else None


def test_changes_come_newest_first_with_their_versions() -> None:
    records = {A: a_record(config=A, run="run-a")}
    past = Past(ENDPOINT, [attempt("a", 0), back(4, A), attempt("b", 2)], records)

    changes = past.changes()

    assert [(each.kind, each.config) for each in changes] == [
        ("rollback", A),
        ("promotion", B),
        ("promotion", A),
    ]
    assert [each.run_id for each in changes] == ["run-a", "run-b", "run-a"]


def test_a_promotion_that_changed_nothing_is_no_change() -> None:
    again = attempt("again", 3, output={"config": A})
    assert [each.config for each in Past(ENDPOINT, [attempt("a", 0), again], {}).changes()] == [A]


def test_a_version_whose_promotion_is_forgotten_is_there_by_its_record() -> None:
    record = a_record(config="live-old", since="2026-01-01T00:00:00Z")
    past = Past(ENDPOINT, [attempt("a", 0)], {"live-old": record, A: a_record(config=A)})

    assert [each.config for each in past.changes()] == [A, "live-old"]
    assert since(past, "live-old") == datetime(2026, 1, 1, tzinfo=UTC)


def test_the_live_version_is_there_since_what_put_it_there_last() -> None:
    past = Past(ENDPOINT, [attempt("a", 0), attempt("b", 2), back(4, A)], {})
    assert since(past, A) == NOON + timedelta(hours=5)
    assert since(past, "elsewhere") is None


def test_a_promotion_that_failed_behind_its_update_has_put_its_version_there() -> None:
    past = Past(ENDPOINT, [attempt("a", 0), attempt("b", 2, "FAILED", error="E")], {})
    assert since(past, B) == NOON + timedelta(hours=3)
    assert not past.is_by_others(B)


def test_what_nothing_has_put_there_is_by_others() -> None:
    past = Past(ENDPOINT, [attempt("a", 0), attempt("b", 2)], {})
    assert past.is_by_others(A)
    assert not past.is_by_others(B)
    # After one that failed and went back, it is as before.
    assert not Past(ENDPOINT, [attempt("a", 0), attempt("b", 2, "FAILED")], {}).is_by_others(A)
    assert not Past(ENDPOINT, [attempt("a", 0), back(2, B, "FAILED")], {}).is_by_others(A)


def test_while_something_goes_on_nobody_is_blamed() -> None:
    past = Past(ENDPOINT, [attempt("b", 0), attempt("c", 2, "RUNNING")], {})
    assert not past.is_by_others(A)


def test_where_the_last_change_may_be_forgotten_nobody_is_blamed() -> None:
    record = a_record(config="live-old", since="2026-01-01T00:00:00Z")
    assert not Past(ENDPOINT, [], {"live-old": record}).is_by_others(A)
    assert not Past(ENDPOINT, [], {}).is_by_others(A)


def test_an_input_that_nobody_can_read_is_a_promotion_of_nobody_knows_what() -> None:
    [change] = Past(ENDPOINT, [attempt("a", 0, "FAILED", given={})], {}).changes()
    assert (change.kind, change.config, change.run_id) == ("promotion", A, None)


def test_an_endpoint_is_left_by_what_has_changed_production() -> None:
    record = a_record(config="live-old", since="2026-01-01T00:00:00Z")

    assert Past(ENDPOINT, [attempt("a", 0), attempt("b", 2, "FAILED")], {}).has_left_an_endpoint()
    assert Past(ENDPOINT, [], {"live-old": record}).has_left_an_endpoint()
    assert not Past(ENDPOINT, [], {}).has_left_an_endpoint()
    assert not Past(ENDPOINT, [attempt("a", 0, "FAILED")], {}).has_left_an_endpoint()
    assert not Past(ENDPOINT, [attempt("a", 0), attempt("b", 2, "RUNNING")], {}).has_left_an_endpoint()


def test_what_was_served_last_is_what_the_last_change_left() -> None:
    records = {A: a_record(config=A), B: a_record(config=B)}
    failed = attempt("c", 6, "FAILED")

    assert Past(ENDPOINT, [attempt("a", 0), attempt("b", 2), failed], records).last_served() == B
    assert Past(ENDPOINT, [attempt("a", 0), attempt("b", 2), back(4, A), failed], records).last_served() == A
    assert Past(ENDPOINT, [failed], {}).last_served() is None
