"""The catalogue and the Spark script, as they lie in the deployed package and its layer."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from bakeoff.domain.algorithms import Catalogue
from bakeoff.domain.planning import SCRIPT

_PACKAGE = files("bakeoff.catalogue")


def read_catalogue() -> Catalogue:
    schema = json.loads(_PACKAGE.joinpath("algorithm.schema.json").read_text("utf-8"))
    entries = yaml.safe_load(_PACKAGE.joinpath("algorithms.yaml").read_text("utf-8"))
    return Catalogue(entries=entries, schema=schema)


def read_image_table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_PACKAGE.joinpath("image_uris.json").read_text("utf-8"))
    return table


def read_script(folder: str) -> str:
    """The Spark job that every run keeps a copy of; the layer holds it at its top."""
    return (Path(folder) / SCRIPT).read_text("utf-8")
