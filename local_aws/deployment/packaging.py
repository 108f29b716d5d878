"""Uploads what a template names on this disk, and puts the addresses in its place, as `sam package` does."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from local_aws.core.errors import DeployFailed
from local_aws.core.instance import Instance
from local_aws.core.yaml_loader import SafeLoader

# Which property of which resource type names a path; Globals have the names without the prefix.
_PATHS = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
    "AWS::StepFunctions::StateMachine": "DefinitionS3Location",
}
# How a property takes an address that it does not take as a URL, in YAML's flow style.
_ADDRESSES = {"DefinitionS3Location": "{{Bucket: {bucket}, Key: {key}}}"}
_SKIPPED_FOLDERS = {"__pycache__"}
_SKIPPED_SUFFIXES = {".pyc", ".pyo"}
# The earliest moment that a zip file can hold: equal content makes equal bytes, whenever it was written.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def upload_local_paths(instance: Instance, template: Path, built: Mapping[str, Path] | None = None) -> str:
    """The text of `template` with s3:// addresses for its local paths, and otherwise as it stands.

    Folders become zip files without Python's caches; `built` are files that stand for what the functions and
    layers of these logical ids name. Raises DeployFailed for a path that does not exist.
    """
    text = template.read_text()
    bucket = f"{instance.name}-artifacts-{instance.account_id}-{instance.region}"
    client = instance.client("s3")
    client.create_bucket(Bucket=bucket)
    pieces, position = [], 0
    for place in _places_of_paths(text, built or {}):
        content, suffix = _content(template.parent / place.path)
        key = f"{hashlib.sha256(content).hexdigest()}{suffix}"
        client.put_object(Bucket=bucket, Key=key, Body=content)
        pieces += [text[position : place.start], place.written(bucket, key)]
        position = place.end
    return "".join([*pieces, text[position:]])


def made_by_makefile(template: Path) -> dict[str, Path]:
    """The source folders of functions and layers whose BuildMethod is makefile, by logical id."""
    sections = dict(_members(_composed(template.read_text())))
    shared = _value(dict(_members(dict(_members(sections.get("Globals"))).get("Function"))).get("CodeUri"))
    found = {}
    for name, resource in _members(sections.get("Resources")):
        attributes = dict(_members(resource))
        key = _PATHS.get(_value(attributes.get("Type")) or "")
        method = dict(_members(attributes.get("Metadata"))).get("BuildMethod")
        path = _value(dict(_members(attributes.get("Properties"))).get(key or "")) or shared
        if key and path and _value(method) == "makefile":
            found[name] = template.parent / path
    return found


def archive(folder: Path, *, caches: bool = False) -> bytes:
    """A zip file of `folder` that depends on its content only; of Python's `caches`, none or all."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_file() and (caches or is_wanted(inner)):
                entry = zipfile.ZipInfo(inner.as_posix(), _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                # Lambda runs as another user than the one who zips: everybody may read.
                entry.external_attr = (0o755 if path.stat().st_mode & 0o100 else 0o644) << 16
                target.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def is_wanted(path: Path) -> bool:
    """Whether a file belongs to the content of its folder; Python's caches do not."""
    return _SKIPPED_FOLDERS.isdisjoint(path.parts) and path.suffix not in _SKIPPED_SUFFIXES


def _content(path: Path) -> tuple[bytes, str]:
    if path.is_dir():
        return archive(path), ".zip"
    if path.is_file():
        return path.read_bytes(), path.suffix
    raise DeployFailed(f"The template names {path}, which does not exist.")


@dataclass(frozen=True)
class _Place:
    """A stretch of the template's text that gives way to `form`, with the address of `path` in it."""

    start: int
    end: int
    path: str
    form: str = "s3://{bucket}/{key}"

    def written(self, bucket: str, key: str) -> str:
        return self.form.format(bucket=bucket, key=key)


def _places_of_paths(text: str, built: Mapping[str, Path]) -> list[_Place]:
    """Where the template names local paths, or would name what was built; in the order of the text."""
    found: list[_Place] = []
    for name, properties, key in _holders(_composed(text)):
        node = dict(_members(properties)).get(key)
        if isinstance(node, yaml.ScalarNode) and not node.value.startswith("s3://"):
            quote = node.style if node.style in ("'", '"') else ""
            form = _ADDRESSES.get(key, f"{quote}{_Place.form}{quote}")
            path = str(built.get(name, node.value))
            found.append(_Place(node.start_mark.index, node.end_mark.index, path, form))
        elif node is None and name in built and properties is not None:
            # The path stands in Globals, for all functions; each has an artifact of its own.
            mark = properties.start_mark
            form = f"{key}: {_Place.form}\n{' ' * mark.column}"
            found.append(_Place(mark.index, mark.index, str(built[name]), form))
    return sorted(found, key=lambda place: place.start)


def _holders(root: yaml.Node | None) -> Iterator[tuple[str, yaml.Node | None, str]]:
    """Each resource's name and properties, and those of Globals, with the property that names a path."""
    sections = dict(_members(root))
    for name, resource in _members(sections.get("Resources")):
        attributes = dict(_members(resource))
        if key := _PATHS.get(_value(attributes.get("Type")) or ""):
            yield name, attributes.get("Properties"), key
    for name, settings in _members(sections.get("Globals")):
        if key := _PATHS.get(f"AWS::Serverless::{name}"):
            yield "", settings, key


def _composed(text: str) -> yaml.Node | None:
    return yaml.compose(text, Loader=SafeLoader)


def _value(node: yaml.Node | None) -> str | None:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None


def _members(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    return [(key.value, value) for key, value in node.value] if isinstance(node, yaml.MappingNode) else []
