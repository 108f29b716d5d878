"""The definition of a state machine in a template: where it stands, and what is filled in.

moto 5.2.5 knows DefinitionString without substitutions only, and no YAML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from local_aws.core.yaml_loader import SafeLoader
from local_aws.services.cloudformation.text import as_text

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9_-]+)\}")

# Reads (bucket, key, version or None) as text.
ObjectReader = Callable[[str, str, str | None], str]


class _JsonLoader(SafeLoader):
    """YAML restricted to what JSON can say: a date stays the text that it was."""


_JsonLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in SafeLoader.yaml_implicit_resolvers.items()
}


def definition_of(properties: Mapping[str, Any], read_object: ObjectReader) -> str:
    """The definition as JSON text, from DefinitionS3Location (JSON or YAML), Definition or DefinitionString.

    DefinitionSubstitutions replace `${Name}` inside strings; an unknown name stays as it is. Raises
    ValueError when there is no definition, or when it is neither JSON nor YAML.
    """
    return json.dumps(
        _substitute(_load(properties, read_object), properties.get("DefinitionSubstitutions") or {})
    )


def _load(properties: Mapping[str, Any], read_object: ObjectReader) -> Any:
    if "Definition" in properties:
        return properties["Definition"]
    if "DefinitionString" in properties:
        return parse(properties["DefinitionString"])
    if "DefinitionS3Location" in properties:
        location = properties["DefinitionS3Location"]
        return parse(read_object(location["Bucket"], location["Key"], location.get("Version")))
    raise ValueError(
        "The state machine has no definition: give DefinitionS3Location, DefinitionString or Definition."
    )


def parse(text: str) -> Any:
    """JSON or YAML text as data; raises ValueError for anything else."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        loaded = yaml.load(text, _JsonLoader)
    except yaml.YAMLError as err:
        raise ValueError(f"The definition is neither JSON nor YAML: {err}") from err
    if not isinstance(loaded, dict):
        raise ValueError("The definition is neither a JSON object nor a YAML mapping.")
    return loaded


def _substitute(value: Any, substitutions: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: str(as_text(substitutions.get(found[1], found[0]))), value)
    if isinstance(value, dict):
        return {
            _substitute(key, substitutions): _substitute(item, substitutions) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_substitute(item, substitutions) for item in value]
    return value
