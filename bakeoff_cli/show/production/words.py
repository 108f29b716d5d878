"""What is in production, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bakeoff.domain.cost.words import a_month
from bakeoff.domain.errors import PromotionError
from bakeoff.domain.promotion.deployment import require_sound
from bakeoff.domain.promotion.history import Change, Past
from bakeoff.domain.run.documents import ProductionRecord
from bakeoff.domain.statistics.registry import METRIC_NAMES
from bakeoff_cli.stack.production.documents import Judged
from bakeoff_cli.stack.production.endpoint import Live
from bakeoff_cli.text import counted, one_line


def serves(live: Live) -> str:
    """What answers now, whatever the state of the endpoint."""
    if live.deployment is None:
        return f"Nothing is in production: there is no endpoint {live.endpoint}."
    if live.record is None:
        return (
            f"Endpoint {live.endpoint} serves with the configuration {live.deployment.config}, which no "
            "promotion made."
        )
    return f"Production serves {of_record(live.record)}, with the configuration {live.record['config']}."


def of_record(record: ProductionRecord) -> str:
    return one_line(f"{record['candidate']} of the run {record['run']}")


def error_then(record: ProductionRecord, judged: Judged | None) -> str:
    """As in "its RMSE was 2.1, 1.9 to 2.3 at 95%, on 302 test rows"."""
    name, value = METRIC_NAMES.get(record["metric"], record["metric"]), record["value"]
    figure = "undefined" if value is None else f"{value:.4g}"
    return f"its {name} was {figure}{_interval(judged)}, on {counted(record['test_rows'], 'test row')}"


def _interval(judged: Judged | None) -> str:
    if judged is None:
        return " (the interval has expired with its run)"
    if judged.low is None or judged.high is None:
        return ""
    return f", {judged.low:.4g} to {judged.high:.4g} at {100 * judged.confidence:g}%"


def costs(record: ProductionRecord) -> str | None:
    """What the endpoint costs, which is part of no run; None of a version promoted without a limit."""
    if "cost" not in record:
        return None
    return f"It costs {one_line(a_month(record['cost']))}; no run's receipt has it."


def why_here(change: Change | None) -> str:
    """Since when, and by what."""
    if change is None:
        return "since nobody knows when"
    by = "a rollback" if change.kind == "rollback" else "a promotion"
    return f"since {at(change.at)}, by {by}"


def at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def flaws(live: Live, past: Past | None = None) -> Iterator[str]:
    """What is not as a promotion leaves it, where nothing is known of the `past` as any of them would."""
    found = live.deployment
    if found is None:
        if past and past.has_left_an_endpoint():
            yield (
                f"Endpoint {live.endpoint}, which the last promotion or rollback left, was deleted by "
                "somebody else: create it again with `bakeoff rollback`, or promote a new run."
            )
        return
    try:
        require_sound(found, live.endpoint)
    except PromotionError as err:
        yield str(err)
    if live.record is None:
        yield (
            f"Endpoint {live.endpoint} differs from what promotions left: somebody else gave it the "
            f"configuration {found.config}; go back with `bakeoff rollback VERSION`."
        )
    elif past and past.is_by_others(found.config):
        yield (
            f"Endpoint {live.endpoint} differs from what the last promotion or rollback left: somebody else "
            f"gave it the configuration {found.config}."
        )


def changing(live: Live) -> str | None:
    """What goes on at the endpoint, if anything does."""
    found = live.deployment
    if found is None or not live.is_changing:
        return None
    to = f", on its way to the configuration {found.pending}" if found.pending else ""
    return f"Endpoint {live.endpoint} is being changed: it is in state {found.status}{to}."
