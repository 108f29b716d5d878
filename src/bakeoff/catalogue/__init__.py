"""The algorithms that Bakeoff knows, their scripts, the images of their frameworks, and dated prices, as
packaged data.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from bakeoff.domain.cost.prices import PriceTable
from bakeoff.domain.planning.algorithms import Catalogue
from bakeoff.domain.planning.hyperparameters import Known
from bakeoff.domain.planning.scripts import Script
from bakeoff.domain.planning.settings import Vocabulary

_PACKAGE = files("bakeoff.catalogue")
_BAKEOFF = Path(__file__).resolve().parents[1]
# With the scripts' folders, at the place from which they import it.
_SHARED = ("__init__.py", "scripts/__init__.py", "scripts/tabular.py")


def read_catalogue() -> Catalogue:
    schema = json.loads(_PACKAGE.joinpath("algorithm.schema.json").read_text("utf-8"))
    entries = yaml.safe_load(_PACKAGE.joinpath("algorithms.yaml").read_text("utf-8"))
    images, scripts = (
        json.loads(_PACKAGE.joinpath(f"{name}_options.json").read_text("utf-8"))
        for name in ("image", "script")
    )
    return Catalogue(entries=entries, schema=schema, known=Known(images, scripts))


def read_vocabulary() -> Vocabulary:
    return Vocabulary(json.loads(_PACKAGE.joinpath("settings.schema.json").read_text("utf-8")))


def read_image_table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_PACKAGE.joinpath("image_uris.json").read_text("utf-8"))
    return table


def read_price_table(region: str) -> PriceTable:
    """Of one region; empty for one that the table does not have."""
    regions = yaml.safe_load(_PACKAGE.joinpath("prices.yaml").read_text("utf-8")) or {}
    return PriceTable(regions.get(region, {}), region)


def read_scripts(folder: Path = _BAKEOFF / "scripts") -> dict[str, Script]:
    """The script of every entry that has one, by the folder's name."""
    shared = {f"bakeoff/{name}": (_BAKEOFF / name).read_bytes() for name in _SHARED}
    return {
        path.name: Script({**_files(path), **shared})
        for path in sorted(folder.iterdir())
        if path.is_dir() and path.name != "__pycache__"
    }


def _files(folder: Path) -> dict[str, bytes]:
    """All but bytecode, and what makes the folder itself a package: it is the top of the archive."""
    return {
        name: path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and "__pycache__" not in path.parts
        and (name := path.relative_to(folder).as_posix()) != "__init__.py"
    }
