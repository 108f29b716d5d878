"""What a stack has in production, as SageMaker and its bucket tell it, and promotions of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from local_aws.services.sagemaker.control_plane.endpoints.switches import switches
from tests.e2e.stack import Stack
from tests.local_aws.integration.sagemaker.production import Traffic
from tests.patience import eventually

# What a promotion reads of a run; the model stays with the run that trained it.
_READ = (
    "plan.json",
    "promotion.json",
    "results/",
    "predictions/",
    "datasets/summary.json",
    "datasets/csv/test/",
)


@dataclass(frozen=True)
class Production:
    """Of a stack with Promotion; `row` is CSV without the label, to ask the endpoint for."""

    stack: Stack
    row: str

    @property
    def endpoint(self) -> str:
        return self.stack.outputs["ProductionEndpoint"]

    def describe(self) -> dict[str, Any] | None:
        try:
            described: dict[str, Any] = self._sagemaker.describe_endpoint(EndpointName=self.endpoint)
        except ClientError:
            return None
        return described

    def live(self) -> str:
        described = self.describe()
        assert described, "nothing is in production"
        return str(described["EndpointConfigName"])

    def configs(self) -> set[str]:
        listed = self._sagemaker.list_endpoint_configs(NameContains=self.endpoint)["EndpointConfigs"]
        return {each["EndpointConfigName"] for each in listed}

    def models(self) -> set[str]:
        listed = self._sagemaker.list_models(NameContains=self.endpoint)["Models"]
        return {each["ModelName"] for each in listed}

    def everything(self) -> set[str]:
        """Whatever SageMaker has of it, also when the stack is gone."""
        groups = self._sagemaker.list_model_package_groups(NameContains=self.endpoint)
        named = {each["ModelPackageGroupName"] for each in groups["ModelPackageGroupSummaryList"]}
        return {*named, *self.configs(), *self.models(), *([self.endpoint] if self.describe() else [])}

    def record(self, config: str) -> Any:
        return self.stack.read_json(f"production/versions/{config}.json")

    def ask(self) -> str:
        runtime = self.stack.aws.instance.client("sagemaker-runtime")
        answer = runtime.invoke_endpoint(EndpointName=self.endpoint, Body=self.row, ContentType="text/csv")
        return str(answer["Body"].read().decode())

    @contextmanager
    def traffic(self, pause: float = 0.02) -> Iterator[Traffic]:
        """Requests all the while; none of them may fail."""
        traffic = Traffic(self.ask, pause=pause)
        with traffic.running():
            yield traffic
        assert traffic.failures == [] and traffic.total() > 0

    def versions(self) -> list[Any]:
        """What is in the Model Registry."""
        listed = self._sagemaker.list_model_packages(ModelPackageGroupName=self.endpoint)
        arns = [each["ModelPackageArn"] for each in listed["ModelPackageSummaryList"]]
        return [self._sagemaker.describe_model_package(ModelPackageName=arn) for arn in arns]

    def begin(self, name: str, given: dict[str, Any]) -> None:
        """Start a promotion by hand, as a person does."""
        self._states.start_execution(stateMachineArn=self._machine, name=name, input=json.dumps(given))

    def promote(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        self.begin(name, given)
        return self.ended(name)

    def ended(self, name: str) -> dict[str, Any]:
        """The description of a promotion once it has ended; it may not have started yet."""

        def ended() -> dict[str, Any] | None:
            described = self._described(name)
            return described if described and described["status"] != "RUNNING" else None

        return eventually(ended, f"the end of the promotion {name}") or {}

    def stop(self, name: str) -> None:
        self._states.stop_execution(executionArn=self._execution(name), cause="On second thought")

    def reaches(self, status: str) -> None:
        """Wait for a stage of an update under way."""
        eventually(lambda: self._stage() == status, f"{status} of {self.endpoint}")

    def at_rest(self) -> dict[str, Any]:
        """The endpoint once it is in service and on its way nowhere."""

        def at_rest() -> dict[str, Any] | None:
            described = self.describe()
            assert described, "nothing is in production"
            return described if described["EndpointStatus"] == "InService" else None

        return eventually(at_rest, f"{self.endpoint} at rest") or {}

    def decided_again(self, run_id: str, name: str, live: str | None) -> str:
        """A run `name` like another one, as if it had decided that when production served with `live`."""
        s3, bucket = self.stack.aws.instance.client("s3"), self.stack.bucket
        prefix, copy = f"runs/{run_id}/", f"runs/{name}/"
        for key in self.stack.keys(prefix):
            if (inner := key.removeprefix(prefix)).startswith(_READ):
                s3.copy_object(Bucket=bucket, Key=f"{copy}{inner}", CopySource=f"{bucket}/{key}")
        champion = {"endpoint": self.endpoint, "config": live} if live else None
        decided = {**self.stack.read_json(f"{copy}promotion.json"), "run_id": name, "champion": champion}
        self.write(f"{copy}promotion.json", json.dumps(decided))
        return name

    def answers_differ(self, run: str, candidate: str) -> None:
        """What a candidate answered when it was judged becomes something else."""
        key = f"runs/{run}/predictions/{candidate}.csv"
        head, *lines = self.stack.read(key).splitlines(keepends=True)
        self.write(key, "".join([head, *(line.replace(",", ",1", 2) for line in lines)]))

    def approve(self, run_id: str, client: Any = None) -> str:
        """Approve what a run proposed, as a person does, or as whoever `client` belongs to; the name of the
        promotion that this starts.
        """
        version = self.proposed(run_id)
        approver = client or self._sagemaker
        approver.update_model_package(
            ModelPackageArn=version["ModelPackageArn"], ModelApprovalStatus="Approved"
        )
        return self.promotion_of(run_id)

    def proposed(self, run_id: str) -> Any:
        """The version in the Model Registry that a run proposed."""
        return next(each for each in self.versions() if each["CustomerMetadataProperties"]["run"] == run_id)

    def promotion_of(self, run_id: str) -> str:
        """The name of the promotion that the approval of what a run proposed starts."""
        return f"{self.endpoint}-{self.proposed(run_id)['ModelPackageVersion']}"

    def delete_endpoint(self) -> None:
        """As somebody does by hand; return when it has gone."""
        self._sagemaker.delete_endpoint(EndpointName=self.endpoint)
        eventually(lambda: self.describe() is None, f"the end of {self.endpoint}")

    def delete_config(self, name: str) -> None:
        self._sagemaker.delete_endpoint_config(EndpointConfigName=name)

    def write(self, key: str, text: str) -> None:
        self.stack.aws.instance.client("s3").put_object(Bucket=self.stack.bucket, Key=key, Body=text.encode())

    def assert_sound(self) -> None:
        """It serves, and nothing is there but versions to go back to, each with its model."""
        described = self.at_rest()
        assert "PendingDeploymentSummary" not in described
        assert self.configs() == self.models()
        assert described["EndpointConfigName"] in self.configs()

    @property
    def _machine(self) -> str:
        return self.stack.outputs["PromotionStateMachineArn"]

    @property
    def _sagemaker(self) -> Any:
        return self.stack.aws.instance.client("sagemaker")

    @property
    def _states(self) -> Any:
        return self.stack.aws.instance.client("stepfunctions")

    def _execution(self, name: str) -> str:
        return f"{self._machine.replace(':stateMachine:', ':execution:')}:{name}"

    def _described(self, name: str) -> dict[str, Any] | None:
        try:
            described: dict[str, Any] = self._states.describe_execution(executionArn=self._execution(name))
        except ClientError as err:
            if err.response["Error"]["Code"] != "ExecutionDoesNotExist":
                raise
            return None
        return described

    def _stage(self) -> str:
        described = self.describe() or {}
        [variant] = described.get("PendingDeploymentSummary", {}).get("ProductionVariants", [{}])
        [status] = variant.get("VariantStatus", [{}])
        return str(status.get("Status", ""))


@contextmanager
def pace(seconds: float) -> Iterator[None]:
    """How long a second of an update's waits takes, within the block; a wait under way heeds it, too."""
    asked, before = switches.get(), switches.get().pace
    asked.pace = seconds
    try:
        yield
    finally:
        asked.pace = before
