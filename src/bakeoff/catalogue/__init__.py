"""The algorithms that Bakeoff knows, the images of their frameworks and dated prices, as packaged data."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import yaml

from bakeoff.domain.cost.table import PriceTable
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


def read_price_table(region: str) -> PriceTable:
    """Of one region; empty for one that the table does not have."""
    regions = yaml.safe_load(_PACKAGE.joinpath("prices.yaml").read_text("utf-8")) or {}
    return PriceTable(regions.get(region, {}), region)
