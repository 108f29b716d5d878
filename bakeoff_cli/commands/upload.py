"""`bakeoff upload`: looks into each file, sends them together, and says which runs that starts."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bakeoff.domain.errors import RequestError
from bakeoff_cli import options
from bakeoff_cli.errors import BadInput
from bakeoff_cli.show.next_steps import asks_for_target
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, INPUT_PREFIX, StackReference, run_id_from

if TYPE_CHECKING:
    from bakeoff_cli.data.choice import Choice, Chosen
    from bakeoff_cli.data.reading import FileReading, SnapshotOptions
    from bakeoff_cli.session import Session
    from bakeoff_cli.settings.uploads import InStack
    from bakeoff_cli.uploading import Part

TOGETHER = (
    "Files of one data set that are uploaded together are compared by one run; the others end as superseded, "
    "and `bakeoff watch` goes on with the one that has the data."
)


@options.with_options_of_data
def upload(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|FOLDER",
            help="CSV or libsvm files, plain or gzip; of a folder all that is in it.",
        ),
    ],
    algorithms: options.Algorithms = None,
    target: options.Target = None,
    of_data: options.OfData = options.NOTHING,
    settings: options.Settings = None,
    settings_file: options.SettingsFile = None,
    dataset: options.DataSet = None,
    force: options.Force = False,
    stack_name: options.StackName = DEFAULT_STACK,
    profile: options.Profile = None,
    region: options.Region = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Look into data, upload them to a deployed stack, and print the runs that this starts.

    A file that no run could read is refused before anything is sent. Files that are uploaded together are
    compared together, by one run; a folder with a bakeoff.yaml is a data set of its own. How is for
    --settings and the other options to say, which go to the bucket as bakeoff.yaml and hold for later
    uploads, too, or else for the stack; --set is refused, with what changes the stack. Hidden and empty files
    of a folder are left out.

    AWS is found as by any AWS client: credentials and region from the environment or ~/.aws, another endpoint
    (that of `bakeoff local`, for example) from AWS_ENDPOINT_URL.
    """
    from bakeoff_cli.data.choice import choose
    from bakeoff_cli.data.inspection import without_foreign
    from bakeoff_cli.data.source import path_of
    from bakeoff_cli.session import connect
    from bakeoff_cli.settings.of_data import options_of_data
    from bakeoff_cli.settings.requests import GivenSettings
    from bakeoff_cli.settings.uploads import choice_with

    output = Output(as_json, quiet)
    said_of_data = options_of_data({"algorithms": algorithms, "target": target, **of_data})
    given = GivenSettings(settings=settings or (), file=settings_file, of_data=said_of_data)
    given.refuse_for_uploads()
    below = f"{dataset.strip('/')}/" if dataset else ""
    paths = [path_of(file) for file in files]
    choice, foreign = without_foreign(choose(paths, settings_file, below))
    session = connect(StackReference(stack_name, profile, region), output)
    for why in foreign:
        output.note(f"Left out: {why}")
    with tempfile.TemporaryDirectory() as scratch:
        if said_of_data:
            choice = choice_with(choice, given, below, _in_stack(session, below), Path(scratch))
        _send(choice, below, force, session)


def _in_stack(session: Session, below: str) -> InStack:
    from bakeoff.domain.planning.settings import Said
    from bakeoff_cli.data.reading import SETTINGS_NAME
    from bakeoff_cli.settings.beside_data import settings_of
    from bakeoff_cli.settings.uploads import InStack
    from bakeoff_cli.stack.bucket import settings_above

    key = f"{INPUT_PREFIX}{below}{SETTINGS_NAME}"
    lying = settings_above(session.aws.s3, session.stack.bucket, [f"{below}{SETTINGS_NAME}"])
    said = settings_of(key, lying[key]) if key in lying else Said({})
    return InStack(said, session.stack.parameters)


def _send(choice: Choice, below: str, force: bool, session: Session) -> None:
    """Look into the files, send them, and tell the runs that this starts."""
    from bakeoff_cli.uploading import parts_of

    output = session.output
    parts = parts_of(choice.files, below, force, session)
    readings: dict[str, FileReading] = {}
    for part in parts:
        readings |= _inspect(part, force, session)
    if choice.skipped:
        names = ", ".join(map(str, choice.skipped))
        output.note(f"Left out, because they are hidden, empty or a system's own: {names}.")
    for part in parts:
        part.tell(output)
    for name, reading in readings.items():
        output.show(*reading.sentences(name))
    arns = session.start(choice.files)
    runs = [_tell_run(file, arn, readings, output) for file, arn in zip(choice.files, arns, strict=True)]
    if len(runs) > 1:
        output.note(TOGETHER)
    output.note(f"Follow it: {session.reference.command('watch', run_id_from(arns[-1]))}")
    beside = [name for part in parts for name in part.beside]
    output.document({"runs": runs, "skipped": [*map(str, choice.skipped)], "beside": beside})


def _snapshot_options(session: Session, part: Part) -> SnapshotOptions:
    """How the plan of a run of this stack reads data."""
    from bakeoff_cli.data.reading import SnapshotOptions, Target
    from bakeoff_cli.settings.beside_data import columns_in, folds_in, target_of

    parameters, said = session.stack.parameters, part.said
    return SnapshotOptions(
        feature_count=int(parameters.get("FeatureCount", 0)),
        target=target_of(said) or Target(parameters.get("Target", "")),
        tolerated=float(parameters.get("MaxRejectedShare", SnapshotOptions.tolerated)),
        columns=columns_in(said),
        # What lies beside them already is in the same folds.
        folds=0 if part.beside else folds_in(said, parameters),
    )


def _inspect(part: Part, force: bool, session: Session) -> Mapping[str, FileReading]:
    """What each file is, by its name. Raises BadInput; with `force` leaves out what nobody can read."""
    from bakeoff_cli.data.inspection import inspect

    found = inspect(part.data, _snapshot_options(session, part), part.said)
    faults = [*_contradictions(part, session), *found.faults]
    if faults and not force:
        for fault in faults[:-1]:
            session.output.complain(fault)
        cure = "Nothing was uploaded; --force uploads all the same."
        if any(map(asks_for_target, faults)):
            again = session.reference.command("run", "--target", "COLUMN")
            cure = (
                "Nothing was uploaded. Set Target with `sam deploy --parameter-overrides Target=COLUMN`, or "
                f"upload with --force, whose run will be refused, and then start `{again}`."
            )
        raise BadInput(f"{faults[-1]} {cure}")
    for fault in faults:
        session.output.complain(f"{fault} It is uploaded all the same.")
    return found.readings


def _contradictions(part: Part, session: Session) -> list[str]:
    """What a plan would refuse of what is said of the data, whatever they are."""
    from bakeoff_cli.settings.beside_data import refuse_contradictory

    try:
        refuse_contradictory(part.said, session.stack.parameters)
    except RequestError as err:
        return [str(err)]
    return []


def _tell_run(file: Chosen, arn: str, readings: Mapping[str, FileReading], output: Output) -> dict[str, Any]:
    """Say which run a file has started; the same for a program."""
    reading = readings.get(file.name)
    output.show(f"{file.name} started the run {run_id_from(arn)}")
    return {
        "file": str(file.path),
        "key": f"{INPUT_PREFIX}{file.name}",
        "run_id": run_id_from(arn),
        "execution_arn": arn,
        "reading": reading.as_json() if reading else None,
    }
