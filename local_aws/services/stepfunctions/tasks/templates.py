"""What of a task's Arguments is known before an execution starts."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.jsonata.jsonata_template_value_array import (
    JSONataTemplateValueArray,
)
from moto.stepfunctions.parser.asl.component.common.jsonata.jsonata_template_value_object import (
    JSONataTemplateValueObject,
)
from moto.stepfunctions.parser.asl.component.common.jsonata.jsonata_template_value_terminal import (
    JSONataTemplateValueTerminalLit,
)
from moto.stepfunctions.parser.asl.component.common.parargs import ArgumentsJSONataTemplateValueObject

from local_aws.services.stepfunctions.tasks.requests import DYNAMIC


def outline(arguments: Any) -> Any:
    """A task's Arguments as JSON in which DYNAMIC stands for every `{% ... %}`.

    DYNAMIC alone when the whole is one expression or is written in JSONPath; `{}` when there are none.
    """
    if arguments is None:
        return {}
    if isinstance(arguments, ArgumentsJSONataTemplateValueObject):
        return _outline(arguments.template_eval_component)
    return DYNAMIC


def _outline(template: Any) -> Any:
    if isinstance(template, JSONataTemplateValueObject):
        return {binding.identifier: _outline(binding.value) for binding in template.bindings}
    if isinstance(template, JSONataTemplateValueArray):
        return [_outline(value) for value in template.values]
    if isinstance(template, JSONataTemplateValueTerminalLit):
        return template.value
    return DYNAMIC
