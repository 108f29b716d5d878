"""A stack with production, in memory: its endpoint, its versions, its proposals and its second workflow."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bakeoff.domain.promotion.versions import config_name
from tests.unit.bakeoff.domain.promotion.runs import a_record
from tests.unit.bakeoff_cli.fakes import Account, Execution, FakeSageMaker, FakeStates, Pages, client_error
from tests.unit.bakeoff_cli.histories import START, Event, Recorder

ENDPOINT = "bakeoff-live-1a2b"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:bakeoff-production"
EXECUTIONS = MACHINE.replace(":stateMachine:", ":execution:")
COLUMNS: Any = {
    "label": "y",
    "order": ["y", "a", "b"],
    "features": ["a", "b"],
    "others": [],
    "dropped": [],
    "is_named": True,
    "delimiters": [","],
    "decimals": {",": "."},
}
REASON = "It is better by more than the margin."


class ProductionStates(FakeStates):
    """Both workflows; `on_promotion` is what the second one does for an execution's name and input."""

    def __init__(self, on_promotion: Callable[[str, dict[str, Any]], Execution]) -> None:
        super().__init__()
        self.promotions: dict[str, Execution] = {}
        self.given: list[dict[str, Any]] = []
        self.on_promotion = on_promotion

    def list_executions(self, stateMachineArn: str, maxResults: int) -> dict[str, Any]:
        if stateMachineArn != MACHINE:
            return super().list_executions(stateMachineArn, maxResults)
        listed = [
            {
                "executionArn": f"{EXECUTIONS}:{each.name}",
                "name": each.name,
                "status": each.statuses[0],
                "startDate": START - timedelta(minutes=each.age),
            }
            for each in self.promotions.values()
        ]
        return {"executions": listed[:maxResults]}

    def start_execution(self, stateMachineArn: str, name: str, input: str) -> dict[str, Any]:
        if stateMachineArn != MACHINE:
            return super().start_execution(stateMachineArn, name, input)
        given = json.loads(input)
        self.given.append(given)
        self.promotions[name] = self.on_promotion(name, given)
        return {"executionArn": f"{EXECUTIONS}:{name}", "startDate": START}

    def describe_execution(self, executionArn: str) -> dict[str, Any]:
        described = super().describe_execution(executionArn)
        age = timedelta(minutes=self._execution(executionArn).age)
        dates = {name: value - age for name, value in described.items() if name in ("startDate", "stopDate")}
        return {**described, **dates}

    def _execution(self, arn: str) -> Execution:
        if not arn.startswith(f"{EXECUTIONS}:"):
            return super()._execution(arn)
        try:
            return self.promotions[arn.rsplit(":", 1)[-1]]
        except KeyError:
            raise self.exceptions.ExecutionDoesNotExist(arn) from None


class ProductionSageMaker(FakeSageMaker):
    """`endpoint` is what DescribeEndpoint says, None where there is none; `packages` are registered versions,
    oldest first.
    """

    def __init__(self) -> None:
        super().__init__()
        self.endpoint: dict[str, Any] | None = None
        self.configs: list[str] = []
        self.packages: list[dict[str, Any]] = []
        self.on_approval: Callable[[dict[str, Any]], None] = lambda package: None
        self.denied: set[str] = set()

    def describe_endpoint(self, EndpointName: str) -> dict[str, Any]:
        assert EndpointName == ENDPOINT
        self._allow("DescribeEndpoint")
        if self.endpoint is None:
            raise client_error("ValidationException", f'Could not find endpoint "{ENDPOINT}".')
        return self.endpoint

    def describe_model_package(self, ModelPackageName: str) -> dict[str, Any]:
        return self._package(ModelPackageName)

    def update_model_package(self, ModelPackageArn: str, ModelApprovalStatus: str) -> None:
        self._allow("UpdateModelPackage")
        package = self._package(ModelPackageArn)
        package |= {"ModelApprovalStatus": ModelApprovalStatus, "LastModifiedTime": datetime.now(UTC)}
        self.on_approval(package)

    def get_paginator(self, operation: str) -> Pages:
        if operation == "list_model_packages":
            return Pages(self._packages)
        return (
            Pages(self._configs) if operation == "list_endpoint_configs" else super().get_paginator(operation)
        )

    def _configs(self, NameContains: str = "", SortBy: str = "", SortOrder: str = "") -> Iterator[Any]:
        if not NameContains:
            yield from self._listing("EndpointConfig")
            return
        assert (SortBy, SortOrder) == ("CreationTime", "Descending")
        named = [name for name in reversed(self.configs) if NameContains in name]
        yield {"EndpointConfigs": [{"EndpointConfigName": name} for name in named]}

    def _packages(self, ModelPackageGroupName: str, SortBy: str, SortOrder: str) -> Iterator[Any]:
        assert (ModelPackageGroupName, SortOrder) == (ENDPOINT, "Descending")
        if not self.packages:
            raise client_error("ValidationException", f"Model Package Group {ENDPOINT} does not exist.")
        yield {"ModelPackageSummaryList": [*reversed(self.packages)]}

    def _package(self, arn: str) -> dict[str, Any]:
        return next(package for package in self.packages if package["ModelPackageArn"] == arn)

    def _allow(self, operation: str) -> None:
        if operation in self.denied:
            raise client_error("AccessDeniedException", f"You may not {operation}.", operation)


class Production:
    """Of an account whose stack has Promotion on; a promotion or rollback succeeds unless told otherwise."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.states = account.stepfunctions = ProductionStates(self._ends)
        self.sagemaker = account.sagemaker = ProductionSageMaker()
        self.sagemaker.on_approval = self._approved
        account.cloudformation.outputs |= {
            "ProductionEndpoint": ENDPOINT,
            "PromotionStateMachineArn": MACHINE,
        }
        self.fails_with: tuple[str, str] | None = None
        self.starts_promotions = True

    def decide(self, run_id: str, candidate: str | None = "knn", **changes: Any) -> None:
        """A finished run with its promotion.json."""
        self.account.add_run(run_id, statuses=["SUCCEEDED"])
        document = {
            "schema_version": 1,
            "run_id": run_id,
            "candidate": candidate,
            "reason": REASON,
            **changes,
        }
        self.put(f"runs/{run_id}/promotion.json", document)

    def propose(
        self, run_id: str, status: str = "PendingManualApproval", champion: str | None = None, **known: Any
    ) -> dict[str, Any]:
        """A decision, and its version in the registry."""
        self.decide(run_id)
        number = len(self.sagemaker.packages) + 1
        package = {
            "ModelPackageArn": f"arn:aws:sagemaker:us-east-1:123456789012:model-package/{ENDPOINT}/{number}",
            "ModelPackageGroupName": ENDPOINT,
            "ModelPackageVersion": number,
            "ModelApprovalStatus": status,
            "CreationTime": START,
            "CustomerMetadataProperties": {
                "run": run_id,
                "candidate": "knn",
                "champion": champion or "none",
            },
            **known,
        }
        self.sagemaker.packages.append(package)
        return package

    def version(self, name: str, previous: str | None = None, **changes: Any) -> str:
        """A version that production can serve; returns its configuration's name."""
        config = f"{ENDPOINT}-{name}"
        known = {"endpoint": ENDPOINT, "config": config, "previous": previous}
        record = a_record(**known, prediction_path="predictions[].score", **changes)
        record["data"]["columns"] = COLUMNS
        self.put(f"production/versions/{config}.json", record)
        self.sagemaker.configs.append(config)
        return config

    def serve(self, config: str, status: str = "InService", pending: str | None = None) -> None:
        self.sagemaker.endpoint = {"EndpointStatus": status, "EndpointConfigName": config}
        if pending:
            self.sagemaker.endpoint["PendingDeploymentSummary"] = {"EndpointConfigName": pending}

    def past(self, name: str, given: dict[str, Any], age: int, **execution: Any) -> Execution:
        """A promotion that ended `age` minutes ago."""
        self.states.promotions[name] = Execution(name, input=given, age=age, **execution)
        return self.states.promotions[name]

    def put(self, key: str, document: Any) -> None:
        self.account.s3.objects[key] = json.dumps(document).encode()

    def _approved(self, package: dict[str, Any]) -> None:
        name = f"{ENDPOINT}-{package['ModelPackageVersion']}"
        if self.starts_promotions:
            run_id = package["CustomerMetadataProperties"]["run"]
            self.states.promotions[name] = self._ends(name, {"run_id": run_id})

    def _ends(self, name: str, given: dict[str, Any]) -> Execution:
        if self.fails_with:
            error, cause = self.fails_with
            return Execution(
                name,
                statuses=["RUNNING", "FAILED"],
                events=promotion(error),
                input=given,
                error=error,
                cause=cause,
            )
        before = self.sagemaker.endpoint["EndpointConfigName"] if self.sagemaker.endpoint else None
        config = given.get("config") or config_name(ENDPOINT, name)
        output: dict[str, Any] = {"config": config}
        if config != before:
            output |= {"previous": before, "deleted": [], "notified": True}
        if "run_id" in given:
            self.version(config.removeprefix(f"{ENDPOINT}-"), before, run=given["run_id"], why=REASON)
        self.serve(config)
        return Execution(name, events=promotion(), input=given, output=output)


def promotion(error: str | None = None) -> list[Event]:
    """A few steps of the workflow, to its end."""
    recorder = Recorder()
    last = recorder.task("Take production", recorder.start())
    if error is None:
        last = recorder.leave("Wait", "Await endpoint", recorder.enter("Wait", "Await endpoint", last))
        recorder.add("ExecutionSucceeded", recorder.task("Probe production", last))
    else:
        details = {"error": error, "cause": "Said by the workflow."}
        recorder.add("ExecutionFailed", last, executionFailedEventDetails=details)
    return recorder.events
