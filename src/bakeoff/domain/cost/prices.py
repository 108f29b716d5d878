"""What is paid for, and in which unit; the port through which its price comes, and a table of prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, Protocol

from bakeoff.domain.run.documents import MissingPrice, PriceNote


class Kind(StrEnum):
    """What AWS sells to a run, each at a price of its own."""

    PROCESSING = "processing"
    TRAINING = "training"
    HOSTING = "hosting"
    PROCESSING_DISK = "processing disk"
    TRAINING_DISK = "training disk"
    HOSTING_DISK = "hosting disk"
    TRANSITION = "state transition"
    FUNCTION = "function"
    REQUEST = "function call"


class Unit(Enum):
    """The unit of a price, and how many seconds it has; 1 for what is counted. SageMaker's months of a disk
    have 30 days: https://aws.amazon.com/ebs/pricing/.
    """

    HOUR = "hour", 3600
    GB_MONTH = "GB-month", 30 * 24 * 3600
    GB_SECOND = "GB-second", 1
    EACH = "each", 1

    def __init__(self, word: str, seconds: int) -> None:
        self.word, self.seconds = word, seconds


UNITS: Mapping[Kind, Unit] = {
    Kind.PROCESSING: Unit.HOUR,
    Kind.TRAINING: Unit.HOUR,
    Kind.HOSTING: Unit.HOUR,
    Kind.PROCESSING_DISK: Unit.GB_MONTH,
    Kind.TRAINING_DISK: Unit.GB_MONTH,
    Kind.HOSTING_DISK: Unit.GB_MONTH,
    Kind.TRANSITION: Unit.EACH,
    Kind.FUNCTION: Unit.GB_SECOND,
    Kind.REQUEST: Unit.EACH,
}
DISK_OF: Mapping[Kind, Kind] = {
    Kind.PROCESSING: Kind.PROCESSING_DISK,
    Kind.TRAINING: Kind.TRAINING_DISK,
    Kind.HOSTING: Kind.HOSTING_DISK,
}


@dataclass(frozen=True)
class Item:
    """What has a price: an instance type (ml.m5.large) for what runs on one, "" for all else."""

    kind: Kind
    instance_type: str = ""

    @property
    def unit(self) -> Unit:
        return UNITS[self.kind]

    def __str__(self) -> str:
        return f"{self.instance_type} for {self.kind}" if self.instance_type else f"a {self.kind}"


@dataclass(frozen=True)
class Price:
    """A list price of one unit, above 0, in the currency of its list. `published` is a date."""

    amount: Decimal
    currency: str
    region: str
    published: str
    source: str

    def note(self) -> PriceNote:
        return {
            "amount": plain(self.amount),
            "currency": self.currency,
            "region": self.region,
            "published": self.published,
            "source": self.source,
        }


def plain(number: Decimal) -> str:
    """Without an exponent or zeros at the end: 1E+2 is "100"."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def priced(note: PriceNote) -> Price:
    """The price that a document holds. Raises ValueError or ArithmeticError for none."""
    amount = Decimal(note["amount"])
    if not (amount.is_finite() and amount > 0):
        raise ValueError(f"{amount} is no price.")
    return Price(amount, note["currency"], note["region"], note["published"], note["source"])


@dataclass(frozen=True)
class Unknown:
    """`why` is a sentence for a person."""

    item: Item
    region: str
    why: str

    def note(self) -> MissingPrice:
        return {
            "kind": self.item.kind.value,
            "instance_type": self.item.instance_type,
            "region": self.region,
            "why": self.why,
        }


class Prices(Protocol):
    """The list prices of one region; never those of another one, and never 0 for what is not known."""

    @property
    def region(self) -> str: ...

    def of(self, item: Item) -> Price | Unknown:
        """Asking fails nothing: whatever goes wrong is the reason of an Unknown."""


ANY = "any"


@dataclass(frozen=True)
class PriceTable:
    """The rows of src/bakeoff/catalogue/prices.yaml of one region: by kind, and instance type (ANY for what
    has none). Each row tells its amount, currency, date and source.
    """

    rows: Mapping[str, Mapping[str, Mapping[str, Any]]]
    region: str

    def of(self, item: Item) -> Price | Unknown:
        row = self.rows.get(item.kind.value, {}).get(item.instance_type or ANY)
        if row is None:
            return Unknown(item, self.region, f"the packaged table has no price of {item} in {self.region}")
        return Price(
            Decimal(row["amount"]), row["currency"], self.region, str(row["published"]), str(row["source"])
        )
