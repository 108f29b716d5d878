"""`bakeoff costs`: the receipts of many runs, added up."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bakeoff_cli import options
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference


class Grouping(StrEnum):
    DAY = "day"
    MONTH = "month"
    DATA_SET = "data-set"


def costs(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER", help="Folder that runs were saved to; a deployed stack if not given."
        ),
    ] = None,
    by: Annotated[Grouping, typer.Option("--by", help="What is added up.")] = Grouping.DAY,
    stack_name: options.StackName = DEFAULT_STACK,
    profile: options.Profile = None,
    region: options.Region = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Add up what runs cost, by day, month or data set, with what a run cost at least and at most.

    Of the runs whose files are still there; those whose cost is unknown are named. By list prices; AWS's own
    figures are in its Cost Explorer.
    """
    from bakeoff_cli.show.costs.sums import left_out, sums, sums_table

    output = Output(as_json, quiet)
    if folder:
        from bakeoff_cli.saved.receipts import receipts_below

        receipts, without = receipts_below(folder)
    else:
        from bakeoff_cli.session import connect
        from bakeoff_cli.stack.receipts import receipts_of

        session = connect(StackReference(stack_name, profile, region), output)
        receipts, without = receipts_of(session.aws.s3, session.stack.bucket)
    found = sums(receipts, by)
    output.show(sums_table(found, by) if found else "No run has a receipt.", *left_out(without))
    unknown = {"without_receipt": len(without), "cost_unknown": without}
    output.document({"by": by.value, "sums": [each.as_json() for each in found], **unknown})
