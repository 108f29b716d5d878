from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bakeoff.adapters.endpoint_logs import EndpointLogs
from bakeoff.adapters.prices import kept_prices_of, prices_of
from bakeoff.domain.cleanup.janitor import Janitor, Kind
from bakeoff.domain.errors import AccessDenied, InvalidEvent, SweepIncomplete
from bakeoff.domain.run.names import resource_name
from bakeoff.domain.run.tags import RUN_TAG, STACK_TAG
from tests.fakes import FakeAccounts, FakeExecutions, FakeSageMaker, InMemoryRunStore
from tests.handlers import Loaded
from tests.unit.bakeoff.handlers.conftest import Load
from tests.unit.bakeoff_cli.receipts import receipt

Events = Callable[[str], dict[str, Any]]


class FakeLogs:
    """CloudWatch Logs with groups of these names, each with its days or without a limit."""

    def __init__(self, days: dict[str, int | None]) -> None:
        self.days = days
        self.refuses = False

    def get_paginator(self, _operation: str) -> FakeLogs:
        return self

    def paginate(self, *, logGroupNamePrefix: str) -> Iterator[dict[str, Any]]:
        for name, days in self.days.items():
            if name.startswith(logGroupNamePrefix):
                limit = {} if days is None else {"retentionInDays": days}
                yield {"logGroups": [{"logGroupName": name, **limit}]}

    def put_retention_policy(self, *, logGroupName: str, retentionInDays: int) -> None:
        if self.refuses:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "PutRetentionPolicy")
        self.days[logGroupName] = retentionInDays


RUN_ID, PREFIX, STACK = "dataset1-0123456789abcdef", "bakeoff-1a2b3c4d", "bakeoff"
SCHEDULED = {"detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}


@pytest.fixture
def sagemaker() -> FakeSageMaker:
    return FakeSageMaker()


@pytest.fixture
def sweep(load: Load, sagemaker: FakeSageMaker, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    loaded = load("SweepResourcesFunction")
    janitor = Janitor(STACK, PREFIX, sagemaker, sagemaker, FakeExecutions())
    monkeypatch.setattr(loaded.module, "JANITOR", janitor)
    monkeypatch.setattr(loaded.module, "ACCOUNTING", FakeAccounts(receipt(RUN_ID)))
    monkeypatch.setattr(loaded.module, "STORE", InMemoryRunStore())
    return loaded


def make(sagemaker: FakeSageMaker, kind: Kind, age: timedelta = timedelta()) -> None:
    tags = {STACK_TAG: STACK, RUN_TAG: RUN_ID}
    sagemaker.add(kind, resource_name(PREFIX, RUN_ID, "knn"), tags, datetime.now(UTC) - age)


def metrics(text: str) -> dict[str, Any]:
    """Each metric's values, by its name."""
    found = {}
    for document in (json.loads(line) for line in text.splitlines() if '"_aws"' in line):
        [directive] = document["_aws"]["CloudWatchMetrics"]
        assert directive["Namespace"] == "Bakeoff" and directive["Dimensions"] == [["service"]]
        found.update({each["Name"]: document[each["Name"]] for each in directive["Metrics"]})
    return found


def test_an_aborted_run_is_swept_at_once(
    sweep: Loaded,
    event_of: Events,
    sagemaker: FakeSageMaker,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    make(sagemaker, Kind.MODEL)

    assert sweep(event_of("SweepResourcesFunction")) == {"found": 1}

    assert sagemaker.names() == set()
    assert metrics(capsys.readouterr().out)["LeakedResources"] == [1.0]
    name = resource_name(PREFIX, RUN_ID, "knn")
    record, said = caplog.records
    assert record.getMessage() == f"released: model {name}"
    assert said.getMessage() == f"swept after run {RUN_ID}, which is ABORTED: 1 thing left"
    assert record.__dict__["resource_arn"].endswith(f":model/{name}")


def test_what_takes_longer_makes_lambda_call_again(
    sweep: Loaded,
    event_of: Events,
    sagemaker: FakeSageMaker,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    make(sagemaker, Kind.ENDPOINT)

    with pytest.raises(SweepIncomplete):
        sweep(event_of("SweepResourcesFunction"))

    assert caplog.messages[0] == f"pending: endpoint {resource_name(PREFIX, RUN_ID, 'knn')}"
    assert metrics(capsys.readouterr().out)["LeakedResources"] == [1.0]


def test_the_schedule_sweeps_what_is_old_enough(
    sweep: Loaded, sagemaker: FakeSageMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    make(sagemaker, Kind.MODEL, timedelta(minutes=1))
    assert sweep(SCHEDULED) == {"found": 0}
    assert metrics(capsys.readouterr().out) == {"LeakedResources": [0.0]}

    make(sagemaker, Kind.ENDPOINT_CONFIG, timedelta(hours=1))
    sagemaker.tags_of.pop(next(thing for thing in sagemaker.tags_of if thing.kind is Kind.MODEL))

    assert sweep(SCHEDULED) == {"found": 1}
    assert sagemaker.names() == set()


def limited(sweep: Loaded, monkeypatch: pytest.MonkeyPatch, **groups: int | None) -> FakeLogs:
    logs = FakeLogs({f"/aws/sagemaker/Endpoints/{name}": days for name, days in groups.items()})
    monkeypatch.setattr(sweep.module, "LOGS", EndpointLogs("ours", 30, logs))
    return logs


def test_the_schedule_limits_the_logs_of_this_stacks_endpoints(
    sweep: Loaded, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    groups = {"ours-a": None, "ours-b": 7, "ours-c": None, "ourselves": None, "other": None}
    logs = limited(sweep, monkeypatch, **groups)

    assert sweep(SCHEDULED) == {"found": 0}

    prefix = "/aws/sagemaker/Endpoints/"
    assert logs.days == {
        f"{prefix}{name}": days for name, days in {**groups, "ours-a": 30, "ours-c": 30}.items()
    }
    assert caplog.messages[:2] == [
        f"limited the log group {prefix}ours-a to 30 days",
        f"limited the log group {prefix}ours-c to 30 days",
    ]


def test_what_is_left_goes_although_logs_cannot_be_limited(
    sweep: Loaded, sagemaker: FakeSageMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(sweep, monkeypatch, **{"ours-a": None}).refuses = True
    make(sagemaker, Kind.MODEL, timedelta(hours=1))

    with pytest.raises(AccessDenied, match="Limiting the log groups"):
        sweep(SCHEDULED)
    assert sagemaker.names() == set()


def test_the_end_of_a_run_and_a_stack_that_did_not_ask_leave_logs_alone(
    sweep: Loaded, event_of: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sweep.module.LOGS is None
    logs = limited(sweep, monkeypatch, **{"ours-a": None})

    sweep(event_of("SweepResourcesFunction"))

    assert list(logs.days.values()) == [None]


def test_another_event_is_refused(sweep: Loaded) -> None:
    with pytest.raises(InvalidEvent, match="'Object Created', but only 'Step Functions Execution Status"):
        sweep({"detail-type": "Object Created", "detail": {"name": "x"}})


def test_a_run_that_ended_badly_gets_its_receipt(
    sweep: Loaded, event_of: Events, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep(event_of("SweepResourcesFunction"))
    paid = float(receipt(RUN_ID)["total_high"])
    assert metrics(capsys.readouterr().out) == {"LeakedResources": [0.0], "RunCost": [paid]}
    assert sweep.module.STORE.read_json(f"runs/{RUN_ID}/receipt.json") == receipt(RUN_ID)

    sweep(SCHEDULED)

    assert sweep.module.ACCOUNTING.asked == [RUN_ID]


def test_the_schedule_settles_what_ended_runs_reserved_where_a_day_is_limited(
    sweep: Loaded, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    key, entry = f"costs/{day}/{RUN_ID}.json", {"run_id": RUN_ID, "amount": "2", "settled": False}
    sweep.module.STORE.write_text(key, json.dumps(entry), "application/json")
    sweep(SCHEDULED)
    assert sweep.module.STORE.read_json(key) == entry, "nobody limits it"

    limited = replace(sweep.module.SETTINGS, max_daily_cost=Decimal(5))
    monkeypatch.setattr(sweep.module, "SETTINGS", limited)
    capsys.readouterr()
    sweep(SCHEDULED)

    paid = receipt(RUN_ID)["total_high"]
    assert sweep.module.STORE.read_json(key) == {"run_id": RUN_ID, "amount": paid, "settled": True}
    assert metrics(capsys.readouterr().out)["RunCost"] == [float(paid)]


def test_a_receipt_that_cannot_be_written_is_told_after_the_sweep(
    sweep: Loaded, event_of: Events, sagemaker: FakeSageMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(sagemaker, Kind.MODEL)
    monkeypatch.setattr(sweep.module, "ACCOUNTING", FakeAccounts(refusal=AccessDenied("No histories.")))

    with pytest.raises(AccessDenied, match="No histories"):
        sweep(event_of("SweepResourcesFunction"))

    assert sagemaker.names() == set()


def test_an_execution_whose_name_is_none_of_a_run_has_no_receipt(sweep: Loaded, event_of: Events) -> None:
    event = event_of("SweepResourcesFunction")
    event["detail"]["name"] = "-odd name"

    assert sweep(event) == {"found": 0}
    assert sweep.module.ACCOUNTING.asked == []


def test_only_who_accounts_for_runs_without_a_plan_asks_for_prices(load: Load) -> None:
    """The plan has asked for all others'."""
    assert load("SweepResourcesFunction").module.ACCOUNTING.prices_of is prices_of
    assert load("PublishReportFunction").module.ACCOUNTING.prices_of is kept_prices_of
