"""`bakeoff demo`: two uploads and two whole runs on the embedded AWS, with nothing left behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bakeoff.domain.errors import RequestError
from bakeoff_cli import options
from bakeoff_cli.data.files import writable_folder
from bakeoff_cli.errors import FAILED, BadInput
from bakeoff_cli.program import command
from bakeoff_cli.saved.folder import final_model_of, report_in
from bakeoff_cli.settings.parameters import TEMPLATE
from bakeoff_cli.show.next_steps import asks_for_target
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, INPUT_PREFIX, Stack

if TYPE_CHECKING:
    from bakeoff.domain.planning.settings import Said
    from bakeoff_cli.data.demo_data import DemoData
    from bakeoff_cli.data.reading import FileReading
    from bakeoff_cli.finished_run import FinishedRun
    from bakeoff_cli.handing_over import HandedOver
    from bakeoff_cli.session import Session

_OF_A_LIMIT = frozenset({"BudgetExceeded", "UnknownPrice"})
LOG_NAME = "embedded-aws.log"
TARGET_HINT = "Here that is --target COLUMN, or `make demo TARGET=COLUMN`."
STAYS = " It goes with the embedded AWS; in AWS it outlives its runs."
MADE_UP = "The data were a small made-up sample: these numbers mean nothing."


@options.with_options_of_data
def demo(
    data: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="CSV, libsvm or Parquet file to compare on, or its http(s) address; without it, Abalone.",
        ),
    ] = None,
    output_folder: options.OutputFolder = Path("runs"),
    algorithms: options.Algorithms = None,
    target: options.Target = None,
    of_data: options.OfData = options.NOTHING,
    settings: options.Settings = None,
    settings_file: options.SettingsFile = None,
    promotion: options.Promotion = None,
    port: options.Port = 0,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Run the whole comparison twice on this machine, with no AWS account and no Docker.

    Starts the embedded AWS, deploys the stack, uploads the first half of the data, follows the run and prints
    its leaderboard; then does the same with the second half, so that the second run compares on all of the
    data. Parquet is not halved: one run compares on all of it. Saves the runs and checks that nothing is left
    behind. With --promotion automatic the first run's best goes to production, and the second run judges it
    on the rows of its own candidates. Exit code 1 if a run or promotion failed or something is left.
    """
    from bakeoff_cli.data.abalone import users_cache
    from bakeoff_cli.data.demo_data import demo_data
    from bakeoff_cli.settings.of_data import options_of_data, settings_file_of
    from bakeoff_cli.settings.requests import GivenSettings

    output = Output(as_json, quiet)
    said_of_data = options_of_data(of_data)
    given = GivenSettings(
        algorithms, target, settings or (), settings_file, of_data=said_of_data, promotion=promotion
    )
    parameters, said = given.parameters(), given.beside_data()
    with tempfile.TemporaryDirectory() as scratch:
        cache = users_cache(Path(scratch), output.transfer, output.note)
        own = demo_data(data, cache, output.complain)
        beside = settings_file_of(said, Path(scratch)) if said_of_data else settings_file
        request = _Request(own, output_folder, parameters, port, beside, said)
        end = _run_demo(request, output)
    output.document(end.as_json())
    if not end.succeeded:
        raise typer.Exit(FAILED)


@dataclass(frozen=True)
class _Request:
    """`folder` gets the runs; `parameters` are those of the stack that are not to have their defaults;
    `settings` is the file of that name that goes beside the data, if any, and `said` what it says.
    """

    data: DemoData
    folder: Path
    parameters: Mapping[str, str]
    port: int
    settings: Path | None
    said: Said

    def origin_of(self, uploaded: Sequence[str], error: str | None) -> str:
        """What a failed run's cause does not know: it blames uploads, and the stack goes with the demo."""
        if error in _OF_A_LIMIT:
            return (
                f"the demo made {INPUT_PREFIX}bakeoff.yaml of --max-cost and --settings: give another limit "
                "there, or by --set MaxRunCost=AMOUNT, and run the demo again."
            )
        keys, data = " and ".join(f"{INPUT_PREFIX}{name}" for name in uploaded), self.data
        how = f"by halving {data.source}" if uploaded[0] in data.names else f"of {data.source} as it is"
        return (
            f"the demo made {keys} {how}: mend that file, or give a parameter of the stack "
            "another value with --set NAME=VALUE, and run the demo again."
        )


@dataclass(frozen=True)
class _Saved:
    """Where the files of a run are now."""

    folder: Path

    def lines(self) -> Iterator[str]:
        if report := report_in(self.folder):
            yield f"Report: {report} (to recompute its verdict: `{command('verify', str(self.folder))}`)"
        else:
            yield f"Saved to {self.folder}"
        if model := final_model_of(self.folder):
            yield f"Final model: {model}"

    def as_json(self) -> dict[str, Any]:
        report, model = report_in(self.folder), final_model_of(self.folder)
        found = {"folder": str(self.folder), "report": report and str(report)}
        return {**found, **({"final_model_file": str(model)} if model else {})}


@dataclass(frozen=True)
class _Compared:
    """The run of an upload, and what became of its decision about production, if it made one."""

    run: FinishedRun
    handed: HandedOver | None

    @property
    def succeeded(self) -> bool:
        return self.run.end.succeeded and not (self.handed and self.handed.failed)

    def as_json(self) -> dict[str, Any]:
        handed = {"production": self.handed.as_json()} if self.handed else {}
        return {**self.run.as_json(), **handed}


@dataclass(frozen=True)
class _End:
    """`compared` and `saved` have one for each of the `uploads`, if nothing failed; `left` names what still
    exists and should not.
    """

    data: DemoData
    uploads: int
    compared: tuple[_Compared, ...]
    saved: tuple[_Saved, ...]
    left: tuple[str, ...]

    @property
    def succeeded(self) -> bool:
        """All runs succeeded, with what they promoted, and nothing was left behind."""
        is_done = len(self.compared) == self.uploads and all(each.succeeded for each in self.compared)
        return is_done and not self.left

    def as_json(self) -> dict[str, Any]:
        runs = [
            {**each.as_json(), **saved.as_json()}
            for each, saved in zip(self.compared, self.saved, strict=True)
        ]
        return {
            "data": self.data.source,
            "made_up": self.data.made_up,
            "succeeded": self.succeeded,
            "runs": runs,
            "leftovers": list(self.left),
        }


def _run_demo(request: _Request, output: Output) -> _End:
    """Run the workflow on the first half of the data, then on all of them, or on what cannot be halved at
    once; all runs are saved.

    Raises CliError, LocalAwsError, or RequestError for data that no run could read, when a run cannot even be
    started.
    """
    from bakeoff_cli.data.demo_data import hidden_width
    from bakeoff_cli.process.embedded_aws import embedded_aws
    from bakeoff_cli.session import Session
    from bakeoff_cli.stack.aws import Aws

    writable_folder(request.folder)
    reading = _look_into(request)
    parameters = dict(request.parameters)
    with tempfile.TemporaryDirectory(prefix="bakeoff-demo-") as scratch:
        uploads = request.data.uploads(Path(scratch), reading)
        for sentence in reading.sentences(request.data.source):
            output.note(sentence)
        if len(uploads) == 1:
            output.note("Parquet is not halved: one run compares on all of it.")
        if width := hidden_width(request.data.path, reading, uploads):
            output.note(
                f"It has {width} features in all, which a half may not show: FeatureCount is set to {width}."
            )
            parameters.setdefault("FeatureCount", str(width))
        with embedded_aws(output, request.folder / LOG_NAME, None, request.port) as aws:
            output.note("Deploying the stack ...")
            stack = Stack.from_outputs(DEFAULT_STACK, aws.deploy(TEMPLATE, DEFAULT_STACK, parameters))
            return _compare(Session(Aws(aws.instance.client), stack, output), uploads, request)


def _look_into(request: _Request) -> FileReading:
    """As the stack's parameters will have the plan read the data; without a width, which is set later."""
    from bakeoff_cli.data.reading import SnapshotOptions, Target, look_into
    from bakeoff_cli.settings.beside_data import columns_in, target_of

    parameters = request.parameters
    tolerated = float(parameters.get("MaxRejectedShare", SnapshotOptions.tolerated))
    target = target_of(request.said) or Target(parameters.get("Target", ""))
    options = SnapshotOptions(target=target, tolerated=tolerated, columns=columns_in(request.said))
    try:
        return look_into(request.data.path, options, request.data.source, request.said)
    except RequestError as err:
        if asks_for_target(str(err)):
            raise BadInput(f"{err} {TARGET_HINT}") from err
        raise


def _compare(session: Session, uploads: Sequence[Path], request: _Request) -> _End:
    from bakeoff_cli.promoting import ProductionSession
    from bakeoff_cli.show.production.words import serves
    from bakeoff_cli.stack.leftovers import leftovers
    from bakeoff_cli.stack.run_index import RunIndex

    compared = tuple(_runs(session, uploads, request.settings))
    if not compared[-1].run.end.succeeded:
        uploaded = [path.name for path in uploads[: len(compared)]]
        session.output.complain(request.origin_of(uploaded, compared[-1].run.end.error))
    output, production = session.output, session.stack.production
    saved = tuple(_Saved(session.files(each.run.end.run_id).save(request.folder)) for each in compared)
    page = RunIndex(session.aws.s3, session.stack.bucket).save(request.folder)
    left = leftovers(session.aws.sagemaker, besides=production.endpoint if production else None)
    output.show("")
    if left:
        output.complain(f"left behind by the runs: {', '.join(left)}.")
    else:
        runs = " by the runs" if production else ""
        output.show(f"Nothing is left behind{runs}: no endpoint, endpoint config or model.")
    if production:
        live = ProductionSession(session, production).files.live()
        output.show(f"{serves(live)}{STAYS if live.deployment else ''}")
    output.show(*chain.from_iterable(each.lines() for each in saved))
    output.show(*([f"History: {page}"] if page else []), *([MADE_UP] if request.data.made_up else []))
    if compared[-1].run.end.succeeded:
        in_aws = "To compare in an AWS account: `sam build && sam deploy`, then `bakeoff upload FILE`."
        output.note(in_aws if request.data.is_own else "With data of your own: `bakeoff demo --data FILE`.")
    return _End(request.data, len(uploads), compared, saved, left)


def _runs(session: Session, uploads: Sequence[Path], settings: Path | None) -> Iterator[_Compared]:
    """One run an upload, the settings with the first; what fails on the first half would fail on both."""
    from bakeoff_cli.data.choice import choose
    from bakeoff_cli.handing_over import hand_over

    for place, upload in enumerate(uploads):
        *_, arn = session.start(choose([upload], None if place else settings).files)
        run = session.watch(arn)
        compared = _Compared(run, hand_over(session, run.end.run_id) if run.end.succeeded else None)
        yield compared
        if not compared.succeeded:
            return
