"""Write src/bakeoff/catalogue/prices.yaml anew from AWS's Price List, with the account that boto3 finds.

    python -m scripts.catalogue.prices --region us-east-1 --region eu-west-1 --type ml.m5.large

Without options: the regions that the file has, and in each the instance types that it has there and those of
the template's defaults. It takes the right to pricing:GetProducts. What the list does not have stays out, and
is told.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml

from bakeoff.adapters.prices import PriceList
from bakeoff.domain.cost.prices import ANY, DISK_OF, Item, Kind, Price, Prices

TABLE = Path(__file__).resolve().parents[2] / "src/bakeoff/catalogue/prices.yaml"
DEFAULT_TYPES = ("ml.m5.large", "ml.m5.xlarge")
Rows = dict[str, dict[str, dict[str, Any]]]


def rows_of(prices: Prices, types: Iterable[str]) -> tuple[Rows, list[str]]:
    """The rows of a region, and a sentence for each thing without a price."""
    rows: Rows = {}
    missing: list[str] = []
    wanted = sorted(set(types))
    for item in [Item(kind, each) for kind in DISK_OF for each in wanted] + [
        Item(kind) for kind in Kind if kind not in DISK_OF
    ]:
        found = prices.of(item)
        if isinstance(found, Price):
            note = found.note()
            rows.setdefault(item.kind.value, {})[item.instance_type or ANY] = {
                name: note[name] for name in ("amount", "currency", "published", "source")
            }
        else:
            missing.append(found.why)
    return rows, missing


def head_of(text: str) -> str:
    """The comment at a file's beginning."""
    return "".join(takewhile(lambda line: line.startswith("#"), text.splitlines(keepends=True)))


def types_in(table: Rows) -> set[str]:
    return {each for kind in table.values() for each in kind if each != ANY}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--region", action="append", default=[])
    parser.add_argument("--type", action="append", default=[])
    given = parser.parse_args()
    text = TABLE.read_text("utf-8")
    table: dict[str, Rows] = yaml.safe_load(text) or {}
    for region in given.region or list(table):
        wanted = {*DEFAULT_TYPES, *types_in(table.get(region, {})), *given.type}
        table[region], missing = rows_of(PriceList(region), wanted)
        print("".join(f"{why}.\n" for why in missing), end="")
    body = yaml.safe_dump(table, sort_keys=False, width=10_000)
    TABLE.write_text(head_of(text) + body, "utf-8")
    print(f"{TABLE.name}: {', '.join(table)}")


if __name__ == "__main__":
    main()
