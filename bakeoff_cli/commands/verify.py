"""`bakeoff verify`: a saved run's comparison, recomputed from its other files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bakeoff_cli import options
from bakeoff_cli.errors import FAILED
from bakeoff_cli.show.next_steps import after_verification
from bakeoff_cli.show.output import Output


def verify(
    folder: Annotated[Path, typer.Argument(metavar="RUN_FOLDER", help="Folder that a run was saved to.")],
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Recompute a saved run's comparison from its other files, without any network.

    Metrics, intervals, p-values and the verdict come anew from the predictions, the results, the plan and the
    recorded seed. Says that they are identical to comparison.json; or names the first that is not, or a file
    of predictions that was changed since, with exit code 1. Numbers are identical within a relative 1e-9;
    whole numbers and all else exactly. Of a run that ended before its verdict only the receipt is verified.

    It cannot check what no other file of the folder tells: how fast a model trained and answered, what it
    predicts, what a column was worth to it (but for what the importances say of each other), the features of
    a plain table, how inputs were read and split, what the plan expected the run to cost, and report.html.
    """
    from bakeoff_cli.saved.verification import verify_folder

    output = Output(as_json, quiet)
    verification = verify_folder(folder, output.note)
    output.show(str(verification))
    if verification.compared or not verification.identical:
        output.note(after_verification(folder, verification.identical))
    output.document(verification.as_json())
    if not verification.identical:
        raise typer.Exit(FAILED)
