"""Write the template as CloudFormation gets it from SAM: `python -m scripts.translate_template OUTPUT`.

A linter of that sees what SAM makes, every role with its policies above all. For a linter that cannot judge
conditions, `--every-option` writes the template as if each were true.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local_aws.services.cloudformation.template.document import parse
from local_aws.services.cloudformation.template.sam import transform

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"
_ADDRESSES = {
    "CodeUri": "s3://bucket/CodeUri",
    "ContentUri": "s3://bucket/ContentUri",
    "DefinitionS3Location": {"Bucket": "bucket", "Key": "DefinitionS3Location"},
}
_REGION = "us-east-1"


def translated(template: Mapping[str, Any]) -> dict[str, Any]:
    """A SAM template without SAM, each parameter at its default. Raises SamTransformFailed."""
    defaults = {name: str(each["Default"]) for name, each in template.get("Parameters", {}).items()}
    return transform(_uploaded(template), defaults, _REGION)


def with_every_option(template: Mapping[str, Any]) -> dict[str, Any]:
    """A template without conditions, as if each were true, and without empty defaults."""
    chosen: dict[str, Any] = _chosen({key: each for key, each in template.items() if key != "Conditions"})
    for parameter in chosen.get("Parameters", {}).values():
        if parameter.get("Default") == "":
            del parameter["Default"]
    for resource in chosen["Resources"].values():
        resource.pop("Condition", None)
    return chosen


def _uploaded(value: Any) -> Any:
    """The template with an address for every local path, as `sam deploy` leaves it."""
    if isinstance(value, Mapping):
        return {key: _ADDRESSES.get(key) or _uploaded(inner) for key, inner in value.items()}
    return [_uploaded(inner) for inner in value] if isinstance(value, list) else value


def _chosen(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "Fn::If" in value:
            return _chosen(value["Fn::If"][1])
        return {key: _chosen(inner) for key, inner in value.items()}
    return [_chosen(inner) for inner in value] if isinstance(value, list) else value


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--every-option", action="store_true")
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    template = translated(parse(TEMPLATE.read_text("utf-8")))
    if arguments.every_option:
        template = with_every_option(template)
    arguments.output.write_text(json.dumps(template, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
