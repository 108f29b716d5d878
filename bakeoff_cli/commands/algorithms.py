"""`bakeoff algorithms`: what can be compared, and whether a list of it would pass the plan of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bakeoff_cli import options
from bakeoff_cli.program import command
from bakeoff_cli.show.output import Output

if TYPE_CHECKING:
    from bakeoff.domain.planning.algorithms import Entry


def algorithms(
    check: Annotated[
        str | None,
        typer.Option(
            "--check",
            metavar="NAMES|FILE",
            help="Check a comma-separated list, or a JSON or YAML file: a list, or an execution's input.",
        ),
    ] = None,
    settings: options.Settings = None,
    region: options.Region = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """List the algorithms that can be compared, or check a list of them.

    Where the column Tuned says yes, NAME:tuned in a list is a candidate that SageMaker tunes.

    The check is that of a run's first step, without any AWS: exit code 2 and its sentence for what is
    unknown, listed twice or malformed, for values that a script does not have, and for tuning that cannot end
    before the run's deadline, which --set can change as in the stack. With --region it includes that AWS
    publishes the images there.
    """
    from bakeoff_cli.settings.algorithms import catalogued, is_file, requested_in, resolved, tunable
    from bakeoff_cli.settings.parameters import declared_parameters, given_parameters

    output = Output(as_json, quiet)
    parameters = given_parameters(settings or (), declared_parameters())
    if check is None:
        found = catalogued()
        output.show(_table(found, dict.fromkeys(tunable(), "yes")))
        output.document({"algorithms": found, "tunable": tunable()})
    else:
        found = resolved(requested_in(check), region, parameters)
        output.show(_table(found, _budgets(found)))
        output.document({"algorithms": found})
    names = check or ",".join(entry["name"] for entry in found)
    output.note(f"Compare them: {command('run', '--input' if is_file(names) else '--algorithms', names)}")


def _budgets(entries: list[Entry]) -> dict[str, str]:
    from bakeoff.domain.planning.tuning import planned_tuning

    return {
        entry["name"]: f"{planned_tuning(entry, 0)['jobs']} training jobs"
        for entry in entries
        if "tuning" in entry
    }


def _table(entries: list[Entry], tuned: dict[str, str]) -> Any:
    """`tuned` is what there is to say of it, by an entry's name."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    table.add_column("Algorithm", no_wrap=True)
    table.add_column("Tuned", no_wrap=True)
    table.add_column("Image", overflow="fold")
    table.add_column("What it is", overflow="fold")
    for entry in entries:
        # Text, because a cell given as a string is read as rich's markup.
        image = entry.get("image_uri") or f"{entry['image']['framework']}:{entry['image']['version']}"
        cells = (entry["name"], tuned.get(entry["name"], ""), image, entry.get("description", ""))
        table.add_row(*map(Text, cells))
    return table
