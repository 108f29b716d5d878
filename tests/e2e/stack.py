"""A deployed stack, as its user sees it: upload, wait, read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff.domain.run.names import run_id_of
from local_aws.embedded import EmbeddedAws
from tests.patience import PATIENCE_SECONDS, eventually

_RUN_SECONDS = 2.5 * PATIENCE_SECONDS


@dataclass(frozen=True)
class Stack:
    aws: EmbeddedAws
    outputs: dict[str, str]

    @property
    def name(self) -> str:
        """The workflow is called as the stack."""
        return self.outputs["StateMachineArn"].rsplit(":", 1)[-1]

    @property
    def bucket(self) -> str:
        return self.outputs["BucketName"]

    def upload(self, key: str, body: bytes) -> str:
        """The id of the run that the upload starts, if it holds data."""
        put = self.aws.instance.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body)
        return run_id_of(self.bucket, key, put["VersionId"])

    def clear_inputs(self) -> None:
        s3 = self.aws.instance.client("s3")
        for item in s3.list_objects_v2(Bucket=self.bucket, Prefix="Inputs/").get("Contents", []):
            s3.delete_object(Bucket=self.bucket, Key=item["Key"])

    def executions(self) -> dict[str, Any]:
        states = self.aws.instance.client("stepfunctions")
        listed = states.list_executions(stateMachineArn=self.outputs["StateMachineArn"])["executions"]
        return {item["name"]: item for item in listed}

    def run_of(self, key: str, body: bytes) -> dict[str, Any]:
        """Upload, and wait for the end of the run that it starts; its description."""
        return self.wait(self.upload(key, body))

    def start(self, name: str, execution_input: dict[str, Any]) -> dict[str, Any]:
        """Start an execution by hand and wait for its end."""
        self.begin(name, execution_input)
        return self.wait(name)

    def wait(self, name: str) -> dict[str, Any]:
        """The description of a run once it has ended; it may not have started yet, for uploads tell of
        themselves in their own time."""
        states = self.aws.instance.client("stepfunctions")
        item: dict[str, Any] = eventually(lambda: self.executions().get(name), f"the run {name}", pause=0.2)

        def ended() -> dict[str, Any] | None:
            described: dict[str, Any] = states.describe_execution(executionArn=item["executionArn"])
            return None if described["status"] == "RUNNING" else described

        return eventually(ended, f"the end of the run {name}", pause=0.2, seconds=_RUN_SECONDS)

    def wait_for_comparison(self, name: str) -> dict[str, Any]:
        """The description of the run that compares what one was started for, once it has ended."""
        described = self.wait(name)
        other = json.loads(described.get("output", "{}")).get("superseded_by")
        return self.wait(other) if other else described

    def stop(self, name: str) -> None:
        """Stop an execution as a person does who has changed their mind."""
        arn = self.executions()[name]["executionArn"]
        self.aws.instance.client("stepfunctions").stop_execution(executionArn=arn, cause="On second thought")

    def stop_all(self) -> None:
        for name, item in self.executions().items():
            if item["status"] == "RUNNING":
                self.stop(name)

    def begin(self, name: str, execution_input: dict[str, Any]) -> None:
        """Start an execution by hand, as a person does."""
        self.aws.instance.client("stepfunctions").start_execution(
            stateMachineArn=self.outputs["StateMachineArn"], name=name, input=json.dumps(execution_input)
        )

    def physical_id(self, logical_id: str) -> str:
        found = self.aws.instance.client("cloudformation").describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def functions_of_the_workflow(self) -> list[str]:
        """The ARNs that the workflow's definition calls, without their versions, in its order; with Promotion
        those of the promotion's after them.
        """
        states = self.aws.instance.client("stepfunctions")
        named = ("StateMachineArn", "PromotionStateMachineArn")
        machines = [self.outputs[name] for name in named if name in self.outputs]
        described = [states.describe_state_machine(stateMachineArn=each)["definition"] for each in machines]
        return re.findall(r"arn:aws:lambda:[\w-]+:\d+:function:[\w-]+", "".join(described))

    def read(self, key: str) -> str:
        body = self.aws.instance.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"]
        return str(body.read().decode())

    def read_json(self, key: str) -> Any:
        return json.loads(self.read(key))

    def keys(self, prefix: str) -> list[str]:
        pages = self.aws.instance.client("s3").get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self.bucket, Prefix=prefix)
        return [item["Key"] for page in found for item in page.get("Contents", [])]

    def leftovers(self) -> list[str]:
        """Names of the stack's endpoints, endpoint configurations and models that still exist."""
        sagemaker = self.aws.instance.client("sagemaker")
        names = [
            *(item["EndpointName"] for item in sagemaker.list_endpoints()["Endpoints"]),
            *(item["EndpointConfigName"] for item in sagemaker.list_endpoint_configs()["EndpointConfigs"]),
            *(item["ModelName"] for item in sagemaker.list_models()["Models"]),
        ]
        return [name for name in names if name.startswith(f"{self.outputs['ResourcePrefix']}-")]


@dataclass(frozen=True)
class StackRun:
    """A run of the stack that has ended, by its description."""

    stack: Stack
    described: dict[str, Any]

    @property
    def prefix(self) -> str:
        return f"runs/{self.described['name']}/"

    def json(self, name: str) -> Any:
        return self.stack.read_json(f"{self.prefix}{name}")

    def save(self, folder: Path) -> Path:
        s3 = self.stack.aws.instance.client("s3")
        for key in self.stack.keys(self.prefix):
            path = folder / key.removeprefix(self.prefix)
            path.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(self.stack.bucket, key, str(path))
        return folder


def halves(path: Path) -> tuple[bytes, bytes]:
    lines = path.read_bytes().splitlines(keepends=True)
    middle = len(lines) // 2
    return b"".join(lines[:middle]), b"".join(lines[middle:])
