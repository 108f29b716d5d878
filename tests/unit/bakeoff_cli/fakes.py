"""An account in memory: the few calls that the command makes, answered as AWS answers them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from bakeoff_cli.stack.aws import Aws
from tests.unit.bakeoff_cli.comparisons import comparison
from tests.unit.bakeoff_cli.histories import START, Event, whole_run

BUCKET = "a-bucket"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:bakeoff"
OUTPUTS = {
    "BucketName": BUCKET,
    "StateMachineArn": MACHINE,
    "TopicArn": "arn:topic",
    "ResourcePrefix": "bakeoff-1a2b",
}


def arn_of(run_id: str) -> str:
    return f"{MACHINE.replace(':stateMachine:', ':execution:')}:{run_id}"


def client_error(code: str, message: str, operation: str = "AnOperation") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@dataclass
class Execution:
    """One execution; `statuses` are what successive descriptions say, the last one for good."""

    name: str
    statuses: list[str] = field(default_factory=lambda: ["RUNNING", "SUCCEEDED"])
    events: list[Event] = field(default_factory=whole_run)
    input: dict[str, Any] = field(default_factory=dict)
    output: dict[str, Any] | None = None
    error: str | None = None
    cause: str | None = None
    age: int = 0


class Pages:
    """A paginator of one kind; `pages` gets the call's arguments."""

    def __init__(self, pages: Callable[..., Iterator[Any]]) -> None:
        self._pages = pages

    def paginate(self, **arguments: Any) -> Iterator[Any]:
        return self._pages(**arguments)


class FakeStates:
    """`meta.endpoint_url` is where it would be reached; `before_describing` hears of a run that goes on."""

    class exceptions:
        class ExecutionDoesNotExist(Exception):
            pass

        class InvalidArn(Exception):
            pass

        class ExecutionAlreadyExists(Exception):
            pass

    def __init__(self) -> None:
        self.executions: dict[str, Execution] = {}
        self.on_start: Callable[[str, dict[str, Any]], None] = lambda name, given: None
        self.page_size = 1000
        self.pages_read = self.listings_read = 0
        # The executions of a run's candidates, by the ARN of their Map Run; `executions` holds them, too.
        self.children: dict[str, list[dict[str, Any]]] = {}
        self.meta = SimpleNamespace(endpoint_url="http://127.0.0.1:4566")
        self.before_describing: Callable[[], object] = lambda: None

    def list_executions(self, stateMachineArn: str, maxResults: int) -> dict[str, Any]:
        assert stateMachineArn == MACHINE
        entries = [
            {
                "executionArn": arn_of(e.name),
                "name": e.name,
                "status": e.statuses[0],
                "startDate": START - timedelta(minutes=e.age),
            }
            for e in self.executions.values()
        ]
        return {"executions": entries[:maxResults]}

    def start_execution(self, stateMachineArn: str, name: str, input: str) -> dict[str, Any]:
        assert stateMachineArn == MACHINE
        if name in self.executions:
            raise self.exceptions.ExecutionAlreadyExists(name)
        self.on_start(name, json.loads(input))
        return {"executionArn": arn_of(name), "startDate": START}

    def describe_execution(self, executionArn: str) -> dict[str, Any]:
        execution = self._execution(executionArn)
        status = execution.statuses.pop(0) if len(execution.statuses) > 1 else execution.statuses[0]
        if status == "RUNNING" and self.pages_read:
            self.before_describing()
        ended = {} if status == "RUNNING" else {"stopDate": START + timedelta(seconds=20)}
        failure = {"error": execution.error, "cause": execution.cause} if execution.error else {}
        common = {"name": execution.name, "startDate": START, "input": json.dumps(execution.input)}
        output = {} if execution.output is None else {"output": json.dumps(execution.output)}
        return {**common, "status": status, **ended, **failure, **output}

    def get_paginator(self, operation: str) -> Pages:
        pages: dict[str, Callable[..., Iterator[Any]]] = {
            "get_execution_history": self._history,
            "list_executions": self._children,
        }
        return Pages(pages[operation])

    def _children(self, mapRunArn: str, **others: Any) -> Iterator[Any]:
        self.listings_read += 1
        yield {"executions": self.children.get(mapRunArn, [])}

    def _history(self, executionArn: str, reverseOrder: bool, **others: Any) -> Iterator[Any]:
        events = self._execution(executionArn).events[:: -1 if reverseOrder else 1]
        for start in range(0, len(events), self.page_size):
            self.pages_read += 1
            yield {"events": events[start : start + self.page_size]}

    def _execution(self, arn: str) -> Execution:
        try:
            return self.executions[arn.rsplit(":", 1)[-1]]
        except KeyError:
            raise self.exceptions.ExecutionDoesNotExist(arn) from None


class FakeS3:
    """One versioned bucket; `on_upload` is what the stack's notification would do."""

    def __init__(self, on_upload: Callable[[str, str], None]) -> None:
        self.objects: dict[str, bytes] = {}
        self.versions: dict[str, int] = {}
        self._on_upload = on_upload

    def upload_file(self, file: str, bucket: str, key: str, Callback: Callable[[int], None]) -> None:
        assert bucket == BUCKET
        content = Path(file).read_bytes()
        Callback(len(content))
        self.objects[key], self.versions[key] = content, self.versions.get(key, 0) + 1
        self._on_upload(key, f"v{self.versions[key]}")

    def head_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        return {"VersionId": f"v{self.versions[Key]}"}

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        if Key not in self.objects:
            raise client_error("NoSuchKey", "The specified key does not exist.", "GetObject")
        return {"Body": io.BytesIO(self.objects[Key])}

    def download_file(self, bucket: str, key: str, file: str) -> None:
        Path(file).write_bytes(self.objects[key])

    def get_paginator(self, operation: str) -> Pages:
        assert operation == "list_objects_v2"
        return Pages(self._listing)

    def _listing(self, Bucket: str, Prefix: str, Delimiter: str = "") -> Iterator[Any]:
        keys = [key for key in self.objects if key.startswith(Prefix)]
        if Delimiter:
            rests = [rest for key in keys if Delimiter in (rest := key.removeprefix(Prefix))]
            folders = {f"{Prefix}{rest.split(Delimiter)[0]}{Delimiter}" for rest in rests}
            yield {"CommonPrefixes": [{"Prefix": folder} for folder in sorted(folders)]}
        else:
            yield {"Contents": [{"Key": key, "LastModified": self._moment(key)} for key in keys]}
        yield {}

    def _moment(self, key: str) -> Any:
        """As if the objects had been written in the order in which they were first put."""
        return START + timedelta(seconds=list(self.objects).index(key))


class FakeSageMaker:
    """What exists; with `sweeps`, every listing of endpoints but the first so many finds all of it gone."""

    def __init__(self) -> None:
        self.existing: dict[str, list[str]] = {"Endpoint": [], "EndpointConfig": [], "Model": []}
        self.sweeps: int | None = None

    def get_paginator(self, operation: str) -> Pages:
        kind = {
            "list_endpoints": "Endpoint",
            "list_endpoint_configs": "EndpointConfig",
            "list_models": "Model",
        }
        return Pages(lambda: self._listing(kind[operation]))

    def _listing(self, kind: str) -> Iterator[Any]:
        if kind == "Endpoint" and self.sweeps is not None:
            self.sweeps -= 1
            self.existing = self.existing if self.sweeps >= 0 else {name: [] for name in self.existing}
        yield {f"{kind}s": [{f"{kind}Name": name} for name in self.existing[kind]]}


class FakeLambda:
    """The functions by their real names, with their variables."""

    def __init__(self) -> None:
        self.variables: dict[str, dict[str, str]] = {}

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:
        return {"Environment": {"Variables": self.variables[FunctionName]}}


class FakeNetworks:
    """EC2 as far as subnets and security groups; each is in the VPC beside it."""

    def __init__(self) -> None:
        self.meta = SimpleNamespace(region_name="us-east-1")
        self.subnets = {"subnet-1": "vpc-1", "subnet-2": "vpc-1", "subnet-elsewhere": "vpc-2"}
        self.groups = {"sg-1": "vpc-1"}

    def describe_subnets(self, Filters: list[dict[str, Any]]) -> dict[str, Any]:
        return {"Subnets": list(_filtered("subnet-id", "SubnetId", self.subnets, Filters))}

    def describe_security_groups(self, Filters: list[dict[str, Any]]) -> dict[str, Any]:
        return {"SecurityGroups": list(_filtered("group-id", "GroupId", self.groups, Filters))}


def _filtered(
    known_as: str, key: str, existing: dict[str, str], filters: list[dict[str, Any]]
) -> Iterator[dict[str, str]]:
    [asked] = filters
    assert asked["Name"] == known_as
    return ({key: each, "VpcId": vpc} for each, vpc in existing.items() if each in asked["Values"])


class FakeCloudFormation:
    class meta:
        region_name = "us-east-1"
        endpoint_url = "https://cloudformation.us-east-1.amazonaws.com"

    def __init__(self) -> None:
        self.outputs: dict[str, str] = dict(OUTPUTS)
        self.parameters: dict[str, str] = {}
        self.functions: dict[str, str] = {}
        self.status = "CREATE_COMPLETE"
        self.stack_name = "bakeoff"
        self.error: Exception | None = None

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        if self.error:
            raise self.error
        if StackName != self.stack_name:
            raise client_error(
                "ValidationError", f"Stack with id {StackName} does not exist", "DescribeStacks"
            )
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]
        parameters = [
            {"ParameterKey": key, "ParameterValue": value} for key, value in self.parameters.items()
        ]
        return {"Stacks": [{"Outputs": outputs, "StackStatus": self.status, "Parameters": parameters}]}

    def get_paginator(self, operation: str) -> Pages:
        assert operation == "list_stack_resources"
        return Pages(self._resources)

    def _resources(self, StackName: str) -> Iterator[Any]:
        yield {"StackResourceSummaries": [_resource("DataBucket", "a-bucket", "AWS::S3::Bucket")]}
        functions = (_resource(*names, "AWS::Lambda::Function") for names in self.functions.items())
        yield {"StackResourceSummaries": list(functions)}


def _resource(logical: str, physical: str, kind: str) -> dict[str, str]:
    return {"LogicalResourceId": logical, "PhysicalResourceId": physical, "ResourceType": kind}


class Account:
    """An account with the stack deployed: an upload starts an execution, which leaves a comparison."""

    def __init__(self) -> None:
        self.stepfunctions = FakeStates()
        self.s3 = FakeS3(self._uploaded)
        self.sagemaker = FakeSageMaker()
        self.cloudformation = FakeCloudFormation()
        self.functions = FakeLambda()
        self.ec2 = FakeNetworks()
        self.runtime: Any = None
        self.stepfunctions.on_start = self._started
        self.seen_as: tuple[str | None, str | None] | None = None
        self.starts_runs = True
        self.next_run: dict[str, Any] = {}
        self.report: bytes | None = b"<!doctype html><title>A report</title>"

    @property
    def aws(self) -> Aws:
        return Aws(self.client)

    def client(self, service: str) -> Any:
        names = {"lambda": "functions", "sagemaker-runtime": "runtime"}
        return getattr(self, names.get(service, service))

    def signed_in(self, profile: str | None = None, region: str | None = None) -> Aws:
        """In the place of configured_aws; remembers as whom."""
        self.seen_as = profile, region
        return self.aws

    def add_run(self, run_id: str = "run-1", **execution: Any) -> Execution:
        """An execution with what it leaves in the bucket."""
        self.stepfunctions.executions[run_id] = Execution(run_id, **execution)
        self.s3.objects[f"runs/{run_id}/comparison.json"] = json.dumps(comparison(run_id)).encode()
        self.s3.objects[f"runs/{run_id}/models/xgboost/model.tar.gz"] = b"model"
        if self.report:
            self.s3.objects[f"runs/{run_id}/report.html"] = self.report
        return self.stepfunctions.executions[run_id]

    def add_superseded(self, run_id: str, by: str) -> None:
        """A run whose data are in another's plan; it leaves nothing in the bucket."""
        output = {"run_id": run_id, "superseded_by": by}
        self.stepfunctions.executions[run_id] = Execution(run_id, output=output)

    def _started(self, name: str, given: dict[str, Any]) -> None:
        self.add_run(name, input=given, **self.next_run)

    def _uploaded(self, key: str, version: str) -> None:
        if self.starts_runs:
            trigger = {"bucket": BUCKET, "key": key, "version_id": version}
            run_id = f"run-{len(self.stepfunctions.executions) + 1}"
            self.add_run(run_id, input={"trigger": trigger}, **self.next_run)
