"""`bakeoff upload`: looks into each file, sends them together, and says which runs that starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bakeoff.domain.errors import DataError, NotATable, RequestError
from bakeoff.domain.intake.table import Table
from bakeoff_cli.data.choice import Choice, Chosen, choose
from bakeoff_cli.data.reading import Reading, SnapshotOptions, Target, is_named_as_data, readings_of, table_of
from bakeoff_cli.errors import BadInput
from bakeoff_cli.session import Bakeoff, run_id_of
from bakeoff_cli.settings.requests import Wishes
from bakeoff_cli.show.next_steps import asks_for_target
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.bucket import uploaded
from bakeoff_cli.stack.stack import INPUT_PREFIX, StackReference

_LISTED = 1000
_SHOWN = 5
TOGETHER = (
    "Files that are uploaded together are compared by one run; the others end as superseded, "
    "and `bakeoff watch` goes on with the one that has the data."
)


@dataclass(frozen=True)
class UploadRequest:
    """What to send; `force` sends it in spite of what the look into it finds."""

    paths: Sequence[Path]
    wishes: Wishes
    force: bool = False


def upload_files(request: UploadRequest, stack: StackReference, output: Output) -> None:
    """Look into each file, upload them all, and wait for their runs to appear. Raises CliError."""
    from bakeoff_cli.commands.watch import connect

    request.wishes.refuse_for_uploads()
    choice = _without_foreign(choose(request.paths), output)
    bakeoff = connect(stack, output)
    options = _options(request.wishes.target, bakeoff)
    readings = _looked_into(choice.files, options, request.force, bakeoff)
    _tell_skipped(choice, output)
    company = _company(choice.files, bakeoff)
    for name, reading in readings.items():
        output.show(*reading.sentences(name))
    arns = bakeoff.start(choice.files)
    _tell(choice.files, arns, bakeoff)
    output.document(
        {
            "runs": [_started(file, arn, readings) for file, arn in zip(choice.files, arns, strict=True)],
            "skipped": [str(path) for path in choice.skipped],
            "beside": company,
        }
    )


def _options(wanted: str | None, bakeoff: Bakeoff) -> SnapshotOptions:
    """How the plan of a run of this stack reads data."""
    parameters = bakeoff.stack.parameters
    return SnapshotOptions(
        feature_count=int(parameters.get("FeatureCount", 0)),
        target=Target(_target(wanted, bakeoff)),
        tolerated=float(parameters.get("MaxRejectedShare", SnapshotOptions.tolerated)),
    )


def _target(wanted: str | None, bakeoff: Bakeoff) -> str:
    """The column that the runs of an upload will predict, which only the stack decides."""
    ours = bakeoff.stack.parameters.get("Target", "")
    if wanted not in (None, ours):
        says = f"is {ours}" if ours else "names none, which means the first column"
        raise BadInput(
            f"What an upload starts predicts what the stack's parameter Target says, which {says}: deploy "
            f"with `sam deploy --parameter-overrides Target={wanted}`, or upload without --target and then "
            f"start `bakeoff run --target {wanted}`."
        )
    return ours


def _without_foreign(choice: Choice, output: Output) -> Choice:
    """Of a folder, only data: what lies beside them would be left aside by each run. Tells what stays."""
    foreign = dict[Path, str]()
    for file in choice.files:
        if file.of_folder and not is_named_as_data(file.name):
            with suppress(RequestError):
                foreign |= _why_foreign(file)
    files = tuple(file for file in choice.files if file.path not in foreign)
    if not files:
        raise BadInput(f"{next(iter(foreign.values()))} No other file of the folder holds data.")
    for why in foreign.values():
        output.note(f"Left out: {why}")
    return Choice(files, (*choice.skipped, *foreign))


def _why_foreign(file: Chosen) -> Mapping[Path, str]:
    """Why the file is no table at all, if so. Raises RequestError for data that cannot be read."""
    try:
        table_of(file.path, file.name)
    except NotATable as err:
        return {file.path: str(err)}
    return {}


def _looked_into(
    files: Sequence[Chosen], options: SnapshotOptions, force: bool, bakeoff: Bakeoff
) -> dict[str, Reading]:
    """What each file is, by its name. Raises BadInput; with `force` leaves out what nobody can read."""
    tables, faults = _tables(sorted(files, key=lambda file: file.name))
    sizes = {file.name: file.path.stat().st_size for file in files}
    found = dict[str, Reading]()
    try:
        # Of files that are no tables nobody can say whether they agree with others.
        if tables:
            readings = readings_of(tables, sizes, options)
            found = {table.key: reading for table, reading in zip(tables, readings, strict=True)}
    except (RequestError, DataError) as err:
        faults.append(str(err))
    if faults and not force:
        raise BadInput(_refusal(faults, bakeoff))
    for fault in faults:
        bakeoff.output.complain(f"{fault} It is uploaded all the same.")
    return found


def _tables(files: Sequence[Chosen]) -> tuple[list[Table], list[str]]:
    """Those that are tables, and why the others are none."""
    tables, faults = list[Table](), list[str]()
    for file in files:
        try:
            tables.append(table_of(file.path, file.name))
        except RequestError as err:
            faults.append(str(err))
    return tables, faults


def _refusal(faults: Sequence[str], bakeoff: Bakeoff) -> str:
    """The last word of a refusal; all faults but the last are told at once."""
    for fault in faults[:-1]:
        bakeoff.output.complain(fault)
    if not any(map(asks_for_target, faults)):
        return f"{faults[-1]} Nothing was uploaded; --force uploads all the same."
    return (
        f"{faults[-1]} Nothing was uploaded. Set Target with `sam deploy --parameter-overrides "
        "Target=COLUMN`, or upload with --force, whose run will be refused, and then start "
        f"`{bakeoff.reference.command('run', '--target', 'COLUMN')}`."
    )


def _tell_skipped(choice: Choice, output: Output) -> None:
    if choice.skipped:
        names = ", ".join(map(str, choice.skipped))
        output.note(f"Left out, because they are hidden, empty or a system's own: {names}.")


def _company(files: Sequence[Chosen], bakeoff: Bakeoff) -> list[str]:
    """What lies in the bucket already, and is compared with these files as one table; says so."""
    sent = {file.name for file in files}
    found = sorted(set(islice(uploaded(bakeoff.aws.s3, bakeoff.stack.bucket), _LISTED)) - sent)
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        bakeoff.output.note(
            f"A run reads all that lies under {INPUT_PREFIX}, as one table: here also what was uploaded "
            f"before, {', '.join(found[:_SHOWN])}{more}."
        )
    return found


def _tell(files: Sequence[Chosen], arns: Sequence[str], bakeoff: Bakeoff) -> None:
    for file, arn in zip(files, arns, strict=True):
        bakeoff.output.show(f"{file.name} started the run {run_id_of(arn)}")
    if len(files) > 1:
        bakeoff.output.note(TOGETHER)
    bakeoff.output.note(f"Follow it: {bakeoff.reference.command('watch', run_id_of(arns[-1]))}")


def _started(file: Chosen, arn: str, readings: Mapping[str, Reading]) -> dict[str, Any]:
    reading = readings.get(file.name)
    return {
        "file": str(file.path),
        "key": f"{INPUT_PREFIX}{file.name}",
        "run_id": run_id_of(arn),
        "execution_arn": arn,
        "reading": reading.as_json() if reading else None,
    }
