"""`bakeoff receipt`: what a run cost, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bakeoff_cli import options
from bakeoff_cli.errors import ReceiptNotFound
from bakeoff_cli.saved.folder import folder_meant, saved_folder
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference

if TYPE_CHECKING:
    from bakeoff.domain.run.documents import Receipt


def receipt(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN",
            help="Name of the run, or the folder of a saved one; the newest that has a receipt if not given.",
        ),
    ] = None,
    stack_name: options.StackName = DEFAULT_STACK,
    profile: options.Profile = None,
    region: options.Region = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Show what a run cost: a line for each thing, by list prices.

    Where AWS does not document from when to when it bills, a low and a high figure. It is not AWS's invoice.
    """
    from bakeoff_cli.show.costs.receipt import notes_of, receipt_table, total_of

    output = Output(as_json, quiet)
    if folder := folder_meant(run):
        found = _in_folder(folder)
    else:
        found = _in_stack(run, StackReference(stack_name, profile, region), output)
    output.headline(total_of(found))
    output.show(receipt_table(found), *notes_of(found))
    output.document(found)


def _in_folder(folder: Path) -> Receipt:
    from bakeoff_cli.saved.receipts import receipt_in

    found = receipt_in(saved_folder(folder))
    if found is None:
        raise ReceiptNotFound(
            f"The folder {folder} holds no receipt: name that of a run that was saved after it had ended, by "
            "this release or a later one."
        )
    return found


def _in_stack(run: str | None, stack: StackReference, output: Output) -> Receipt:
    from bakeoff_cli.session import connect
    from bakeoff_cli.stack.receipts import receipt_of

    session = connect(stack, output)
    names = [session.runs.data_in(run)] if run else session.runs.finished()
    for name in names:
        if found := receipt_of(session.files(name)):
            return found
    if run and (ended := session.runs.how_it_ended(names[0])):
        # The workflow's last step or the janitor has written one by now.
        raise ReceiptNotFound(
            f"The run {names[0]} {ended}, and has no receipt: one that has just ended may get it in a "
            "minute, an expired one has lost it, and where AWS refused to be asked the function's log says "
            "so; name another."
        )
    watch = stack.command("watch", *([run] if run else []))
    raise ReceiptNotFound(
        f"{f'The run {run} has' if run else 'No run has'} no receipt: one is written when a run has ended; "
        f"see it through with `{watch}`."
    )
