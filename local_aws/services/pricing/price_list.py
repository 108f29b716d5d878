"""The rows of products.yaml in the shape of AWS's price list files.

Source: "Reading the service price list files" in the AWS Billing user guide.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local_aws.core.yaml_loader import SafeLoader

_FILE = Path(__file__).parent / "products.yaml"
_TERM, _RATE = "JRTCKXETXF", "6YS6EN2CT7"
_LOCATIONS = {"us-east-1": "US East (N. Virginia)"}


@cache
def products() -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    """By service code."""
    listed = yaml.load(_FILE.read_text("utf-8"), SafeLoader)
    return {
        service: tuple(_product(service, row, listed["region"]) for row in rows)
        for service, rows in listed["services"].items()
    }


def attributes_of(product: Mapping[str, Any]) -> dict[str, str]:
    """What a filter can ask for, beside `servicecode` the product's family and its number."""
    described: Mapping[str, Any] = product["product"]
    own = {"productFamily": described["productFamily"], "sku": described["sku"]}
    return {**described["attributes"], **own, "ServiceCode": product["serviceCode"]}


def _product(service: str, row: Mapping[str, Any], region: str) -> dict[str, Any]:
    sku = row.get("sku") or hashlib.sha256(json.dumps(row).encode()).hexdigest()[:16].upper()
    return {
        "product": {
            "productFamily": _family(row),
            "attributes": {
                "regionCode": region,
                "servicecode": service,
                "location": _LOCATIONS[region],
                "locationType": "AWS Region",
                "usagetype": row["usage"],
                **row["attributes"],
            },
            "sku": sku,
        },
        "serviceCode": service,
        "terms": {"OnDemand": {f"{sku}.{_TERM}": _term(sku, row)}},
        "version": row["published"].replace("-", "") + "000000",
        "publicationDate": f"{row['published']}T00:00:00Z",
    }


def _family(row: Mapping[str, Any]) -> str:
    if "component" in row["attributes"]:
        return "ML Instance"
    return "Storage" if "volumeType" in row["attributes"] else "Serverless"


def _term(sku: str, row: Mapping[str, Any]) -> dict[str, Any]:
    free = row.get("free_below")
    tiers = (
        [("0", free, "0.0000000000"), (free, "Inf", row["amount"])] if free else [("0", "Inf", row["amount"])]
    )
    dimensions = [_dimension(f"{sku}.{_TERM}", number, row, *tier) for number, tier in enumerate(tiers)]
    return {
        "priceDimensions": {each["rateCode"]: each for each in dimensions},
        "sku": sku,
        "effectiveDate": f"{row['published']}T00:00:00Z",
        "offerTermCode": _TERM,
        "termAttributes": {},
    }


def _dimension(
    term: str, number: int, row: Mapping[str, Any], begin: str, end: str, amount: str
) -> dict[str, Any]:
    what = row.get("decoy") or row["source"]
    return {
        "unit": row["unit"],
        "endRange": end,
        "description": f"rehearsal on this machine, {what}",
        "appliesTo": [],
        "rateCode": f"{term}.{_RATE}{number or ''}",
        "beginRange": begin,
        "pricePerUnit": {"USD": amount},
    }
