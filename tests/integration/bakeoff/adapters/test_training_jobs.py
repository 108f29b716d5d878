from __future__ import annotations

import pytest

from bakeoff.adapters.inventory import SageMakerInventory
from bakeoff.domain.errors import AccessDenied, ServiceError, ServiceUnavailable
from local_aws.core.instance import Instance
from tests.integration.bakeoff.adapters.conftest import Stubbed

SERVICE = "sagemaker"
PREFIX = "bakeoff-1a2b3c4d-0123456789-knn-"
LISTING = {"NameContains": PREFIX, "MaxResults": 100, "StatusEquals": "InProgress"}


def summaries(*names: str) -> dict[str, object]:
    arn = "arn:aws:sagemaker:us-east-1:123456789012:training-job/"
    common = {"CreationTime": "2026-11-23T20:00:00Z", "TrainingJobStatus": "InProgress"}
    listed = [{"TrainingJobName": name, "TrainingJobArn": arn + name, **common} for name in names]
    return {"TrainingJobSummaries": listed}


def test_without_jobs_there_is_nothing_to_stop(instance: Instance) -> None:
    SageMakerInventory(instance.client("sagemaker")).stop_running(PREFIX)


def test_jobs_whose_name_begins_so_are_stopped_on_every_page(stubbed: Stubbed) -> None:
    first = {**summaries(f"{PREFIX}0-0-0", f"other-{PREFIX}0-0-0"), "NextToken": "more"}
    stubbed.stubber.add_response("list_training_jobs", first, LISTING)
    stubbed.stubber.add_response(
        "list_training_jobs", summaries(f"{PREFIX}0-0-1"), {**LISTING, "NextToken": "more"}
    )
    for attempt in (0, 1):
        stubbed.stubber.add_response("stop_training_job", {}, {"TrainingJobName": f"{PREFIX}0-0-{attempt}"})

    SageMakerInventory(stubbed.client).stop_running(PREFIX)


def test_a_job_that_ended_meanwhile_is_no_error(stubbed: Stubbed) -> None:
    stubbed.stubber.add_response("list_training_jobs", summaries(f"{PREFIX}0-0-0"), LISTING)
    stubbed.stubber.add_client_error(
        "stop_training_job",
        "ValidationException",
        "The request was rejected because the training job is in status Completed.",
    )

    SageMakerInventory(stubbed.client).stop_running(PREFIX)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("AccessDeniedException", AccessDenied), ("ThrottlingException", ServiceUnavailable)],
)
@pytest.mark.parametrize(
    ("operation", "doing"),
    [("list_training_jobs", "Listing every training-job"), ("stop_training_job", "Stopping training-job")],
)
def test_every_other_refusal_is_told(
    stubbed: Stubbed, operation: str, doing: str, code: str, kind: type[ServiceError]
) -> None:
    if operation == "stop_training_job":
        stubbed.stubber.add_response("list_training_jobs", summaries(f"{PREFIX}0-0-0"), LISTING)
    stubbed.stubber.add_client_error(operation, code, "no")

    with pytest.raises(kind, match=doing):
        SageMakerInventory(stubbed.client).stop_running(PREFIX)
