"""Uploads what a template names on this disk, and puts the addresses in its place, as `sam package` does."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from local_aws.errors import DeployFailed
from local_aws.site import Site
from local_aws.yaml_loader import SafeLoader

# Which property of which resource type names a path; Globals have the names without the prefix.
_PATHS = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}
_SKIPPED_FOLDERS = {"__pycache__"}
_SKIPPED_SUFFIXES = {".pyc", ".pyo"}
# The earliest moment that a zip file can hold: equal content makes equal bytes, whenever it was written.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def packaged(site: Site, template: Path) -> str:
    """The text of `template` with s3:// addresses for its local paths, and otherwise as it stands.

    Folders become zip files without Python's caches. Raises DeployFailed for a path that does not exist.
    """
    text = template.read_text()
    bucket = f"bakeoff-artifacts-{site.account_id}-{site.region}"
    client = site.client("s3")
    client.create_bucket(Bucket=bucket)
    pieces, position = [], 0
    for node in _local_paths(text):
        content, suffix = _content(template.parent / node.value)
        key = f"{hashlib.sha256(content).hexdigest()}{suffix}"
        client.put_object(Bucket=bucket, Key=key, Body=content)
        quote = node.style if node.style in ("'", '"') else ""
        pieces += [text[position : node.start_mark.index], f"{quote}s3://{bucket}/{key}{quote}"]
        position = node.end_mark.index
    return "".join([*pieces, text[position:]])


def archive(folder: Path) -> bytes:
    """A zip file of `folder` that depends on its content only."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_file() and _is_wanted(inner):
                entry = zipfile.ZipInfo(inner.as_posix(), _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                # Lambda runs as another user than the one who zips: everybody may read.
                entry.external_attr = (0o755 if path.stat().st_mode & 0o100 else 0o644) << 16
                target.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _is_wanted(path: Path) -> bool:
    return _SKIPPED_FOLDERS.isdisjoint(path.parts) and path.suffix not in _SKIPPED_SUFFIXES


def _content(path: Path) -> tuple[bytes, str]:
    if path.is_dir():
        return archive(path), ".zip"
    if path.is_file():
        return path.read_bytes(), path.suffix
    raise DeployFailed(f"The template names {path}, which does not exist.")


def _local_paths(text: str) -> Iterator[yaml.ScalarNode]:
    """The values in the template that are local paths, in the order of the text."""
    root = yaml.compose(text, Loader=SafeLoader)
    found = [
        value
        for properties, name in _places(root)
        for key, value in properties
        if key == name and isinstance(value, yaml.ScalarNode) and not value.value.startswith("s3://")
    ]
    yield from sorted(found, key=lambda node: int(node.start_mark.index))


def _places(root: yaml.Node | None) -> Iterator[tuple[list[tuple[str, yaml.Node]], str]]:
    """Members of every resource's properties, and of Globals, with the property that names a path there."""
    sections = dict(_members(root))
    for _, resource in _members(sections.get("Resources")):
        attributes = dict(_members(resource))
        kind = attributes.get("Type")
        if isinstance(kind, yaml.ScalarNode) and kind.value in _PATHS:
            yield _members(attributes.get("Properties")), _PATHS[kind.value]
    for name, settings in _members(sections.get("Globals")):
        if f"AWS::Serverless::{name}" in _PATHS:
            yield _members(settings), _PATHS[f"AWS::Serverless::{name}"]


def _members(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    return [(key.value, value) for key, value in node.value] if isinstance(node, yaml.MappingNode) else []
