from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bakeoff.adapters.inventory import SageMakerInventory
from bakeoff.domain.cleanup.janitor import Kind, Resource
from bakeoff.domain.errors import AccessDenied, ServiceError, ServiceUnavailable
from tests.integration.bakeoff.adapters.conftest import Stubbed

SERVICE = "sagemaker"
PREFIX, MOMENT = "bakeoff-1a2b3c4d-", datetime(2026, 11, 26, tzinfo=UTC)
ARN = "arn:aws:sagemaker:us-east-1:123456789012:model/bakeoff-1a2b3c4d-x"
TRAINING = Resource(Kind.TRAINING_JOB, f"{PREFIX}job", f"{ARN}-job", MOMENT)
TUNING = Resource(Kind.TUNING_JOB, f"{PREFIX}job", f"{ARN}-job", MOMENT)
PROCESSING = Resource(Kind.PROCESSING_JOB, f"{PREFIX}job", f"{ARN}-job", MOMENT)
MODEL = Resource(Kind.MODEL, f"{PREFIX}model", ARN, MOMENT)
LISTS = {
    "list_endpoints": ("Endpoints", "Endpoint", {}),
    "list_endpoint_configs": ("EndpointConfigs", "EndpointConfig", {}),
    "list_models": ("Models", "Model", {}),
    "list_hyper_parameter_tuning_jobs": (
        "HyperParameterTuningJobSummaries",
        "HyperParameterTuningJob",
        {"StatusEquals": "InProgress"},
    ),
    "list_training_jobs": ("TrainingJobSummaries", "TrainingJob", {"StatusEquals": "InProgress"}),
    "list_processing_jobs": ("ProcessingJobSummaries", "ProcessingJob", {"StatusEquals": "InProgress"}),
}


TUNING_COUNTS: dict[str, Any] = {
    "Strategy": "Bayesian",
    "TrainingJobStatusCounters": {},
    "ObjectiveStatusCounters": {},
}


def item(operation: str, name: str) -> dict[str, Any]:
    noun = LISTS[operation][1]
    status = {} if noun in ("Model", "EndpointConfig") else {f"{noun}Status": "InProgress"}
    modified = {"LastModifiedTime": MOMENT} if noun == "Endpoint" else {}
    counted = TUNING_COUNTS if noun == "HyperParameterTuningJob" else {}
    return {f"{noun}Name": name, f"{noun}Arn": ARN, "CreationTime": MOMENT, **status, **modified, **counted}


def test_every_kind_is_found_on_every_page_by_the_beginning_of_its_name(stubbed: Stubbed) -> None:
    for operation, (items, _, filters) in LISTS.items():
        asked = {"NameContains": PREFIX, "MaxResults": 100, **filters}
        first = [item(operation, f"{PREFIX}one"), item(operation, f"not-{PREFIX}in-front")]
        stubbed.stubber.add_response(operation, {items: first, "NextToken": "more"}, asked)
        stubbed.stubber.add_response(
            operation, {items: [item(operation, f"{PREFIX}two")]}, {**asked, "NextToken": "more"}
        )

    found = SageMakerInventory(stubbed.client).find(PREFIX)

    assert [(thing.kind, thing.name) for thing in found] == [
        (kind, f"{PREFIX}{name}") for kind in Kind for name in ("one", "two")
    ]
    assert {(thing.arn, thing.created) for thing in found} == {(ARN, MOMENT)}


def test_tuning_jobs_are_stopped_by_the_beginning_of_their_name(stubbed: Stubbed) -> None:
    items, _, filters = LISTS["list_hyper_parameter_tuning_jobs"]
    stubbed.stubber.add_response(
        "list_hyper_parameter_tuning_jobs",
        {items: [item("list_hyper_parameter_tuning_jobs", f"{PREFIX}0120")]},
        {"NameContains": f"{PREFIX}012", "MaxResults": 100, **filters},
    )
    asked = {"HyperParameterTuningJobName": f"{PREFIX}0120"}
    stubbed.stubber.add_response("stop_hyper_parameter_tuning_job", {}, asked)

    SageMakerInventory(stubbed.client).stop_tuning(f"{PREFIX}012")

    stubbed.stubber.assert_no_pending_responses()


def test_tags_are_read_to_the_last_page_and_what_is_gone_has_none(stubbed: Stubbed) -> None:
    stubbed.stubber.add_response("list_tags", {"Tags": [{"Key": "a", "Value": "1"}], "NextToken": "more"})
    stubbed.stubber.add_response("list_tags", {"Tags": [{"Key": "b", "Value": "2"}]})
    gone = 'Could not find model "arn:aws:sagemaker:us-east-1:123456789012:model/x".'
    stubbed.stubber.add_client_error("list_tags", "ValidationException", gone)
    inventory = SageMakerInventory(stubbed.client)

    assert inventory.tags(MODEL) == {"a": "1", "b": "2"}
    assert inventory.tags(MODEL) == {}


@pytest.mark.parametrize(
    ("job", "operation", "asked"),
    [
        (TRAINING, "stop_training_job", {"TrainingJobName": TRAINING.name}),
        (TUNING, "stop_hyper_parameter_tuning_job", {"HyperParameterTuningJobName": TUNING.name}),
        (PROCESSING, "stop_processing_job", {"ProcessingJobName": PROCESSING.name}),
    ],
)
def test_a_job_is_stopped_unless_it_has_ended(
    stubbed: Stubbed, job: Resource, operation: str, asked: dict[str, str]
) -> None:
    stubbed.stubber.add_response(operation, {}, asked)
    ended = "The request was rejected because the training job is in status Completed."
    stubbed.stubber.add_client_error(operation, "ValidationException", ended)
    inventory = SageMakerInventory(stubbed.client)

    inventory.stop_job(job)
    inventory.stop_job(job)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDeniedException", AccessDenied),
        ("ThrottlingException", ServiceUnavailable),
        ("ValidationException", ServiceError),
    ],
)
@pytest.mark.parametrize(
    ("operation", "call", "doing"),
    [
        ("list_endpoints", lambda inventory: inventory.find(PREFIX), "Listing every endpoint"),
        ("list_tags", lambda inventory: inventory.tags(MODEL), "Reading the tags of model"),
        ("stop_training_job", lambda inventory: inventory.stop_job(TRAINING), "Stopping training-job"),
    ],
)
def test_every_refusal_is_told(
    stubbed: Stubbed, operation: str, call: Any, doing: str, code: str, kind: type[ServiceError]
) -> None:
    stubbed.stubber.add_client_error(operation, code, "Rate exceeded")

    with pytest.raises(ServiceError, match=rf"^{doing}.* failed: Rate exceeded \({code}\)$") as caught:
        call(SageMakerInventory(stubbed.client))

    assert type(caught.value) is kind
