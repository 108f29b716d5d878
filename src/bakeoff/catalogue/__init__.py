"""The algorithms that Bakeoff knows and the images of their frameworks, as packaged data."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import yaml

from bakeoff.domain.planning.algorithms import Catalogue
from bakeoff.domain.planning.settings import Vocabulary

_PACKAGE = files("bakeoff.catalogue")


def read_catalogue() -> Catalogue:
    schema = json.loads(_PACKAGE.joinpath("algorithm.schema.json").read_text("utf-8"))
    entries = yaml.safe_load(_PACKAGE.joinpath("algorithms.yaml").read_text("utf-8"))
    return Catalogue(entries=entries, schema=schema)


def read_vocabulary() -> Vocabulary:
    return Vocabulary(json.loads(_PACKAGE.joinpath("settings.schema.json").read_text("utf-8")))


def read_image_table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_PACKAGE.joinpath("image_uris.json").read_text("utf-8"))
    return table
