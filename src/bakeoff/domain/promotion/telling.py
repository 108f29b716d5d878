"""What people are told of a promotion."""

from __future__ import annotations

from bakeoff.domain.cost.words import a_month
from bakeoff.domain.errors import (
    NothingToPromote,
    ProbeMismatch,
    ProductionDown,
    ProductionMixed,
    ProductionMoved,
    PromotionRolledBack,
)
from bakeoff.domain.ports import ObjectReader
from bakeoff.domain.promotion.history import Kind
from bakeoff.domain.run.causes import TIMEOUT
from bakeoff.domain.run.documents import ProductionRecord
from bakeoff.domain.run.production import read_record

_CURES = {
    NothingToPromote.__name__: "Start a new run, or name another one.",
    ProductionMoved.__name__: "Start a new run: it decides about production as it is now.",
    PromotionRolledBack.__name__: "Remove the reason, as an alarm's or a quota's, and promote the run again.",
    ProbeMismatch.__name__: "Its model does not answer as it was judged: start a new run.",
    ProductionMixed.__name__: "Look at the endpoint in the SageMaker console, and update it by hand.",
    ProductionDown.__name__: "Delete the endpoint; then go back to a version, or promote a run that is made "
    "then.",
    TIMEOUT: "Look at the endpoint in the SageMaker console; if updates need longer, raise "
    "PromotionTimeoutSeconds.",
}


_CURES_OF_ROLLBACKS = {
    **_CURES,
    NothingToPromote.__name__: "Name a version that is kept.",
    ProductionMoved.__name__: "See what is live now, and go back again.",
    PromotionRolledBack.__name__: "Remove the reason, as an alarm's or a quota's, and go back again.",
    ProbeMismatch.__name__: "Its model does not answer as it was judged: go back to another version.",
}


def cure_of(error: str | None, kind: Kind = "promotion") -> str:
    """What to do about an execution of the workflow that failed with an error of that name, None of one that
    was stopped.
    """
    if kind == "rollback":
        return _CURES_OF_ROLLBACKS.get(error or "", "Remove the cause, and go back again.")
    return _CURES.get(error or "", "Remove the cause, and promote the run again.")


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
    return f"It costs {a_month(record['cost'])}.\n"
