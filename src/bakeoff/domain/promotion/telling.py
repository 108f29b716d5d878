"""What people are told of a promotion."""

from __future__ import annotations

from bakeoff.domain.cost.words import spoken
from bakeoff.domain.ports import ObjectReader
from bakeoff.domain.run.documents import ProductionRecord
from bakeoff.domain.run.production import read_record


def told(store: ObjectReader, config: str) -> tuple[str, str]:
    """Subject and message."""
    record = read_record(store, config)
    if record is None:
        return "Production has changed", f"Production serves with the endpoint configuration {config}."
    subject = f"Production serves {record['candidate']} of run {record['run']}"
    before = f"Before: {record['previous']}." if record["previous"] else "It is the first model there."
    return subject, (
        f"Endpoint {record['endpoint']} serves {record['candidate']} ({record['algorithm']}) of run "
        f"{record['run']} with the configuration {config}, and answers held-out rows as it was judged.\n"
        f"Why: {record['why']}\n{before}\n{_cost(record)}"
    )


def _cost(record: ProductionRecord) -> str:
    """Of a stack that limits it."""
    if "cost" not in record:
        return ""
    cost = record["cost"]
    monthly = spoken(cost["amount"], cost["price"]["currency"], up=True)
    return (
        f"It costs {monthly} a month by list prices: {cost['instances']} x {cost['instance_type']}, "
        f"{cost['hours']} hours.\n"
    )
