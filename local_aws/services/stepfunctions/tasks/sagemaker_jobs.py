"""`.sync`: a task that lasts as long as its SageMaker job."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException

from local_aws.core.instance import current_instance
from local_aws.services.stepfunctions.interpreter import failures
from local_aws.services.stepfunctions.interpreter.quotas import compact_json
from local_aws.services.stepfunctions.interpreter.waiting import Abandoned, pause_until_change
from local_aws.services.stepfunctions.json_values import epoch_milliseconds
from local_aws.services.stepfunctions.tasks.clients import call
from local_aws.services.stepfunctions.tasks.requests import operation
from local_aws.services.stepfunctions.tasks.results import to_result

# Of a job's end it is told, as in AWS by EventBridge; it looks now and then for what tells nobody.
POLL_SECONDS, _MAX_POLL_SECONDS, _BACKOFF = 0.15, 2.0, 1.5
# The guide does not say what becomes of a stopped job; AWS's spot sample catches it as a failure.
SUCCEEDED = frozenset({"Completed"})
FAILED = frozenset({"Failed", "Stopped"})
_WORD = re.compile(r"(?<!^)(?=[A-Z])")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """The operations and fields of one kind of job, all named after `noun`."""

    noun: str

    @property
    def name_field(self) -> str:
        return f"{self.noun}Name"

    @property
    def status_field(self) -> str:
        return f"{self.noun}Status"

    @property
    def kind(self) -> str:
        """As ARNs spell it: training-job for TrainingJob."""
        return _WORD.sub("-", self.noun).lower()


JOBS = {f"create{noun}": Job(noun) for noun in ("TrainingJob", "ProcessingJob", "HyperParameterTuningJob")}


def await_job(task: Any, env: Any, client: Any, arguments: dict[str, Any]) -> Any:
    """The description of the completed job.

    Raises FailureEventException (States.TaskFailed, with the description as its cause) for a failed or
    stopped job, and Abandoned, after stopping the job, when the state has ended before it.
    """
    job = JOBS[task.resource.api_action]
    name = arguments[job.name_field]
    _require_list_tags(client, job, name)
    changes, poll_seconds = current_instance().changes, POLL_SECONDS
    while env.is_running():
        seen = changes.count
        description = _describe(client, job, name)
        status = description[job.status_field]
        if status in SUCCEEDED:
            return description
        if status in FAILED:
            cause = compact_json(description)
            raise FailureEventException(failures.task_failure(task, env, failures.TASK_FAILED, cause))
        pause_until_change(env, seen, poll_seconds)
        poll_seconds = min(_MAX_POLL_SECONDS, poll_seconds * _BACKOFF)
    _stop(client, job, name)
    raise Abandoned(name)


def _describe(client: Any, job: Job, name: str) -> Any:
    model = operation("sagemaker", f"describe{job.noun}")
    assert model is not None
    response = call(client, model.name, {job.name_field: name})
    return to_result(response, model.output_shape, epoch_milliseconds)


def _require_list_tags(client: Any, job: Job, name: str) -> None:
    """AWS wants sagemaker:ListTags for `.sync`: the tags tell its own jobs from a person's."""
    call(
        client, "ListTags", {"ResourceArn": current_instance().arn("sagemaker", f"{job.kind}/{name}".lower())}
    )


def _stop(client: Any, job: Job, name: str) -> None:
    try:
        call(client, f"Stop{job.noun}", {job.name_field: name})
    except (ClientError, BotoCoreError) as err:
        # As in AWS the state has ended by now: nobody is left to catch this, but somebody may look for the
        # job.
        _log.warning("%s %s was not stopped with its workflow: %s", job.noun, name, err)
