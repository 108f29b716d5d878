"""IAM's patterns: wildcards, policy variables, and ARNs compared part by part.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html and
.../reference_policies_elements_resource.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

Context = Mapping[str, str | Sequence[str]]
"""What is known about a request: condition keys in lower case, each with its value or values."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_LITERALS = {"*": "*", "?": "?", "$": "$"}
_ARN_PARTS = 6


def matches(pattern: str, value: str, context: Context | None = None, *, ignore_case: bool = False) -> bool:
    """Whether `value` fits `pattern`, whose `*` and `?` are wildcards and whose `${...}` are variables.

    A variable without a value in `context` fits nothing.
    """
    expression = _expression(pattern, context or {})
    if expression is None:
        return False
    return _compiled(expression, ignore_case).fullmatch(value) is not None


def arn_matches(pattern: str, arn: str, context: Context | None = None) -> bool:
    """`matches` for ARNs: a wildcard stays within its colon-separated part, missing parts fit anything."""
    if pattern == "*" or not pattern.startswith("arn:"):
        return matches(pattern, arn, context)
    patterns = _split(pattern)
    patterns += ["*"] * (_ARN_PARTS - len(patterns))
    values = arn.split(":", _ARN_PARTS - 1)
    return len(values) == _ARN_PARTS and all(
        matches(part, value, context) for part, value in zip(patterns, values, strict=True)
    )


def substituted(text: str, context: Context) -> str | None:
    """`text` with its policy variables replaced and wildcards untouched; None when one has no value."""
    missing = False

    def value_of(match: re.Match[str]) -> str:
        nonlocal missing
        value = _variable(match[1], context)
        missing = missing or value is None
        return value or ""

    replaced = _VARIABLE.sub(value_of, text)
    return None if missing else replaced


def _split(pattern: str) -> list[str]:
    """Split at the first five colons that are not inside a variable such as ${aws:PrincipalAccount}."""
    protected = _VARIABLE.sub(lambda match: match[0].replace(":", "\0"), pattern)
    return [part.replace("\0", ":") for part in protected.split(":", _ARN_PARTS - 1)]


def _expression(pattern: str, context: Context) -> str | None:
    """A regular expression; variables count as plain text, so that a `*` in a value is no wildcard."""
    parts = []
    for index, piece in enumerate(_VARIABLE.split(pattern)):
        if index % 2:
            value = _variable(piece, context)
            if value is None:
                return None
            parts.append(re.escape(value))
        else:
            parts.append(re.escape(piece).replace(r"\*", ".*").replace(r"\?", "."))
    return "".join(parts)


def _variable(name: str, context: Context) -> str | None:
    if name in _LITERALS:
        return _LITERALS[name]
    key, _, default = name.partition(",")
    value = context.get(key.strip().lower())
    if isinstance(value, str):
        return value
    return default.strip().strip("'") if default else None


@functools.lru_cache(maxsize=4096)
def _compiled(expression: str, ignore_case: bool) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignore_case else 0))
