"""Resource ARNs from the parameters of a call.

A template is what follows `arn:aws:SERVICE:REGION:ACCOUNT:`. `{Parameter}` is a parameter, `{Entries.Name}`
reaches into lists (one ARN for each item), `{Name|default}` has a default, `{Name:filter}` is reshaped by a
function of FILTERS. A parameter that is an ARN already is the resource itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local_aws.services.iam.calls import Call

ANY = "*"
_FIELD = re.compile(r"\{([\w.]+)(?:\|([^:}]*))?(?::(\w+))?\}")
# Services whose ARNs carry no region.
_GLOBAL = frozenset({"iam"})


def resources(template: str, call: Call) -> list[str]:
    """The ARNs that `template` names for `call`; `*` when a parameter is missing."""
    if template == ANY:
        return [ANY]
    found = [_complete(text, call) for text in _filled([template], call)]
    return sorted(set(found)) or [ANY]


def values_at(path: str, parameters: Any) -> Iterator[Any]:
    """The values at a dotted path, through lists; missing ones are None."""
    name, _, rest = path.partition(".")
    value = parameters.get(name) if isinstance(parameters, Mapping) else None
    for item in value if isinstance(value, list) else [value]:
        yield from values_at(rest, item) if rest and item is not None else [item]


def _filled(texts: list[str], call: Call) -> list[str]:
    """Replace the first field of each text by each of its values, until no field is left."""
    done: list[str] = []
    while texts:
        text = texts.pop()
        field = _FIELD.search(text)
        if field is None:
            done.append(text)
            continue
        for value in _values(field, call):
            texts.append(
                value if value.startswith("arn:") else text[: field.start()] + value + text[field.end() :]
            )
    return done


def _values(field: re.Match[str], call: Call) -> list[str]:
    path, default, shape = field.groups()
    values = [value if value is not None else default for value in values_at(path, call.parameters)]
    reshape = FILTERS[shape] if shape else str
    return [reshape(str(value)) for value in values if value is not None]


def _complete(text: str, call: Call) -> str:
    if text.startswith("arn:") or text == ANY:
        return text
    region = "" if call.service in _GLOBAL else call.region
    return f"arn:aws:{call.service}:{region}:{call.account_id}:{text}"


def _function(name: str) -> str:
    """name, name:qualifier, 123456789012:function:name -> name or name:qualifier."""
    return name.split("function:")[-1]


def _qualifier(name: str) -> str:
    """What a version or alias adds to the ARN of its function."""
    return f":{name}" if name else ""


FILTERS: Mapping[str, Callable[[str], str]] = {
    "lower": str.lower,
    "parameter": lambda name: name.removeprefix("/"),
    "queue": lambda url: url.rsplit("/", 1)[-1],
    "function": _function,
    "qualifier": _qualifier,
    "versions": lambda group: f"{group.rsplit('/', 1)[-1].lower()}/*" if group else "",
    "last": lambda name: name.rsplit("/", 1)[-1].lower(),
    "key": lambda name: name if name.startswith("alias/") else f"key/{name}",
}
