"""What a run may cost at most (`cost` in plan.json), and what it did cost (receipt.json).

Money and measures are texts of decimal numbers, because a JSON number becomes a binary fraction. A price is
None where none is known; `unknown` says why.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class PriceNote(TypedDict):
    """A list price of one unit, in the currency of its list: when it was published, and who says so."""

    amount: str
    currency: str
    region: str
    published: str
    source: str


class MissingPrice(TypedDict):
    """What has no known price in the region, and why."""

    kind: str
    instance_type: str
    region: str
    why: str


class ItemPrice(TypedDict):
    """The price of something by itself."""

    kind: str
    instance_type: str
    price: PriceNote


class CostPart(TypedDict):
    """One thing that is paid for: `size` (instances, their GB of disk, a function's GB of memory) for at most
    `extent` seconds, or at most `extent` of it where it is counted. `name` is whose it is, empty for the
    run's own.
    """

    kind: str
    name: str
    instance_type: str
    size: str
    extent: str
    unit: str
    price: PriceNote | None
    amount: str | None


class ServingCost(TypedDict):
    """What a million predictions cost on one instance that answers without a pause, at list price and the
    throughput that was measured on it. Where that was measured again and again, `amount` goes by all passes,
    `low` and `high` by the fastest and the slowest; they are None where it was to be and could not.
    """

    amount: str
    instance_type: str
    price: PriceNote
    low: NotRequired[str | None]
    high: NotRequired[str | None]


class MonthlyCost(TypedDict):
    """What production's `instances` cost in so many `hours`, at list price, without their disks."""

    amount: str
    instances: int
    instance_type: str
    hours: int
    price: PriceNote


Bound = Literal["steps", "deadline"]


class WorstCase(TypedDict):
    """The smaller of two upper bounds on a run's cost, with its parts, dearest first; see docs/adr/0045.
    `known` is the sum of what has a price: with an `unknown` price the amounts are None. `serving` has the
    known prices of what endpoints run on, by instance type; `other_prices` are of what the parts leave out,
    because something dearer stands for it. `reserved` is where it is counted among the costs of its day, if
    anybody limits these.
    """

    region: str
    currency: str
    bound: Bound
    amount: str | None
    by_steps: str | None
    by_deadline: str | None
    known: str
    parts: list[CostPart]
    unknown: list[MissingPrice]
    serving: NotRequired[dict[str, PriceNote]]
    other_prices: NotRequired[list[ItemPrice]]
    reserved: NotRequired[str]


class ReceiptLine(TypedDict):
    """One thing that was paid for, as a `CostPart`, with the least and the most that AWS may bill of it;
    `basis` says what the two go by.
    """

    kind: str
    name: str
    instance_type: str
    size: str
    low: str
    high: str
    unit: str
    basis: str
    price: PriceNote | None
    amount_low: str | None
    amount_high: str | None


class Receipt(TypedDict):
    """receipt.json. `data_set` is the folder of the uploads, and `worst_case` what the plan said, None where
    it said nothing. Totals are of what has a price. `planned` is there, and false, of a run that ended before
    it had a plan: it has no data set, and its lines are those of its turn and of planning.
    """

    schema_version: int
    run_id: str
    data_set: str
    made_at: str
    region: str
    currency: str
    lines: list[ReceiptLine]
    total_low: str
    total_high: str
    unknown: list[MissingPrice]
    worst_case: str | None
    note: str
    planned: NotRequired[bool]
