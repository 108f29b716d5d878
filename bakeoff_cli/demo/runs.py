"""The runs of a demo, one after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from bakeoff_cli.data.choice import choose
from bakeoff_cli.data.demo_data import hidden_width
from bakeoff_cli.data.files import writable_folder
from bakeoff_cli.demo.end import Compared, End, Saved
from bakeoff_cli.demo.request import Request, look_into_data, refuse_few_rows
from bakeoff_cli.handing_over import hand_over
from bakeoff_cli.process.embedded_aws import embedded_aws
from bakeoff_cli.promoting import ProductionSession
from bakeoff_cli.session import Session
from bakeoff_cli.settings.parameters import TEMPLATE
from bakeoff_cli.show.output import Output
from bakeoff_cli.show.production.words import serves
from bakeoff_cli.stack.aws import Aws
from bakeoff_cli.stack.leftovers import leftovers
from bakeoff_cli.stack.run_index import RunIndex
from bakeoff_cli.stack.stack import DEFAULT_STACK, Stack

LOG_NAME = "embedded-aws.log"
STAYS = " It goes with the embedded AWS; in AWS it outlives its runs."
MADE_UP = "The data were a small made-up sample: these numbers mean nothing."


def run_demo(request: Request, output: Output) -> End:
    """Run the workflow on the first half of the data, then on all of them, or on what cannot be halved at
    once; all runs are saved.

    Raises CliError, LocalAwsError, or RequestError for data that no run could read, when a run cannot even be
    started.
    """
    writable_folder(request.folder)
    reading = look_into_data(request)
    parameters = dict(request.parameters)
    with tempfile.TemporaryDirectory(prefix="bakeoff-demo-") as scratch:
        uploads = request.data.uploads(Path(scratch), reading)
        refuse_few_rows(request, uploads[0])
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


def _compare(session: Session, uploads: Sequence[Path], request: Request) -> End:
    compared = tuple(_runs(session, uploads, request.settings))
    if not compared[-1].run.end.succeeded:
        uploaded = [path.name for path in uploads[: len(compared)]]
        session.output.complain(request.origin_of(uploaded, compared[-1].run.end))
    output, production = session.output, session.stack.production
    saved = tuple(Saved(session.files(each.run.end.run_id).save(request.folder)) for each in compared)
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
    return End(request.data, len(uploads), compared, saved, left)


def _runs(session: Session, uploads: Sequence[Path], settings: Path | None) -> Iterator[Compared]:
    """One run an upload, the settings with the first; what fails on the first half would fail on both."""
    for place, upload in enumerate(uploads):
        *_, arn = session.start(choose([upload], None if place else settings).files)
        run = session.watch(arn)
        compared = Compared(run, hand_over(session, run.end.run_id) if run.end.succeeded else None)
        yield compared
        if not compared.succeeded:
            return
