"""ItemReader: a Distributed Map whose items are those of an object in S3, read in the role's name.

Patched in moto 5.2.5:
- What S3 refused, and what is no JSON, ended the execution as States.Runtime, which nothing catches.
- The entries of a JSON object were refused; AWS makes an item of each.
- An inline Map with an ItemReader failed with a Python error; AWS accepts its definition, and fails it.
- A definition with misspelt or missing arguments, or with items from two places, was accepted.
Sources: "ItemReader (Map)" in the developer guide; for JSON objects, inline Maps and the words of causes,
what other projects saw of AWS (floci-io/floci, pull request 1588). Not documented is what AWS says of a
refused read and of what is no JSON, whose words are our own here, and what it makes of a Map with both Items
and ItemReader: that is refused here, in our own words, too.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader import item_reader_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    distributed_iteration_component as distributed,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap

from local_aws.core.patching import wrap
from local_aws.services.stepfunctions.interpreter import failures
from local_aws.services.stepfunctions.interpreter.recording import record_of
from local_aws.services.stepfunctions.tasks.requests import DYNAMIC, Request, operation
from local_aws.services.stepfunctions.tasks.service_errors import sdk_cause
from local_aws.services.stepfunctions.tasks.templates import outline

FAILED = "States.ItemReaderFailed"
_ACTIONS = {"getObject": ("Bucket", "Key", "VersionId"), "listObjectsV2": ("Bucket", "Prefix")}


class Entry(dict[str, Any]):
    """An entry of a JSON object as an item: its Key and its Value."""


def read(env: Any, reader: Any) -> list[Any]:
    """The items; raises States.ItemReaderFailed, which a Catch takes."""
    try:
        reader.eval(env=env)
    except ClientError as err:
        raise _failure(env, sdk_cause(err, "S3")) from err
    except (BotoCoreError, UnicodeDecodeError) as err:
        raise _failure(env, str(err)) from err
    items: list[Any] = env.stack.pop()
    return items


class _JsonItems(EvalComponent):  # type: ignore[misc]
    """The content of an object becomes items, as many as MaxItems says."""

    def _eval_body(self, env: Any) -> None:
        config, text = env.stack.pop(), env.stack.pop()
        try:
            found = json.loads(text)
        except ValueError as err:
            raise _failure(env, f"The object holds no JSON: {err}") from err
        if isinstance(found, dict):
            found = [Entry(Key=key, Value=value) for key, value in found.items()]
        if not isinstance(found, list):
            raise _failure(env, "Attempting to map over non-iterable node.")
        env.stack.append(found[: config["MaxItemsValue"]])


def _failure(env: Any, cause: str) -> FailureEventException:
    failure = failures.state_failure(env, FAILED, cause)
    # The cause names the state's entry, after which the Map Run has begun.
    failure.failure_event.source_event_id = record_of(env).event_id
    return failure


def _items_of(original: Any, input_type: Any) -> Any:
    return _JsonItems() if _is_json(input_type) else original(input_type)


def _is_json(input_type: Any) -> bool:
    return bool(input_type.input_type_value.value == "JSON")


def _checked(original: Any, self: Any, state_props: Any) -> None:
    original(self, state_props)
    if self.item_reader is None:
        return
    if not self._is_language_query_jsonpath() and self.items is not None:
        raise ValueError(f"Only one of the fields Items and ItemReader is allowed at /States/{self.name}")
    if problems := _problems(self.item_reader):
        raise ValueError(f"{'; '.join(problems)} at /States/{self.name}/ItemReader")


def _problems(reader: Any) -> list[str]:
    action = reader.resource.api_action
    if action not in _ACTIONS:
        return ["The field 'Resource' does not match any of the allowed values"]
    config = reader.reader_config
    if config and _is_json(config.input_type) and config.csv_header_location:
        return ["Field 'CSVHeaderLocation' is not supported"]
    model, arguments = operation("s3", action), outline(reader.parargs)
    if arguments is DYNAMIC or model is None:
        return []
    return Request(arguments, model.input_shape, supported=_ACTIONS[action]).problems


def _only_if_distributed(original: Any, self: Any, env: Any) -> None:
    is_distributed = isinstance(self.iteration_component, distributed.DistributedIterationComponent)
    if self.item_reader is not None and not is_distributed:
        cause = "The ItemReader, ItemBatcher and ResultWriter fields are not supported for INLINE maps"
        raise failures.state_failure(env, failures.RUNTIME, cause)
    original(self, env)


def _told_with_the_state(original: Any, self: Any) -> Any:
    """moto tells the state in the cause of States.Runtime and States.QueryEvaluationError only."""
    details, event = original(self), self.failure_event
    if details and details.get("error") == FAILED:
        where = f"'{event.state_name}' (entered at the event id #{event.source_event_id})"
        details["cause"] = f"An error occurred while executing the state {where}. {details['cause']}"
    return details


def apply() -> None:
    wrap(item_reader_decl, "resource_output_transformer_for", _items_of)
    wrap(StateMap, "from_state_props", _checked)
    wrap(StateMap, "_eval_execution", _only_if_distributed)
    wrap(FailureEventException, "get_execution_failed_event_details", _told_with_the_state)
