"""Write the estimate of a run's minutes and dollars in AWS into docs/operations.md, between its markers.

    python -m scripts.estimate_costs

Nothing here was measured in AWS: the seconds are assumptions, and the page says so. Prices are those of
src/bakeoff/catalogue/prices.yaml. A test compares the page with these figures, and the instance types with
the template's defaults.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bakeoff.catalogue import read_price_table
from bakeoff.domain.cost.prices import DISK_OF, Item, Kind, Price
from scripts.marked import embed

PAGE = Path(__file__).resolve().parent.parent / "docs" / "operations.md"
NAME = "costs"
PROCESSING, TRAINING, ENDPOINT = "ml.m5.xlarge", "ml.m5.large", "ml.m5.large"
VOLUME_GB = 30
# The second one for what the table has not of the first.
_TABLES = [read_price_table(region) for region in ("us-east-1", "eu-west-1")]


def price_of(item: Item) -> Decimal:
    """Dollars of one unit."""
    found = [table.of(item) for table in _TABLES]
    return next(price.amount for price in found if isinstance(price, Price))


HOURLY = {
    PROCESSING: price_of(Item(Kind.PROCESSING, PROCESSING)),
    TRAINING: price_of(Item(Kind.TRAINING, TRAINING)),
}
"""Dollars an hour by instance type."""


@dataclass(frozen=True)
class Estimate:
    """Seconds that are billed of the Spark job, and of each candidate's training and endpoint; minutes that
    the run takes from its upload; how many candidates.
    """

    data: str
    candidates: int
    processing: int
    training: int
    endpoint: int
    minutes: int

    def lines(self) -> dict[str, tuple[str, Decimal]]:
        """Arithmetic and dollars of each thing that is paid for."""
        each = self.candidates
        transitions = 20 + 40 * each
        return {
            "Spark job": (
                f"{self.processing} s",
                _dollars(Item(Kind.PROCESSING, PROCESSING), self.processing),
            ),
            "training jobs": (
                f"{each} x {self.training} s",
                each * _dollars(Item(Kind.TRAINING, TRAINING), self.training),
            ),
            "endpoints": (
                f"{each} x {self.endpoint} s",
                each * _dollars(Item(Kind.HOSTING, ENDPOINT), self.endpoint),
            ),
            "disks of the jobs": (
                f"{VOLUME_GB} GB each",
                _disk(Kind.PROCESSING, self.processing) + each * _disk(Kind.TRAINING, self.training),
            ),
            "workflow": (f"{transitions} transitions", _dollars(Item(Kind.TRANSITION), transitions)),
        }

    def total(self) -> Decimal:
        return sum((dollars for _, dollars in self.lines().values()), Decimal())


_SMALL, _LARGE = "4,177 rows of 8 features", "2,000,000 rows of 50 features (1 GB)"
ESTIMATES = (
    Estimate(_SMALL, candidates=2, processing=180, training=90, endpoint=420, minutes=20),
    Estimate(_SMALL, candidates=3, processing=180, training=90, endpoint=420, minutes=20),
    Estimate(_LARGE, candidates=2, processing=900, training=1200, endpoint=900, minutes=60),
    Estimate(_LARGE, candidates=3, processing=900, training=1200, endpoint=900, minutes=60),
)


def table() -> str:
    """The estimates as a Markdown table, one column each."""
    head = [f"{each.data}, {each.candidates} algorithms" for each in ESTIMATES]
    rows = [["minutes, about", *(f"**{each.minutes}**" for each in ESTIMATES)]]
    for name in ESTIMATES[0].lines():
        parts = [each.lines()[name] for each in ESTIMATES]
        rows.append([name, *(f"{arithmetic}: ${dollars:.4f}" for arithmetic, dollars in parts)])
    rows.append(["dollars, about", *(f"**${each.total():.2f}**" for each in ESTIMATES)])
    return "".join(f"| {' | '.join(row)} |\n" for row in (["", *head], ["---"] * (1 + len(head)), *rows))


def _dollars(item: Item, extent: int) -> Decimal:
    """Of so many seconds, or of so many of what is counted."""
    return price_of(item) * extent / item.unit.seconds


def _disk(kind: Kind, seconds: int) -> Decimal:
    return VOLUME_GB * _dollars(Item(DISK_OF[kind]), seconds)


def main() -> None:
    PAGE.write_text(embed(PAGE.read_text("utf-8"), NAME, table()), "utf-8")


if __name__ == "__main__":
    main()
