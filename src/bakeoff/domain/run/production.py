"""Where what is in production lies, apart from any run: below `production/` in the data bucket."""

from __future__ import annotations

from typing import cast

from bakeoff.domain.ports import ObjectReader
from bakeoff.domain.run.documents import ProductionRecord

PRODUCTION = "production/"
VERSIONS = f"{PRODUCTION}versions/"
MODELS = f"{PRODUCTION}models/"


def version_of(config: str) -> str:
    """The key of the record of an endpoint configuration."""
    return f"{VERSIONS}{config}.json"


def model_copy_of(config: str) -> str:
    """The key of a copy of the model that a configuration serves, which outlives its run."""
    return f"{MODELS}{config}/model.tar.gz"


def read_record(store: ObjectReader, config: str) -> ProductionRecord | None:
    """None where there is none: somebody else made the configuration."""
    try:
        return cast(ProductionRecord, store.read_json(version_of(config)))
    except FileNotFoundError:
        return None
