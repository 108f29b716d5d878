"""What proposes a promotion, what starts one, and what removes production."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bakeoff.adapters.production.endpoint import SageMakerProduction
from bakeoff.adapters.production.registry import ModelRegistry
from bakeoff.domain.errors import InvalidEvent, NothingToPromote, SweepIncomplete
from bakeoff.domain.run.history import PAGE, change_keys, read_changes
from tests.fakes import InMemoryRunStore
from tests.handlers import Loaded
from tests.unit.bakeoff.domain.promotion.runs import a_record
from tests.unit.bakeoff.handlers.conftest import Load
from tests.workflow.promotion.runs import put_run

Events = Callable[[str], dict[str, Any]]
GROUP = "bakeoff-live-1a2b3c4d"


class Registry:
    """SageMaker's Model Registry, as a boto3 client has it."""

    def __init__(self) -> None:
        self.groups: dict[str, dict[str, Any]] = {}

    def create_model_package_group(self, ModelPackageGroupName: str) -> None:
        self.groups[ModelPackageGroupName] = {}

    def create_model_package(self, ModelPackageGroupName: str, **version: Any) -> dict[str, str]:
        if ModelPackageGroupName not in self.groups:
            raise absent(f"Model Package Group {ModelPackageGroupName} does not exist.")
        versions = self.groups[ModelPackageGroupName]
        for arn, known in versions.items():
            if known["ClientToken"] == version["ClientToken"]:
                return {"ModelPackageArn": arn}
        arn = f"arn:aws:sagemaker:us-east-1:123456789012:model-package/{GROUP}/{len(versions) + 1}"
        versions[arn] = version
        return {"ModelPackageArn": arn}

    def describe_model_package(self, ModelPackageName: str) -> dict[str, Any]:
        return dict(self.groups[GROUP][ModelPackageName])

    def delete_model_package(self, ModelPackageName: str) -> None:
        del self.groups[GROUP][ModelPackageName]

    def delete_model_package_group(self, ModelPackageGroupName: str) -> None:
        assert not self.groups.pop(ModelPackageGroupName), "SageMaker keeps a group that has versions"

    def get_paginator(self, operation: str) -> Registry:
        assert operation == "list_model_packages"
        return self

    def paginate(self, ModelPackageGroupName: str) -> list[dict[str, Any]]:
        if ModelPackageGroupName not in self.groups:
            raise absent(f"Model Package Group {ModelPackageGroupName} does not exist.")
        listed = [{"ModelPackageArn": arn} for arn in self.groups[ModelPackageGroupName]]
        return [{"ModelPackageSummaryList": listed}]


def absent(message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationException", "Message": message}}, "scripted")


@pytest.fixture
def registry() -> Registry:
    return Registry()


def connected(loaded: Loaded, registry: Any, store: InMemoryRunStore | None = None) -> Loaded:
    module: Any = loaded.module
    module.REGISTRY = ModelRegistry(GROUP, registry)
    if store:
        module.STORE = store
    return loaded


# ------------------------------------------------------------------ register
@pytest.fixture
def register(load: Load, registry: Registry, store: InMemoryRunStore) -> Loaded:
    return connected(load("RegisterModelFunction"), registry, store)


@pytest.mark.parametrize(
    ("mode", "status"), [("Propose", "PendingManualApproval"), ("Automatic", "Approved")]
)
def test_a_decision_becomes_a_version_that_tells_of_its_run(
    register: Loaded, registry: Registry, store: InMemoryRunStore, mode: str, status: str
) -> None:
    run = put_run(store, 2, "live-0123456789", mode=mode)

    arn = register({"run_id": run})["model_package_arn"]

    version = registry.groups[GROUP][arn]
    known = version["CustomerMetadataProperties"]
    [container] = version["InferenceSpecification"]["Containers"]
    assert version["ModelApprovalStatus"] == status
    assert (known["run"], known["candidate"], known["champion"]) == (run, "alpha", "live-0123456789")
    assert container["ModelDataUrl"] == f"s3://data-bucket/runs/{run}/models/alpha/job/output/model.tar.gz"
    metrics = version["ModelMetrics"]
    assert metrics["ModelQuality"]["Statistics"]["S3Uri"].endswith(f"/{run}/comparison.json")
    assert metrics["ModelQuality"]["Constraints"]["S3Uri"].endswith(f"/{run}/promotion.json")
    assert metrics["ModelDataQuality"]["Statistics"]["S3Uri"].endswith(f"/{run}/datasets/summary.json")
    assert (known["metric"], known["value"], known["test_rows"]) == ("rmse", "0.5", "120")
    assert "data_set" not in known


@pytest.mark.parametrize(("name", "told"), [("houses", "houses"), ("häuser (neu), 2", "häuser _neu__ 2")])
def test_a_version_tells_of_its_data_set_in_characters_that_sagemaker_takes(
    register: Loaded, registry: Registry, store: InMemoryRunStore, name: str, told: str
) -> None:
    run = put_run(store, 2, "live-0123456789")
    store.write_json(f"runs/{run}/plan.json", {**store.read_json(f"runs/{run}/plan.json"), "data_set": name})

    arn = register({"run_id": run})["model_package_arn"]

    assert registry.groups[GROUP][arn]["CustomerMetadataProperties"]["data_set"] == told


def test_a_lost_answer_registers_nothing_twice(
    register: Loaded, registry: Registry, store: InMemoryRunStore
) -> None:
    run = put_run(store, 2, "live-0123456789")

    assert register({"run_id": run}) == register({"run_id": run})
    assert len(registry.groups[GROUP]) == 1


@pytest.mark.parametrize("decision", ["keep", "incomparable"])
def test_who_keeps_production_registers_nothing(
    register: Loaded, registry: Registry, store: InMemoryRunStore, decision: str
) -> None:
    run = put_run(store, 2, "live-0123456789", decision)

    assert register({"run_id": run}) == {"model_package_arn": None}
    assert register({"run_id": "a-run-without-a-decision"}) == {"model_package_arn": None}
    assert registry.groups == {}


# ------------------------------------------------------------------ start
class Started:
    def __init__(self) -> None:
        self.runs: dict[str, Any] = {}

    def start(self, name: str, given: Any) -> bool:
        return self.runs.setdefault(name, given) is given


@pytest.fixture
def start(load: Load, registry: Registry, event_of: Events) -> Loaded:
    loaded = connected(load("StartPromotionFunction"), registry)
    loaded.module.WORKFLOW = Started()  # type: ignore[attr-defined]
    arn = event_of("StartPromotionFunction")["detail"]["ModelPackageArn"]
    registry.groups[GROUP] = {arn: {"CustomerMetadataProperties": {"run": "run-2"}}}
    return loaded


def test_an_approval_starts_one_promotion_however_often_aws_tells_of_it(
    start: Loaded, event_of: Events
) -> None:
    event = event_of("StartPromotionFunction")

    answers = [start(event), start(event)]

    assert [answer["started"] for answer in answers] == [True, False]
    assert start.module.WORKFLOW.runs == {f"{GROUP}-1": {"run_id": "run-2"}}


def test_what_nobody_approved_is_not_promoted(start: Loaded, event_of: Events) -> None:
    event = event_of("StartPromotionFunction")
    event["detail"]["ModelApprovalStatus"] = "Rejected"

    with pytest.raises(InvalidEvent, match="Only an approved version"):
        start(event)


def test_a_version_that_no_run_registered_is_not_promoted(
    start: Loaded, registry: Registry, event_of: Events
) -> None:
    for version in registry.groups[GROUP].values():
        version["CustomerMetadataProperties"] = {}

    with pytest.raises(InvalidEvent, match="names no run"):
        start(event_of("StartPromotionFunction"))


# ------------------------------------------------------------------ history
@pytest.fixture
def list_change(load: Load, store: InMemoryRunStore) -> Loaded:
    loaded = load("PublishHistoryFunction")
    loaded.module.STORE = store  # type: ignore[attr-defined]
    return loaded


def _put_version(store: InMemoryRunStore, config: str, **changes: Any) -> None:
    store.write_json(f"production/versions/{config}.json", a_record(config=config, **changes))


def test_a_promotion_and_a_rollback_are_listed_with_what_they_replaced(
    list_change: Loaded, store: InMemoryRunStore, event_of: Events
) -> None:
    event = event_of("PublishHistoryFunction")
    new, old = event["config"], event["previous"]
    _put_version(store, new, run="run-2", candidate="forest")
    _put_version(store, old, run="run-1")

    answer = list_change(event)
    list_change(
        event
        | {"execution": "back", "started_at": "2026-11-02T00:00:00Z", "config": old, "previous": new}
        | {"input": {"config": old, "live": new}}
    )

    promoted, back = read_changes(store, change_keys(store))
    assert answer == {"page_uri": f"s3://data-bucket/{PAGE}"}
    assert (promoted["kind"], promoted["candidate"], promoted["run_id"]) == ("promotion", "forest", "run-2")
    assert promoted["before"] == {"run_id": "run-1", "candidate": "knn"}
    assert (promoted["data_set"], promoted["target"], promoted["metric"]) == ("Inputs/", None, "rmse")
    assert (back["kind"], back["config"], back["previous"], back["run_id"]) == ("rollback", old, new, "run-1")
    assert "rollback" in store.text(PAGE)


@pytest.mark.parametrize("previous", [None, "somebody-else-s"])
def test_what_served_before_may_be_nothing_or_nobody_s(
    list_change: Loaded, store: InMemoryRunStore, event_of: Events, previous: str | None
) -> None:
    event = event_of("PublishHistoryFunction") | {"previous": previous}
    _put_version(store, event["config"])

    list_change(event)

    [change] = read_changes(store, change_keys(store))
    assert (change["previous"], change["before"]) == (previous, None)


def test_a_version_of_which_nothing_is_recorded_is_not_listed(
    list_change: Loaded, store: InMemoryRunStore, event_of: Events
) -> None:
    with pytest.raises(NothingToPromote, match=r"There is no production/versions/bakeoff-live-.*\.json"):
        list_change(event_of("PublishHistoryFunction"))
    assert not store.stored_keys()


# ------------------------------------------------------------------ remove
class SageMaker:
    """One endpoint with one version; `looks` is how often it is seen while it goes."""

    def __init__(self, looks: int = 2) -> None:
        self.status: str | None = "InService"
        self.configs, self.models, self.looks = {f"{GROUP}-1"}, {f"{GROUP}-1"}, looks

    def describe_endpoint(self, EndpointName: str) -> dict[str, str]:
        if self.status == "Deleting":
            self.looks -= 1
            self.status = "Deleting" if self.looks else None
        if self.status is None:
            raise absent("Could not find endpoint.")
        return {"EndpointStatus": self.status, "EndpointConfigName": f"{GROUP}-1"}

    def delete_endpoint(self, EndpointName: str) -> None:
        self.status = "Deleting"

    def delete_endpoint_config(self, EndpointConfigName: str) -> None:
        assert self.status is None, "the endpoint goes first"
        self.configs.remove(EndpointConfigName)

    def delete_model(self, ModelName: str) -> None:
        self.models.remove(ModelName)

    def get_paginator(self, operation: str) -> SageMaker:
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"EndpointConfigs": [{"EndpointConfigName": name} for name in self.configs]}]


@pytest.fixture
def sagemaker() -> SageMaker:
    return SageMaker()


@pytest.fixture
def remove(
    load: Load,
    registry: Registry,
    store: InMemoryRunStore,
    sagemaker: SageMaker,
    monkeypatch: pytest.MonkeyPatch,
) -> Loaded:
    loaded = connected(load("RemoveProductionFunction"), registry, store)
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: BytesIO())
    module: Any = loaded.module
    client: Any = sagemaker
    module.PRODUCTION = SageMakerProduction(GROUP, client)
    module.PAUSE_SECONDS = 0
    module.status_of = lambda _: "DELETE_IN_PROGRESS"
    registry.groups[GROUP] = {"arn:1": {}, "arn:2": {}}
    store.put(f"production/models/{GROUP}-1/model.tar.gz", b"1")
    store.put(f"production/versions/{GROUP}-1.json", b"{}")
    return loaded


def asked(event_of: Events, retention: str, **changed: str) -> dict[str, Any]:
    event = event_of("RemoveProductionFunction")
    return {**event, **changed, "ResourceProperties": {"Retention": retention}}


def test_with_the_stack_production_goes_if_it_is_to(
    remove: Loaded, sagemaker: SageMaker, registry: Registry, store: InMemoryRunStore, event_of: Events
) -> None:
    remove(asked(event_of, "Delete"))

    assert (sagemaker.status, sagemaker.configs, sagemaker.models) == (None, set(), set())
    assert registry.groups == {}
    assert store.stored_keys() == [f"production/versions/{GROUP}-1.json"]


def test_production_that_stays_is_named(
    remove: Loaded,
    sagemaker: SageMaker,
    registry: Registry,
    event_of: Events,
    caplog: pytest.LogCaptureFixture,
) -> None:
    remove(asked(event_of, "Keep"))

    assert (sagemaker.status, len(registry.groups[GROUP])) == ("InService", 2)
    assert f"endpoint {GROUP}, endpoint configuration and model {GROUP}-1" in caplog.text


@pytest.mark.parametrize("status", ["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
def test_an_update_that_turns_promotion_off_leaves_production_alone(
    remove: Loaded, sagemaker: SageMaker, event_of: Events, status: str
) -> None:
    remove.module.status_of = lambda _: status  # type: ignore[attr-defined]

    remove(asked(event_of, "Delete"))

    assert sagemaker.status == "InService"


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_only_a_deletion_removes_anything(
    remove: Loaded, sagemaker: SageMaker, event_of: Events, kind: str
) -> None:
    remove(asked(event_of, "Delete", RequestType=kind))

    assert sagemaker.status == "InService"


def test_an_endpoint_that_does_not_go_fails_the_deletion_before_the_function_ends(
    remove: Loaded, sagemaker: SageMaker, event_of: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    sagemaker.looks = 10**6
    monkeypatch.setattr("tests.handlers.Context.get_remaining_time_in_millis", lambda _: 1_000)

    with pytest.raises(SweepIncomplete, match="delete the stack again"):
        remove(asked(event_of, "Delete"))
