"""The ways in which a Task of the workflow can end, told from its Resource."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore import xform_name
from botocore.exceptions import ReadTimeoutError
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError

from bakeoff.domain.run.files import FINAL
from tests.workflow.simulation.functions import CALLER, INVOKED, Functions
from tests.workflow.simulation.hosting import JobEnd
from tests.workflow.simulation.scripted import Fault, FunctionFailed, ScriptedAws, Work, refused

States = dict[str, Any]
# A state's fields changed beforehand: (its definition, the candidates that are to suffer).
Change = Callable[[dict[str, Any], tuple[str, ...]], None]
Script = Callable[[ScriptedAws, str, tuple[str, ...]], None]


@dataclass(frozen=True)
class Kind:
    """A way to end: `script` prepares AWS for an operation and candidates, `change` alters the state.

    `survived`: the run goes on as if nothing had happened. A person must find `words` in the failure.
    `loses_jobs`: SageMaker may begin a job of which nobody hears.
    """

    name: str
    script: Script
    survived: bool = False
    words: str = ""
    change: Change | None = None
    loses_jobs: bool = False


def operation_of(state: Mapping[str, Any]) -> str:
    """The boto3 method or the function that a Task calls."""
    resource = str(state["Resource"])
    if resource == "arn:aws:states:::lambda:invoke":
        name = str(state["Arguments"]["FunctionName"])
        return name.removeprefix("${").removesuffix("FunctionArn}")
    return str(xform_name(resource.split(":")[-1].partition(".")[0]))


def kinds_of(state: Mapping[str, Any], functions: Functions) -> list[Kind]:
    """Every way in which this Task can end; an unknown kind of resource is an error of this module."""
    resource = str(state["Resource"])
    if resource == "arn:aws:states:::lambda:invoke":
        return list(_of_function(operation_of(state), functions))
    if resource == "arn:aws:states:::sagemaker:createProcessingJob.sync":
        # It writes where its repetition would write: when nobody knows whether it began, the run ends.
        lost = [dataclasses.replace(kind, survived=False) for kind in LOST_ANSWERS]
        return [*REFUSALS, *lost, *QUOTAS, *JOB_ENDS, SENTENCE_FOR_DATA]
    if resource == "arn:aws:states:::sagemaker:createTrainingJob.sync":
        return [*REFUSALS, *LOST_ANSWERS, *QUOTAS, *JOB_ENDS, *OUT_OF_TIME]
    if resource == "arn:aws:states:::sagemaker:createHyperParameterTuningJob.sync":
        return [*REFUSALS, *LOST_ANSWERS, *QUOTAS, *JOB_ENDS, NO_BEST_JOB]
    if resource == "arn:aws:states:::aws-sdk:sagemaker:listTrainingJobsForHyperParameterTuningJob":
        return list(REFUSALS)
    if resource.startswith("arn:aws:states:::sagemaker:create"):
        return [*REFUSALS, *LOST_ANSWERS, *QUOTAS]
    if resource == "arn:aws:states:::aws-sdk:sagemaker:describeEndpoint":
        return [*REFUSALS, *ENDPOINT_ENDS]
    raise LookupError(
        f"No failure vocabulary for the resource {resource}: add one to fault_matrix/faults.py."
    )


def _of_function(name: str, functions: Functions) -> Iterator[Kind]:
    assert name in INVOKED
    yield from FUNCTION_ENDS
    if functions.uses(name, "LiveEndpoint"):
        yield from MODEL_REPLIES
    if functions.uses(name, "HOSTING"):
        yield from HOSTING_REFUSALS
    if functions.uses(name, "TAKER"):
        yield Kind("turn comes later", _turns("wait", "unplanned", "unsettled"), survived=True)


# ---------------------------------------------------------------- how a call can end
def raising(error: Exception, times: int = 10**6) -> Script:
    def script(aws: ScriptedAws, operation: str, where: tuple[str, ...]) -> None:
        # For each candidate its own count: `times` faults meet every one of them.
        for name in where or ("",):
            aws.faults.append(Fault.raising(operation, error, *filter(None, [name]), times=times))

    return script


def losing_the_answer(error: Exception, times: int = 10**6) -> Script:
    """The service does what it was asked for, but nobody hears of it."""

    def meet(work: Work) -> Any:
        work()
        raise error

    def script(aws: ScriptedAws, operation: str, where: tuple[str, ...]) -> None:
        for name in where or ("",):
            aws.faults.append(Fault(operation, meet, tuple(filter(None, [name])), times))

    return script


def answering(result: Any) -> Script:
    def script(aws: ScriptedAws, operation: str, where: tuple[str, ...]) -> None:
        aws.faults.append(Fault(operation, lambda _: result, where))

    return script


def _job(
    status: str,
    reason: str | None = None,
    times: int = 10**6,
    message: str | None = None,
    secondary: str | None = None,
    barren: bool = False,
) -> Script:
    """The first `times` jobs of each candidate end so."""

    def script(aws: ScriptedAws, operation: str, where: tuple[str, ...]) -> None:
        for name in where or ("prepare",):
            aws.sagemaker.job_ends[name] = JobEnd(status, reason, times, message, barren, secondary)

    return script


def _endpoint(*statuses: str) -> Script:
    def script(aws: ScriptedAws, operation: str, where: tuple[str, ...]) -> None:
        for name in where:
            aws.sagemaker.endpoint_status[name] = list(statuses)

    return script


def _reply(body: str) -> Script:
    def script(aws: ScriptedAws, operation: str, where: tuple[str, ...]) -> None:
        for name in where:
            aws.sagemaker.replies[name] = body

    return script


def _turns(*turns: str) -> Script:
    def script(aws: ScriptedAws, operation: str, where: tuple[str, ...]) -> None:
        aws.turns = [{"turn": turn, "wait_seconds": 30, "superseded_by": "another"} for turn in turns]

    return script


SUPERSEDED = _turns("superseded")


def _refusing_to(operation: str, error: Exception, times: int = 10**6) -> Script:
    """A function's own call of AWS is refused."""
    inner = raising(error, times)
    return lambda aws, _, where: inner(aws, CALLER + operation, where)


def _one_second(state: dict[str, Any], where: tuple[str, ...]) -> None:
    """Real time, because the job is stopped by the interpreter's own timer."""
    names = "[" + ", ".join(f"'{name}'" for name in where) + "]"
    is_in_the_map = where and where != (FINAL,)
    state["TimeoutSeconds"] = f"{{% $candidate.name in {names} ? 1 : 3600 %}}" if is_in_the_map else 1


THROTTLED = refused("ThrottlingException", "Rate exceeded")
QUOTA = refused(
    "ResourceLimitExceeded",
    "The account-level service limit 'ml.m5.large for training job usage' is 1 Instances, with current "
    "utilization of 1 Instances and a request delta of 1 Instances.",
)
NO_QUOTA = refused(
    "ResourceLimitExceeded",
    "The account-level service limit 'ml.m5.large for endpoint usage' is 0 Instances, with current "
    "utilization of 0 Instances and a request delta of 1 Instances.",
)
DENIED = refused("AccessDeniedException", "The role is not authorized to perform this action")
GONE = refused("ResourceNotFoundException", "Function not found: arn:aws:lambda:...:function:name:7", 404)
INVALID = refused("ValidationException", "1 validation error detected")
UNHEARD = ReadTimeoutError(endpoint_url="https://api.sagemaker.us-east-1.amazonaws.com")
INTERNAL = refused("InternalFailure", "We encountered an internal error", status=500)
SILENCE = EvalTimeoutError()
CAPACITY = "CapacityError: Unable to provision requested ML compute capacity. Please retry after some time."
MISHAP = "InternalServerError: We encountered an internal error. Please try again."

REFUSALS = (
    Kind("throttled once", raising(THROTTLED, times=1), survived=True),
    Kind("throttled for good", raising(THROTTLED), words="Rate exceeded"),
    Kind("refused as invalid", raising(INVALID), words="validation error"),
    Kind("access denied", raising(DENIED), words="not authorized"),
    Kind("never answers", raising(SILENCE), words="longer than the workflow"),
)
LOST_ANSWERS = (
    Kind("answer lost once", losing_the_answer(UNHEARD, times=1), survived=True, loses_jobs=True),
    Kind(
        "internal error after the fact, once",
        losing_the_answer(INTERNAL, times=1),
        survived=True,
        loses_jobs=True,
    ),
    Kind(
        "never answers, but does it",
        losing_the_answer(SILENCE),
        words="longer than the workflow",
        loses_jobs=True,
    ),
)
QUOTAS = (
    Kind("quota for a while", raising(QUOTA, times=2), survived=True),
    Kind("quota for good", raising(QUOTA), words="quota"),
    Kind("quota of zero", raising(NO_QUOTA), words="quota"),
)
JOB_ENDS = (
    Kind("job Failed", _job("Failed", "AlgorithmError: bad row"), words="AlgorithmError: bad row"),
    Kind("job Stopped", _job("Stopped"), words="stopped"),
    Kind("no capacity for a while", _job("Failed", CAPACITY, times=2), survived=True),
    Kind("no capacity for good", _job("Failed", CAPACITY), words="capacity"),
    Kind("SageMaker's own mishap, once", _job("Failed", MISHAP, times=1), survived=True),
    Kind("SageMaker's own mishap, always", _job("Failed", MISHAP), words="internal error"),
    Kind("job never ends", _job("InProgress"), words="longer than", change=_one_second),
)
SENTENCE_FOR_DATA = Kind(
    "job Completed with a sentence for a person",
    _job("Completed", message="Mend the line that is too long."),
    words="Mend the line",
)
NO_BEST_JOB = Kind(
    "tuning job Completed without a best training job",
    _job("Completed", barren=True),
    words="None of the training jobs gave a value",
)
OUT_OF_TIME = (
    Kind("job out of time", _job("Stopped", secondary="MaxRuntimeExceeded"), words="took longer than it may"),
    Kind("no spot instance in time", _job("Stopped", secondary="MaxWaitTimeExceeded"), words="spot instance"),
)
ENDPOINT_ENDS = (
    Kind("endpoint Failed", _endpoint("Failed"), words="did not answer"),
    Kind("endpoint Failed in the end", _endpoint("Creating", "Creating", "Failed"), words="did not answer"),
    Kind("endpoint never in service", _endpoint("Creating for 2700", "Failed"), words="longer than"),
    Kind("endpoint slow", _endpoint("Creating", "Creating", "InService"), survived=True),
    Kind("endpoint rolled back", _endpoint("RollingBack", "OutOfService"), words="RollingBack"),
)
FUNCTION_ENDS = (
    Kind("throttled once", raising(refused("TooManyRequestsException", "Rate exceeded"), 1), survived=True),
    Kind("throttled for good", raising(refused("TooManyRequestsException", "Rate exceeded"))),
    Kind("service error once", raising(refused("ServiceException", "internal", 500), 1), survived=True),
    Kind("access denied", raising(DENIED), words="not authorized"),
    # Of a run that somebody redrives when its versions have been deleted.
    Kind("version is gone", raising(GONE), words="Function not found"),
    Kind(
        "times out",
        raising(FunctionFailed("Sandbox.Timedout", "RequestId: 1 Error: Task timed out after 60.00 seconds")),
        words="timed out",
    ),
    Kind(
        "times out, but does it",
        losing_the_answer(FunctionFailed(None, "Task timed out after 60.00 seconds")),
        words="timed out",
    ),
    Kind(
        "crashes",
        raising(FunctionFailed("Runtime.ExitError", "RequestId: 1 Error: Runtime exited with exit status 1")),
        words="exited",
    ),
    Kind(
        "runs out of memory",
        raising(FunctionFailed("Runtime.ExitError", "RequestId: 1 Error: Runtime exited: signal: killed")),
        words="killed",
    ),
    Kind("refuses its payload", raising(FunctionFailed("InvalidEvent", "The payload has no field 'run_id'"))),
    Kind("answers rubbish", answering({"nonsense": True})),
    Kind("answers nothing", answering(None)),
    Kind("never answers", raising(SILENCE), words="longer than"),
)
MODEL_REPLIES = (
    Kind("malformed reply", _reply('{"predictions": [{"score": "NaN"}]}'), words="finite numbers"),
    Kind("reply that is no JSON", _reply("<html>"), words="reply"),
    Kind(
        "model error",
        _refusing_to("invoke_endpoint", refused("ModelError", "exploded", 424)),
        words="exploded",
    ),
)
NEED_AN_ENDPOINT = (
    Kind("endpoint is not deleted", _refusing_to("delete_endpoint", DENIED), words="by hand"),
    Kind("throttled while deleting", _refusing_to("delete_endpoint", THROTTLED, 2), survived=True),
)
HOSTING_REFUSALS = (
    Kind("endpoint is not described", _refusing_to("describe_endpoint", DENIED), words="by hand"),
    *NEED_AN_ENDPOINT,
    Kind("configuration is not deleted", _refusing_to("delete_endpoint_config", DENIED), words="by hand"),
    Kind("model is not deleted", _refusing_to("delete_model", DENIED), words="by hand"),
)
