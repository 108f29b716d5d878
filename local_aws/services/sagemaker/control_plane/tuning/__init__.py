"""moto 5.2.5 completes a tuning job at once, with a training job that never was; here a search trains."""

from __future__ import annotations

import threading
import time
from typing import Any

from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound, ValidationError

from local_aws.core.instance import current_instance
from local_aws.core.per_instance import PerInstance
from local_aws.services.sagemaker.control_plane.actions import Call, answer, empty, result
from local_aws.services.sagemaker.control_plane.jobs import TRAINING
from local_aws.services.sagemaker.control_plane.roles import require_assumable
from local_aws.services.sagemaker.control_plane.tuning import listing
from local_aws.services.sagemaker.control_plane.tuning.records import TuningRecord
from local_aws.services.sagemaker.control_plane.tuning.requests import check, training_request
from local_aws.services.sagemaker.control_plane.tuning.tuner import Tuner
from local_aws.services.sagemaker.data_plane.running_jobs import RunningJobs

_NOUN, _KIND = "HyperParameterTuningJob", "hyper-parameter-tuning-job"
# Of these words AWS's documentation says nothing; those of training jobs are known.
_DUPLICATE = (
    "Hyperparameter tuning job names must be unique within an AWS account and region, and a hyperparameter "
    "tuning job with this name already exists ({arn})"
)
_MISSING = "Requested resource not found."
_running = PerInstance(RunningJobs)
_creating = threading.Lock()


def apply() -> None:
    answer(f"Create{_NOUN}", _create)
    answer(f"Describe{_NOUN}", lambda call: result(**_find(call).description()))
    answer(f"Stop{_NOUN}", _stop)
    answer(f"Delete{_NOUN}", _delete)
    answer(f"List{_NOUN}s", _list)
    answer(f"ListTrainingJobsFor{_NOUN}", _list_training_jobs)


def _create(call: Call) -> Any:
    name, definition = call.request[f"{_NOUN}Name"], call.request.get("TrainingJobDefinition", {})
    arn = call.arn(_KIND, name)
    check(call.request)
    _check_training_jobs(call, definition, arn)
    with _creating:
        # "The name is not case sensitive", says the API's reference.
        if name.lower() in map(str.lower, _store(call)):
            raise ResourceInUseException(message=_DUPLICATE.format(arn=arn))
        described = call.moto()
    record = TuningRecord(_store(call)[name], call.request)
    tuner = Tuner(current_instance(), call.backend.training_jobs, call.request, record, time.monotonic)
    _running.get().start(arn, record, tuner.run)
    return described


def _check_training_jobs(call: Call, definition: dict[str, Any], arn: str) -> None:
    """What a training job of this definition would be refused for."""
    request = training_request(definition)
    TRAINING.check(request)
    require_assumable(request["RoleArn"], arn)
    TRAINING.permit(Call(request, call.backend, call.moto))


def _stop(call: Call) -> Any:
    record = _find(call)
    if not record.running:
        raise ValidationError(
            message="The request was rejected because the hyperparameter tuning job is in status "
            f"{record.status}."
        )
    record.stopping()
    _running.get().stop(record.arn)
    return empty()


def _delete(call: Call) -> Any:
    record = _find(call)
    if record.running:
        raise ValidationError(message=f"Stop {record.arn} first: it is in status {record.status}.")
    return call.moto()


def _list(call: Call) -> Any:
    found, token = listing.tuning_jobs([TuningRecord.of(job) for job in _store(call).values()], call.request)
    return result(**{f"{_NOUN}Summaries": [each.summary() for each in found], "NextToken": token})


def _list_training_jobs(call: Call) -> Any:
    found, token = listing.trials(_find(call).trials, call.request)
    return result(TrainingJobSummaries=[each.summary() for each in found], NextToken=token)


def _store(call: Call) -> dict[str, Any]:
    store: dict[str, Any] = call.backend.hyper_parameter_tuning_jobs
    return store


def _find(call: Call) -> TuningRecord:
    job = _store(call).get(call.request[f"{_NOUN}Name"])
    if job is None:
        raise ResourceNotFound(message=_MISSING)
    return TuningRecord.of(job)
