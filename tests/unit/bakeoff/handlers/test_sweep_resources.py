from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bakeoff.domain.errors import InvalidEvent, SweepIncomplete
from bakeoff.domain.janitor import Janitor, Kind
from bakeoff.domain.naming import resource_name
from bakeoff.domain.tags import RUN_TAG, STACK_TAG
from tests.fakes import FakeExecutions, FakeSageMaker
from tests.handlers import Loaded
from tests.unit.bakeoff.handlers.conftest import Load

Events = Callable[[str], dict[str, Any]]
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
    return loaded


def make(sagemaker: FakeSageMaker, kind: Kind, age: timedelta = timedelta()) -> None:
    tags = {STACK_TAG: STACK, RUN_TAG: RUN_ID}
    sagemaker.add(kind, resource_name(PREFIX, RUN_ID, "knn"), tags, datetime.now(UTC) - age)


def metric(text: str) -> Any:
    [document] = [json.loads(line) for line in text.splitlines() if '"_aws"' in line]
    [directive] = document["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Bakeoff" and directive["Dimensions"] == [["service"]]
    assert directive["Metrics"] == [{"Name": "LeakedResources", "Unit": "Count"}]
    return document["LeakedResources"]


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
    assert metric(capsys.readouterr().out) == [1.0]
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
    assert metric(capsys.readouterr().out) == [1.0]


def test_the_schedule_sweeps_what_is_old_enough(
    sweep: Loaded, sagemaker: FakeSageMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    make(sagemaker, Kind.MODEL, timedelta(minutes=1))
    assert sweep(SCHEDULED) == {"found": 0}
    assert metric(capsys.readouterr().out) == [0.0]

    make(sagemaker, Kind.ENDPOINT_CONFIG, timedelta(hours=1))
    sagemaker.tags_of.pop(next(thing for thing in sagemaker.tags_of if thing.kind is Kind.MODEL))

    assert sweep(SCHEDULED) == {"found": 1}
    assert sagemaker.names() == set()


def test_another_event_is_refused(sweep: Loaded) -> None:
    with pytest.raises(InvalidEvent, match="'Object Created', but only 'Step Functions Execution Status"):
        sweep({"detail-type": "Object Created", "detail": {"name": "x"}})
