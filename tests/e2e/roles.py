"""The roles of a deployed stack, and the runs that use every one of their permissions."""

from __future__ import annotations

import itertools
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from moto.awslambda.models import lambda_backends

from bakeoff.domain.run.names import resource_name, tuning_name
from local_aws.deployment import deploy as deployment
from local_aws.embedded import EmbeddedAws
from local_aws.services import iam
from local_aws.services.eventbridge.schedules import clock
from local_aws.services.iam import Answered
from tests.e2e.held import SHELL, TUNED_SHELL, Containers
from tests.e2e.needs import Role
from tests.e2e.orphans import Orphans, prepare
from tests.e2e.production import Production
from tests.e2e.promotions import BY_HAND, PROMOTION, promote_in_every_way
from tests.e2e.protection import lose_an_upload, protect
from tests.e2e.stack import Stack
from tests.patience import eventually
from tests.template import TEMPLATE_PATH

# Every condition of the template that a policy depends on must hold with these and a Protection's.
OPTIONS = {
    "DataRetention": "Delete",
    "ExpireEndpointLogs": "true",
    "Algorithms": "linear-learner",
    "LatencyCalls": "3",
    "MaxConcurrentRuns": "1",
    "MaxDailyCost": "1000000",
    "MaxMonthlyProductionCost": "1000000",
    **PROMOTION,
}
HANGING = {"name": "hanging", "algorithm": "xgboost", "image_uri": SHELL}
SEARCHING = {**HANGING, **TUNED_SHELL, "name": "searching"}
# Its job is stopped by clean-up, as one is whose creation the workflow never heard of.
STRAY = {**HANGING, "name": "stray"}
MISSPELLED = {"name": "misspelled", "algorithm": "xgboost", "hyperparameters": {"max_depth": "deep"}}
_ROLE_TYPE = "AWS::IAM::Role"
_MIXED_SETTINGS = b"target: rent\nimportance: true\n"
_TUNED = b"algorithms: [{name: tuned, algorithm: linear-learner, tuning: {jobs: 2}}]\n"
# A candidate's number that the stopped run has not.
_NOBODY_S = 39
_STOPPED = "stopped-in-training"


@dataclass(frozen=True)
class RemovedStatement:
    """How a run ended from whose stack one statement had really been removed, and what was refused."""

    role: Role
    sid: str
    described: dict[str, Any]
    denials: list[Answered]


@dataclass(frozen=True)
class Evidence:
    """What the roles of one stack asked for, from its creation to its deletion.

    `by_hand` is what calls of functions take that no workflow makes, and `production` what there was of it
    before the deletion, and after.
    """

    recorded: list[Answered]
    by_hand: list[Answered]
    roles: dict[str, Role]
    template: dict[str, Any]
    happy: dict[str, Any]
    unfinished: dict[str, Any]
    trespasses: dict[str, str]
    production: tuple[set[str], set[str]]
    removed: RemovedStatement


def gather(aws: EmbeddedAws, name: str, data: bytes, role: str, sid: str) -> Evidence:
    """Deploy, compare, fail, stop and delete; in between, a run without the statement `sid` of `role`."""
    with iam.recording() as recorded:
        protection = protect(aws.instance).parameters
        stack = Stack(aws, aws.deploy(TEMPLATE_PATH, name, {**OPTIONS, **protection}))
        lose_an_upload(stack, name)
        _refuse(stack)
        happy = _compare(stack, data)
        _compare_mixed(stack)
        _compare_classes(stack)
        with_folds = _compare_folds(stack)
        _stop_in_training(stack, name)
        _stop_in_processing(stack, data, recorded)
        _sweep_orphans(stack)
        promote_in_every_way(stack)
        _deploy_again(stack, name, {**OPTIONS, **protection})
    template = processed_template(aws, name)
    roles = roles_of(aws, name)
    with iam.recording() as by_hand:
        unfinished = _judge(stack, name, _STOPPED)
        _publish_without_prices(stack, name)
        for run_id in with_folds:
            _judge_in_vain(stack, name, run_id)
        for function, payload in BY_HAND:
            _invoke(stack, name, function, payload)
    trespasses = _trespasses(stack, roles["SageMakerRole"])
    removed = _without_statement(stack, name, roles[role], sid)
    production = Production(stack, "")
    before = production.everything()
    with iam.recording() as at_the_end:
        deployment.delete(aws.instance, name)
    return Evidence(
        recorded=recorded + at_the_end,
        by_hand=by_hand,
        roles=roles,
        template=template,
        happy=happy,
        unfinished=unfinished,
        trespasses=trespasses,
        production=(before, production.everything()),
        removed=removed,
    )


def processed_template(aws: EmbeddedAws, name: str) -> dict[str, Any]:
    client = aws.instance.client("cloudformation")
    body = client.get_template(StackName=name, TemplateStage="Processed")["TemplateBody"]
    template: dict[str, Any] = body if isinstance(body, dict) else json.loads(body)
    return template


def roles_of(aws: EmbeddedAws, name: str) -> dict[str, Role]:
    """The roles that exist in the stack, by logical id, with their policies as they are now."""
    return {logical_id: _role(aws, logical_id, physical) for logical_id, physical in _role_names(aws, name)}


def _role_names(aws: EmbeddedAws, name: str) -> Iterator[tuple[str, str]]:
    pages = (
        aws.instance.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
    )
    for resource in (each for page in pages for each in page["StackResourceSummaries"]):
        if resource["ResourceType"] == _ROLE_TYPE:
            yield resource["LogicalResourceId"], resource["PhysicalResourceId"]


def _role(aws: EmbeddedAws, logical_id: str, name: str) -> Role:
    client = aws.instance.client("iam")
    attached = client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    managed = frozenset(each["PolicyName"] for each in attached if ":iam::aws:" in each["PolicyArn"])
    arn = client.get_role(RoleName=name)["Role"]["Arn"]
    return Role(logical_id, arn, tuple(iam.statements_of_role(arn)), managed)


def _trespasses(stack: Stack, role: Role) -> dict[str, str]:
    """What a training job is told where its role has no business: error messages by operation and key."""
    instance, bucket = stack.aws.instance, stack.bucket
    source = iam.Source(instance.arn("sagemaker", "training-job/curious"))
    client = instance.client(
        "s3", iam.assume(instance, role.arn, "SageMaker", "sagemaker.amazonaws.com", source)
    )
    stack.upload("private/1", b"secret")
    told = {}
    for operation, key in (("get_object", "private/1"), ("put_object", "Inputs/mine"), ("put_object", "x")):
        try:
            getattr(client, operation)(Bucket=bucket, Key=key)
        except ClientError as err:
            told[f"{operation} {key}"] = str(err)
    return told


def _refuse(stack: Stack) -> None:
    """The first run of all, so that no plan has asked for a price before the janitor does."""
    assert stack.start("refused", {"algorithms": []})["error"] == "InvalidAlgorithms"
    eventually(lambda: stack.keys("runs/refused/receipt.json"))


def _compare(stack: Stack, data: bytes) -> dict[str, Any]:
    """A run that goes well; one of its requests for a training job got lost and was made again."""
    run_id = stack.upload("Inputs/data.libsvm", data)
    with _held_jobs(processing=False):
        job = resource_name(stack.outputs["ResourcePrefix"], run_id, "linear-learner") + "-0-9"
        Orphans(stack, run_id, {"bakeoff:stack": stack.name, "bakeoff:run": run_id}).make_training_job(job)
        described = stack.wait(run_id)
        eventually(lambda: _status(stack, "Training", job) == "Stopped")
    return described


def _compare_mixed(stack: Stack) -> None:
    """A data set of its own, whose report and importance need what the job found in its training rows, and
    whose candidate is tuned.
    """
    stack.wait(stack.upload("Inputs/rents/bakeoff.yaml", _MIXED_SETTINGS + _TUNED))
    rows = (f"{20 + n % 7 + 5 * (n % 3)}.{n},{n % 7},{'abc'[n % 3]}\n" for n in range(300))
    run_id = stack.upload("Inputs/rents/rows.csv", f"rent,area,district\n{''.join(rows)}".encode())
    described = stack.wait(run_id)
    assert described["status"] == "SUCCEEDED", described.get("cause")
    result = stack.read_json(f"runs/{run_id}/results/tuned.json")
    assert {item["column"] for item in result["importance"]["columns"]} == {"area", "district"}
    assert len(result["tuning"]["trials"]) == 2
    assert "district" in stack.read(f"runs/{run_id}/report.html")


def _compare_classes(stack: Stack) -> None:
    """A data set whose predictions are stored by the names of classes, which the job counted."""
    stack.wait(stack.upload("Inputs/kinds/bakeoff.yaml", b"target: kind\n"))
    rows = (f"{'old' if n % 7 > 2 + n % 2 else 'new'},{n % 7},{n}\n" for n in range(300))
    described = stack.run_of("Inputs/kinds/rows.csv", f"kind,age,area\n{''.join(rows)}".encode())
    assert described["status"] == "SUCCEEDED", described.get("cause")
    assert "p_new" in stack.read(f"runs/{described['name']}/predictions/linear-learner.csv")


def _compare_folds(stack: Stack) -> list[str]:
    """A plain table, whose data folds are read through manifests, and the mixed one with importance; the ids
    of their runs.
    """
    numbers = "".join(f"{n % 7 + n % 3},{n % 7},{37 * n % 401}\n" for n in range(300))
    stack.wait(stack.upload("Inputs/numbers/bakeoff.yaml", b"target: 1\nfolds: 3\n"))
    plain = stack.run_of("Inputs/numbers/rows.csv", numbers.encode())
    mixed = stack.run_of("Inputs/rents/bakeoff.yaml", _MIXED_SETTINGS + b"folds: 3\n")
    for described in (plain, mixed):
        assert described["status"] == "SUCCEEDED", described.get("cause")
        assert stack.read_json(f"runs/{described['name']}/final.json")["status"] == "completed"
    importance = stack.read_json(f"runs/{mixed['name']}/results/linear-learner.json")["importance"]
    assert {item["column"] for item in importance["columns"]} == {"area", "district"}
    return [plain["name"], mixed["name"]]


@contextmanager
def _held_jobs(*, processing: bool) -> Iterator[Containers]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        container = Containers(Path(folder))
        container.install(patch, processing=processing)
        yield container


def _stop_in_training(stack: Stack, name: str) -> None:
    """One candidate has failed, one has been given back, and another one trains when the run is stopped; and
    again after a redrive.
    """
    prepare(stack, _STOPPED)
    with _held_jobs(processing=True) as held:
        _start(stack, _STOPPED, {"algorithms": [MISSPELLED, STRAY, HANGING, SEARCHING]})
        held.go_on(eventually(lambda: _running(stack, "Processing", "prepare")), "true")
        eventually(lambda: stack.keys(f"runs/{_STOPPED}/results/misspelled.json"))
        _give_back(stack, name, eventually(lambda: _running(stack, "Training", "stray")))
        job = eventually(lambda: _running(stack, "Training", "hanging"))
        prefix = tuning_name(stack.outputs["ResourcePrefix"], _STOPPED, 3)
        eventually(lambda: _running(stack, "HyperParameterTuning", prefix))
        _stop(stack, _STOPPED)
        eventually(lambda: _status(stack, "Training", job) == "Stopped")
        _redrive(stack, _STOPPED)
        again = eventually(lambda: _running(stack, "Training", "hanging"))
        _stop(stack, _STOPPED)
        eventually(lambda: _status(stack, "Training", again) == "Stopped")


def _give_back(stack: Stack, name: str, job: str) -> None:
    """Call clean-up for the candidate of a running job."""
    tags = {"bakeoff:stack": stack.name, "bakeoff:run": _STOPPED}
    tuning = Orphans(stack, _STOPPED, tags).make_tuning_job(_NOBODY_S)
    payload = {
        "run_id": _STOPPED,
        "resource_name": job.removesuffix("-0-0-0"),
        "tuning_name": tuning.removesuffix("0"),
    }
    _invoke(stack, name, "ReleaseResourcesFunction", payload)
    eventually(lambda: _status(stack, "Training", job) == "Stopped")
    eventually(lambda: _status(stack, "HyperParameterTuning", tuning) == "Stopped")


def _stop_in_processing(stack: Stack, data: bytes, recorded: list[Answered]) -> None:
    """While the run prepares its data, its input is replaced, and the newer upload waits for its turn, until
    it finds itself in a plan.
    """
    name = "stopped-in-processing"
    # A job that ends by itself could end before the upload is seen to wait for it.
    with _held_jobs(processing=True) as held:
        _start(stack, name, {})
        job = eventually(lambda: _running(stack, "Processing", "prepare"))
        eventually(lambda: held.has_begun(job))
        waiting = stack.upload("Inputs/data.libsvm", data)
        eventually(lambda: _asked(recorded, "TakeTurn", "s3:ListBucketVersions"))
        # As it is for a moment, until a run has planned.
        s3, plan = stack.aws.instance.client("s3"), {"Bucket": stack.bucket, "Key": f"runs/{name}/plan.json"}
        s3.delete_object(**plan)
        eventually(lambda: _asked(recorded, "TakeTurn", "s3:ListBucket"))
        newer = s3.head_object(Bucket=stack.bucket, Key="Inputs/data.libsvm")["VersionId"]
        planned = {"inputs": [{"key": "Inputs/data.libsvm", "version_id": newer}]}
        s3.put_object(**plan, Body=json.dumps(planned).encode())
        assert json.loads(stack.wait(waiting)["output"])["superseded_by"] == name
        _stop(stack, name)
        eventually(lambda: _status(stack, "Processing", job) == "Stopped")


def _asked(recorded: list[Answered], role: str, action: str) -> bool:
    return any(role in each.question.role and each.question.request.action == action for each in recorded)


def _sweep_orphans(stack: Stack) -> None:
    """Whatever a run can leave is there when the janitor's schedule comes round."""
    with _held_jobs(processing=True):
        tags = {"bakeoff:stack": stack.name, "bakeoff:run": "ended-long-ago"}
        orphans = Orphans(stack, "ended-long-ago", tags)
        orphans.make("linear-learner")
        tuning = orphans.make_tuning_job()
        training = eventually(lambda: _running(stack, "Training", "linear-learner"))
        processing = eventually(lambda: _running(stack, "Processing", "prepare"))
        minutes = itertools.count(16, 16)

        def swept() -> bool:
            clock.get().look(datetime.now(UTC) + timedelta(minutes=next(minutes)))
            time.sleep(1)
            return not stack.leftovers()

        eventually(swept)
        eventually(lambda: _status(stack, "Training", training) == "Stopped")
        eventually(lambda: _status(stack, "Processing", processing) == "Stopped")
        eventually(lambda: _status(stack, "HyperParameterTuning", tuning) == "Stopped")


def _deploy_again(stack: Stack, name: str, parameters: dict[str, str]) -> None:
    """With another parameter, when each function of the workflow has a version that no run can call."""
    client = stack.aws.instance.client("lambda")
    for function in stack.functions_of_the_workflow():
        client.update_function_configuration(FunctionName=function, Description="changed by hand")
        number = client.publish_version(FunctionName=function)["Version"]
        backend = lambda_backends[stack.aws.instance.account_id][stack.aws.instance.region]
        backend.get_function(function, number).last_modified = "2020-01-01T00:00:00.000+0000"
    stack.aws.deploy(TEMPLATE_PATH, name, {**parameters, "LatencyCalls": "4"})
    for function in stack.functions_of_the_workflow():
        listed = client.list_versions_by_function(FunctionName=function)["Versions"]
        assert "1" not in {each["Version"] for each in listed}, function


def _without_statement(stack: Stack, name: str, role: Role, sid: str) -> RemovedStatement:
    """Update the stack to the template without that statement, and run."""
    client = stack.aws.instance.client("cloudformation")
    template = processed_template(stack.aws, name)
    _remove_statement(template["Resources"][role.logical_id], sid)
    client.update_stack(
        StackName=name,
        TemplateBody=json.dumps(template),
        Parameters=client.describe_stacks(StackName=name)["Stacks"][0]["Parameters"],
        Capabilities=["CAPABILITY_IAM"],
    )
    client.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    with iam.recording() as recorded:
        described = stack.start("one-statement-less", {})
    denials = [each for each in recorded if not each.judgement.allowed]
    return RemovedStatement(role, sid, described, denials)


def _remove_statement(role: dict[str, Any], sid: str) -> None:
    documents = [policy["PolicyDocument"] for policy in role["Properties"]["Policies"]]
    for document in documents:
        document["Statement"] = [each for each in document["Statement"] if each["Sid"] != sid]
    role["Properties"]["Policies"] = [
        policy for policy in role["Properties"]["Policies"] if policy["PolicyDocument"]["Statement"]
    ]


def _start(stack: Stack, name: str, execution_input: dict[str, Any]) -> None:
    stack.aws.instance.client("stepfunctions").start_execution(
        stateMachineArn=stack.outputs["StateMachineArn"], name=name, input=json.dumps(execution_input)
    )


def _stop(stack: Stack, name: str) -> None:
    arn = stack.executions()[name]["executionArn"]
    stack.aws.instance.client("stepfunctions").stop_execution(executionArn=arn)


def _redrive(stack: Stack, name: str) -> None:
    arn = stack.executions()[name]["executionArn"]
    stack.aws.instance.client("stepfunctions").redrive_execution(executionArn=arn)


def _judge(stack: Stack, name: str, run_id: str) -> dict[str, Any]:
    """The comparison of a run of which candidates failed or left nothing."""
    _invoke(stack, name, "JudgeCandidatesFunction", {"run_id": run_id})
    comparison: dict[str, Any] = stack.read_json(f"runs/{run_id}/comparison.json")
    return comparison


def _publish_without_prices(stack: Stack, name: str) -> None:
    """As of a plan that an earlier release wrote, which tells no price: the bucket does."""
    key = f"runs/{_STOPPED}/plan.json"
    plan = {each: value for each, value in stack.read_json(key).items() if each != "cost"}
    stack.aws.instance.client("s3").put_object(Bucket=stack.bucket, Key=key, Body=json.dumps(plan).encode())
    _invoke(stack, name, "PublishReportFunction", {"run_id": _STOPPED, "leftovers": [], "final": None})
    assert stack.read_json(f"runs/{_STOPPED}/receipt.json")["lines"]


def _judge_in_vain(stack: Stack, name: str, run_id: str) -> None:
    """As after a run of which no candidate finished: the baseline is measured on the rows all the same."""
    for key in stack.keys(f"runs/{run_id}/results/"):
        stack.aws.instance.client("s3").delete_object(Bucket=stack.bucket, Key=key)
    comparison = _judge(stack, name, run_id)
    assert {each["status"] for each in comparison["candidates"]} == {"failed"}
    assert comparison["baseline"]["metrics"]["rmse"]


def _invoke(stack: Stack, name: str, logical_id: str, payload: dict[str, Any]) -> None:
    resource = stack.aws.instance.client("cloudformation").describe_stack_resource(
        StackName=name, LogicalResourceId=logical_id
    )
    function = resource["StackResourceDetail"]["PhysicalResourceId"]
    answer = stack.aws.instance.client("lambda").invoke(FunctionName=function, Payload=json.dumps(payload))
    assert "FunctionError" not in answer, answer["Payload"].read()


def _running(stack: Stack, kind: str, part: str) -> str | None:
    """The running job of this stack, if there is one, with `part` in its name."""
    client = stack.aws.instance.client("sagemaker")
    jobs = getattr(client, f"list_{xform_name(kind)}_jobs")(NameContains=part)[f"{kind}JobSummaries"]
    running = [each[f"{kind}JobName"] for each in jobs if each[f"{kind}JobStatus"] == "InProgress"]
    return next((name for name in running if name.startswith(stack.outputs["ResourcePrefix"])), None)


def _status(stack: Stack, kind: str, job: str) -> str:
    describe = getattr(stack.aws.instance.client("sagemaker"), f"describe_{xform_name(kind)}_job")
    return str(describe(**{f"{kind}JobName": job})[f"{kind}JobStatus"])
