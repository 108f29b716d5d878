"""What a target of a rule receives instead of the whole event.

moto 5.2.5 knows InputTransformer only, and fills a template as if every value stood in quotes.
Source: "Amazon EventBridge input transformation".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

# A quoted text of a template, or a placeholder outside of quotes.
_TEMPLATE_PART = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>"]+>')
_PLACEHOLDER = re.compile(r"<([^<>]+)>")
_PATH_STEP = re.compile(r"\[(\d+)\]|\.?([^.\[\]]+)")


def body_of(target: Mapping[str, Any], event: Mapping[str, Any], variables: Mapping[str, Any]) -> str:
    """The JSON text for a target: its Input, a part of the event, its filled template, or the event.

    `variables` are EventBridge's own, such as `aws.events.rule-name`.
    """
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return json.dumps(look_up(event, target["InputPath"]))
    if "InputTransformer" not in target:
        return json.dumps(event)
    transformer = target["InputTransformer"]
    paths = transformer.get("InputPathsMap", {})
    values = {name: look_up(event, path) for name, path in paths.items()}
    return fill(transformer["InputTemplate"], {**variables, **values})


def fill(template: str, values: Mapping[str, Any]) -> str:
    """A template with its placeholders replaced: by JSON outside of quotes, by plain text inside of them."""

    def filled(part: re.Match[str]) -> str:
        text = part[0]
        if text.startswith("<"):
            return json.dumps(values.get(text[1:-1]))
        return _PLACEHOLDER.sub(lambda found: _escaped(values.get(found[1], "")), text)

    return _TEMPLATE_PART.sub(filled, template)


def look_up(event: Any, path: str) -> Any:
    """What a path such as `$.detail.items[0]` leads to; None where there is nothing."""
    found = event
    for index, name in _PATH_STEP.findall(path.removeprefix("$")):
        if name and isinstance(found, dict):
            found = found.get(name)
        elif index and isinstance(found, list) and int(index) < len(found):
            found = found[int(index)]
        else:
            return None
    return found


def _escaped(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return json.dumps(text)[1:-1]
