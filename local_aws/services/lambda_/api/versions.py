"""Patches the versions of functions in moto 5.2.5.

moto publishes a version of a function that nobody changed, gives the number of a deleted version to the next
one, lets versions and $LATEST share what changes later, looks a version's layers up when it runs, and lists
no versions of a function that is named by its ARN.
Sources: https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html, API_DeleteFunction.html and
API_DeleteLayerVersion.html ("a copy of the version remains in Lambda until no functions refer to it").
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError
from moto.awslambda.models import LambdaBackend, LambdaFunction, LambdaStorage
from moto.awslambda.policy import Policy
from moto.awslambda.utils import get_backend

from local_aws.core.patching import replace, wrap
from local_aws.services.lambda_.invocation.service import lambda_service

LATEST = "$LATEST"
# What of a configuration tells one version from another, and nothing of what runs.
_OWN = frozenset({"FunctionArn", "Version", "LastModified", "LastUpdateStatus"})


@functools.cache
def apply() -> None:
    """Publish versions as AWS does. A second call does nothing."""
    replace(LambdaStorage, publish_version=_publish_version)
    wrap(LambdaStorage, "del_function", _delete)
    replace(LambdaBackend, list_versions_by_function=_list_versions)
    wrap(LambdaFunction, "_get_layers_data", _get_layers_data)


def _publish_version(self: Any, name_or_arn: str, description: str = "") -> Any:
    """`LambdaStorage.publish_version`: the newest version, if the function has not changed since."""
    function = self.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
    group = self._functions[function.function_name]
    content = _content(function)
    if group["versions"] and group["versions"][-1].published_from == content:
        return group["versions"][-1]
    published = _frozen(function)
    published.published_from = content
    # Lambda never gives a number twice.
    group["published"] = group.get("published", 0) + 1
    published.set_version(group["published"])
    published.description = description or published.description
    # Who still calls an older version starts it again, as after a pause in AWS.
    for older in group["versions"]:
        lambda_service().forget(older.function_arn)
    group["versions"].append(published)
    self._arns[published.function_arn] = published
    return published


def _frozen(function: Any) -> Any:
    """A copy of $LATEST that shares nothing with it which changes."""
    published = copy.copy(function)
    published.code = dict(function.code)
    published.environment_vars = dict(function.environment_vars)
    published.event_invoke_config = []
    # A version has permissions of its own, none at first.
    published.policy = Policy(published)
    return published


def _content(function: Any) -> dict[str, Any]:
    configuration = copy.deepcopy(function.get_configuration())
    return {name: value for name, value in configuration.items() if name not in _OWN}


def _delete(original: Any, self: Any, name_or_arn: str, qualifier: str | None = None) -> None:
    """Of one version, or of a function with all of its versions; with them go their environments."""
    function = self.get_function_by_name_or_arn_with_qualifier(name_or_arn, qualifier)
    gone = [function]
    if str(function.version) != LATEST:
        _refuse_if_referenced(self, function)
    elif qualifier or name_or_arn.endswith(f":{LATEST}"):
        raise InvalidParameterValueException(
            "$LATEST version cannot be deleted without deleting the function."
        )
    else:
        gone += self._functions[function.function_name]["versions"]
    original(self, name_or_arn, qualifier)
    for each in gone:
        lambda_service().forget(each.function_arn)


def _refuse_if_referenced(storage: Any, function: Any) -> None:
    aliases = storage._get_function_aliases(function.function_name).values()
    names = [alias.name for alias in aliases if str(alias.function_version) == str(function.version)]
    if names:
        raise LambdaClientError(
            "ResourceConflictException", f"Version is currently referenced by alias {', '.join(names)}"
        )


def _list_versions(self: Any, function_name: str) -> Iterable[Any]:
    """`LambdaBackend.list_versions_by_function`, by name or ARN. Raises UnknownFunctionException."""
    function = self._lambdas.get_function_by_name_or_arn_with_qualifier(unquote(function_name))
    listed: Iterable[Any] = self._lambdas.list_versions_by_function(function.function_name)
    return listed


def _get_layers_data(original: Any, self: Any, arns: list[str]) -> Any:
    """A function goes on with layer versions that were deleted after it was configured with them."""
    data = original(self, arns)
    backend = get_backend(self.account_id, self.region)
    self.attached_layers = [backend.layers_versions_by_arn(each["Arn"]) for each in data]
    return data
