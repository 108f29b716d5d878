"""CloudFormation with an engine of its own behind moto's API.

moto 5.2.5 creates resources lazily and without roll-back, drops many of their properties, compares updates as
texts, knows neither transforms nor capabilities, and forgets most of a stack that is born from a change set.
So what the API does is replaced here (the `*_api` modules), while the stacks live in moto's backend, where
its reset finds them. Stack sets and stack policies are refused.
"""

from __future__ import annotations

import functools

from moto.cloudformation.responses import CloudFormationResponse
from moto.core.config import default_user_config

from local_aws.core.patching import replace
from local_aws.services.cloudformation.api import change_set_api, descriptions, stack_api
from local_aws.services.cloudformation.resources import custom_answers

_OPERATIONS = (
    stack_api.create_stack,
    stack_api.update_stack,
    stack_api.delete_stack,
    stack_api.update_termination_protection,
    stack_api.create_stack_set,
    stack_api.set_stack_policy,
    change_set_api.create_change_set,
    change_set_api.describe_change_set,
    change_set_api.execute_change_set,
    change_set_api.delete_change_set,
    change_set_api.list_change_sets,
    descriptions.describe_stacks,
    descriptions.describe_stack_events,
    descriptions.describe_stack_resource,
    descriptions.describe_stack_resources,
    descriptions.list_stacks,
    descriptions.list_stack_resources,
    descriptions.get_template,
    descriptions.get_template_summary,
    descriptions.validate_template,
    custom_answers.process_cfn_response,
)
# moto turns its own objects into answers here; these answers are plain data already.
_PLAIN = ("DescribeChangeSetOutput.", "DescribeStacksOutput.")


@functools.cache
def apply() -> None:
    """Replace what moto's CloudFormation API does. A second call does nothing."""
    replace(CloudFormationResponse, **{operation.__name__: operation for operation in _OPERATIONS})
    kept = {
        path: transformer
        for path, transformer in CloudFormationResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER.items()
        if not path.startswith(_PLAIN)
    }
    replace(CloudFormationResponse, RESPONSE_KEY_PATH_TO_TRANSFORMER=kept)
    # Roles attach AWS's own policies, which moto knows but hides by default.
    default_user_config["iam"]["load_aws_managed_policies"] = True
