"""The variants of an endpoint configuration: what their servers need, and what is described of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moto.core.utils import utcnow
from moto.sagemaker.exceptions import ValidationError

from local_aws.services.sagemaker.control_plane.actions import Call
from local_aws.services.sagemaker.control_plane.images import resolved_image
from local_aws.services.sagemaker.control_plane.models import find_model
from local_aws.services.sagemaker.data_plane.model_servers import STARTUP_SECONDS, Variant

Summary = dict[str, Any]
"""A ProductionVariantSummary, as DescribeEndpoint answers."""


def servers_of(call: Call, config: Any, summaries: Sequence[Summary], patience: int) -> list[Variant]:
    """The variants to start, with the weights of `summaries`; none may take over `patience` seconds."""
    weights = {each["VariantName"]: each.get("CurrentWeight", 1.0) for each in summaries}
    return [
        Variant(
            each["VariantName"],
            weights[each["VariantName"]],
            _model_request(find_model(call, each["ModelName"])),
            min(each.get("ContainerStartupHealthCheckTimeoutInSeconds", STARTUP_SECONDS), patience),
        )
        for each in config.production_variants
    ]


def summaries_of(call: Call, config: Any, retained: Mapping[str, Summary] | None = None) -> list[Summary]:
    """What DescribeEndpoint says of the variants; `retained` properties go before the configuration's."""
    return [
        {
            "VariantName": each["VariantName"],
            "DeployedImages": [_image(find_model(call, each["ModelName"]))],
            **_both("Weight", each.get("InitialVariantWeight", 1.0)),
            **_capacity(each),
            **(retained or {}).get(each["VariantName"], {}),
        }
        for each in config.production_variants
    ]


def instances(summary: Summary) -> int:
    """How many instances a variant is to have; a serverless one counts as one."""
    return int(summary.get("DesiredInstanceCount", 1))


def retained_properties(summaries: Sequence[Summary], excluded: Sequence[str]) -> dict[str, Summary]:
    """By variant, the instance count and weight that an update keeps, but for the `excluded` properties."""
    kept = {"DesiredInstanceCount": "InstanceCount", "DesiredWeight": "Weight"}
    return {
        each["VariantName"]: {
            name: value
            for wanted, noun in kept.items()
            if wanted in each and wanted not in excluded
            for name, value in _both(noun, each[wanted]).items()
        }
        for each in summaries
    }


def _capacity(variant: Mapping[str, Any]) -> Summary:
    if "ServerlessConfig" in variant:
        return _both("ServerlessConfig", variant["ServerlessConfig"])
    return _both("InstanceCount", variant.get("InitialInstanceCount", 1))


def _both(noun: str, value: Any) -> Summary:
    return {f"Current{noun}": value, f"Desired{noun}": value}


def _image(model: Any) -> dict[str, Any]:
    image = _container(model)["Image"]
    return {"SpecifiedImage": image, "ResolvedImage": resolved_image(image), "ResolutionTime": utcnow()}


def _model_request(model: Any) -> dict[str, Any]:
    return {
        "ModelName": model.model_name,
        "ExecutionRoleArn": model.execution_role_arn,
        "PrimaryContainer": _container(model),
    }


def _container(model: Any) -> dict[str, Any]:
    if len(model.deployable) != 1:
        raise ValidationError(
            message=f"Model {model.model_name} is an inference pipeline: not implemented locally."
        )
    return dict(model.deployable[0])
