"""`bakeoff production`: what is live, since when and why, and what was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bakeoff_cli import options
from bakeoff_cli.errors import FAILED
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference

if TYPE_CHECKING:
    from bakeoff.domain.promotion.history import Past
    from bakeoff_cli.stack.production.endpoint import Live, ProductionFiles


def production(
    stack_name: options.StackName = DEFAULT_STACK,
    profile: options.Profile = None,
    region: options.Region = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Tell what production serves, since when and why, its error then, and its history.

    Exit code 1 if the endpoint is not as a promotion leaves it; what is wrong is then on stderr.
    """
    from bakeoff_cli.promoting import MOST_CHANGES, connect_production
    from bakeoff_cli.show.production.history import as_json as change_as_json
    from bakeoff_cli.show.production.history import history_table
    from bakeoff_cli.show.production.words import flaws

    output = Output(as_json, quiet)
    session = connect_production(StackReference(stack_name, profile, region), output)
    files = session.files
    past = session.past()
    live = files.live()
    kept, changes = files.kept, past.changes()[:MOST_CHANGES]
    found = list(flaws(live, past))
    document = _tell(live, past, files, output)
    others = [name for name in kept if name != live.config]
    if others:
        output.show(f"Kept to go back to: {', '.join(others)}")
    if changes:
        output.show("", history_table(changes))
    for flaw in found:
        output.complain(flaw)
    history = [change_as_json(each) for each in changes]
    output.document({**live.as_json(), **document, "kept": kept, "flaws": found, "history": history})
    if found:
        raise typer.Exit(FAILED)


def _tell(live: Live, past: Past, files: ProductionFiles, output: Output) -> dict[str, object]:
    """What the record adds, also as a document's fields."""
    from bakeoff_cli.show.production.words import changing, costs, error_then, serves, why_here

    output.headline(serves(live))
    if going_on := changing(live):
        output.show(going_on)
    record = live.record
    change = past.since(live.config) if live.config else None
    judged = files.judged(record) if record else None
    if record:
        output.show(
            f"It is there {why_here(change)}.",
            f"Why: {record['why']}",
            f"When it was judged, {error_then(record, judged)}.",
            *filter(None, [costs(record)]),
        )
    return {
        "since": change.at.isoformat() if change else None,
        "by": change.kind if change else None,
        "ci_low": judged.low if judged else None,
        "ci_high": judged.high if judged else None,
        "confidence": judged.confidence if judged else None,
        **({"monthly_cost": record["cost"]} if record and "cost" in record else {}),
    }
