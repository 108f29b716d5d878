"""moto 5.2.5 overwrites a model or endpoint configuration of the same name; AWS refuses it.

It also lists models without looking at NameContains, knows only old instance types, gives an endpoint
configuration a tuple for its ARN, and adds a tag a second time instead of replacing it.
"""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import FakeEndpointConfig

from local_aws.core.patching import replace
from local_aws.services.sagemaker.control_plane.actions import Call, answer, result
from local_aws.services.sagemaker.control_plane.paging import page
from local_aws.services.sagemaker.control_plane.permissions import require_network
from local_aws.services.sagemaker.control_plane.registry.containers import container_of
from local_aws.services.sagemaker.control_plane.roles import require_assumable

_PAGE = 100


def apply() -> None:
    answer("CreateModel", _create_model)
    answer("DescribeModel", _describe_model)
    answer("DeleteModel", _delete_model)
    answer("ListModels", _list_models)
    answer("CreateEndpointConfig", _create_config)
    answer("DescribeEndpointConfig", _describe_config)
    answer("DeleteEndpointConfig", _delete_config)
    answer("ListTags", _list_tags)
    answer("AddTags", _add_tags)
    answer("DeleteTags", _delete_tags)
    # The request's own enumeration, which knows today's types, has been checked by then.
    replace(FakeEndpointConfig, validate_instance_type=lambda self, instance_type: None)


def find_model(call: Call, name: str) -> Any:
    return _found(call, call.backend._models, "model", "model", name)


def find_config(call: Call, name: str) -> Any:
    return _found(call, call.backend.endpoint_configs, "endpoint-config", "endpoint configuration", name)


def refuse_duplicate(call: Call, store: dict[str, Any], kind: str, words: str, name: str) -> None:
    if name in store:
        raise ValidationError(message=f'Cannot create already existing {words} "{call.arn(kind, name)}".')


def _found(call: Call, store: dict[str, Any], kind: str, words: str, name: str) -> Any:
    if name not in store:
        raise ValidationError(message=f'Could not find {words} "{call.arn(kind, name)}".')
    return store[name]


def _create_model(call: Call) -> Any:
    name = call.request["ModelName"]
    refuse_duplicate(call, call.backend._models, "model", "model", name)
    if "ExecutionRoleArn" not in call.request:
        raise ValidationError(message="ExecutionRoleArn must be given: there is no model without a role.")
    if ("PrimaryContainer" in call.request) == ("Containers" in call.request):
        raise ValidationError(message="Give a model either PrimaryContainer or Containers.")
    require_assumable(call.request["ExecutionRoleArn"], call.arn("model", name))
    require_network(call, call.request["ExecutionRoleArn"], call.request.get("VpcConfig"))
    given = call.request.get("Containers") or [call.request["PrimaryContainer"]]
    deployable = [container_of(call, each) for each in given]
    described = call.moto()
    model = call.backend._models[name]
    model.enable_network_isolation = call.request.get("EnableNetworkIsolation", False)
    # With what a model package says: the package may be gone when the model is deployed.
    model.deployable = deployable
    return described


def _describe_model(call: Call) -> Any:
    find_model(call, call.request["ModelName"])
    return call.moto()


def _delete_model(call: Call) -> Any:
    find_model(call, call.request["ModelName"])
    return call.moto()


def _list_models(call: Call) -> Any:
    wanted = call.request.get("NameContains", "")
    models = [model for model in call.backend.list_models() if wanted in model.model_name]
    found, token = page(models, call.request, _PAGE)
    summaries = [
        {"ModelName": model.model_name, "ModelArn": model.arn, "CreationTime": model.creation_time}
        for model in found
    ]
    return result(Models=summaries, NextToken=token)


def _create_config(call: Call) -> Any:
    name = call.request["EndpointConfigName"]
    refuse_duplicate(call, call.backend.endpoint_configs, "endpoint-config", "endpoint configuration", name)
    for variant in call.request["ProductionVariants"]:
        find_model(call, variant.get("ModelName", ""))
    described = call.moto()
    config = call.backend.endpoint_configs[name]
    config.arn = config.endpoint_config_arn
    return described


def _describe_config(call: Call) -> Any:
    find_config(call, call.request["EndpointConfigName"])
    return call.moto()


def _delete_config(call: Call) -> Any:
    find_config(call, call.request["EndpointConfigName"])
    return call.moto()


def _list_tags(call: Call) -> Any:
    _tagged(call)
    return call.moto()


def _add_tags(call: Call) -> Any:
    resource = _tagged(call)
    new = {tag["Key"]: tag for tag in call.request["Tags"]}
    resource.tags = [tag for tag in resource.tags if tag["Key"] not in new] + list(new.values())
    return result(Tags=resource.tags)


def _delete_tags(call: Call) -> Any:
    _tagged(call)
    return call.moto()


def _tagged(call: Call) -> Any:
    arn = call.request["ResourceArn"]
    if ":model-package/" in arn:
        # The sentence is our own: AWS documents none.
        raise ValidationError(message=f"{arn} can not have tags: they are its model package group's.")
    resource = call.backend._get_resource_from_arn(arn)
    if resource is None:
        raise ValidationError(message=f'Could not find resource "{arn}".')
    return resource
