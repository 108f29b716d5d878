"""The container image of a framework in a region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bakeoff.domain.errors import UnknownImage


def image_uri(table: Mapping[str, Any], framework: str, tag: str, region: str) -> str:
    """The URI of `framework`:`tag` in `region`, after the SageMaker SDK's tables (image_uris.json).

    Raises UnknownImage when AWS publishes no image of that framework, or not in that region.
    """
    try:
        entry = table["frameworks"][framework]
    except KeyError:
        raise UnknownImage(
            f"No image of framework {framework!r} is known: use one of {', '.join(table['frameworks'])}, "
            "or give a full image_uri."
        ) from None
    try:
        account = entry["accounts"][region]
    except KeyError:
        raise UnknownImage(
            f"AWS publishes no {framework} image in {region}: give a full image_uri of a copy in your own "
            "registry."
        ) from None
    suffix = table["dns_suffixes"].get(region, table["default_dns_suffix"])
    return f"{account}.dkr.ecr.{region}.{suffix}/{entry['repository']}:{tag}"
