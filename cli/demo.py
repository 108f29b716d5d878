"""Two uploads and two whole runs on the embedded AWS, with everything cleared away at the end."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bakeoff.domain.errors import RequestError
from cli.aws import Aws
from cli.bakeoff import Bakeoff, FinishedRun
from cli.bucket import report_in, save_run
from cli.data.choice import Chosen
from cli.data.reading import Reading, SnapshotOptions, Target, look_into, table_of
from cli.data.source import located
from cli.data.width import width_of
from cli.dataset import Shelf
from cli.embedded import embedded_aws
from cli.errors import BadInput, DownloadFailed, NotPublished
from cli.files import HALVES, halve, writable_folder
from cli.leftovers import leftovers
from cli.output import Output
from cli.program import command
from cli.sample import SAMPLE_FILE
from cli.settings.parameters import TEMPLATE
from cli.show.next_steps import asks_for_target
from cli.stack import DEFAULT_STACK, INPUT_PREFIX, Stack

if TYPE_CHECKING:
    from local_aws.embedded import EmbeddedAws

LOG_NAME = "embedded-aws.log"
TARGET_HINT = "Here that is --target COLUMN, or `make demo TARGET=COLUMN`."
MADE_UP = "The data were a small made-up sample: these numbers mean nothing."
# A run's id takes 40 characters of an upload's name.
_STEM_CHARACTERS = 40 - len("-second-half")


@dataclass(frozen=True)
class DemoData:
    """`names` are those under which its halves are uploaded; `source` is the file or address it came from.

    `is_own` is False for what the demo takes when a person names nothing.
    """

    path: Path
    names: tuple[str, str]
    source: str
    is_own: bool = True

    @property
    def made_up(self) -> bool:
        return _is_sample(self.path)


@dataclass(frozen=True)
class DemoRequest:
    """`folder` gets the runs; `parameters` are those of the stack that are not to have their defaults."""

    data: DemoData
    folder: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    port: int = 0


@dataclass(frozen=True)
class DemoEnd:
    """`saved` holds the folder of each run; `left` names what still exists and should not."""

    data: DemoData
    runs: tuple[FinishedRun, ...]
    saved: tuple[Path, ...]
    left: tuple[str, ...]

    @property
    def succeeded(self) -> bool:
        """Both runs succeeded and nothing was left behind."""
        return len(self.runs) == len(HALVES) and all(run.end.succeeded for run in self.runs) and not self.left

    def as_json(self) -> dict[str, Any]:
        runs = [
            {**run.as_json(), "folder": str(folder), "report": _text(report_in(folder))}
            for run, folder in zip(self.runs, self.saved, strict=True)
        ]
        return {
            "data": self.data.source,
            "made_up": self.data.made_up,
            "succeeded": self.succeeded,
            "runs": runs,
            "leftovers": list(self.left),
        }


def demo_data(data: str | None, shelf: Shelf, output: Output) -> DemoData:
    """`data` (a file or an address) if given, else Abalone, else (without a network) the made-up sample."""
    if data is not None:
        path = located(data, shelf.scratch, shelf.fetch)
        return DemoData(path, upload_names(path), data)
    try:
        path = shelf.obtain()
        return DemoData(path, HALVES, str(path), is_own=False)
    except (DownloadFailed, NotPublished) as err:
        output.complain(f"{err} The demo goes on with a small made-up sample; its numbers mean nothing.")
        return DemoData(SAMPLE_FILE, upload_names(SAMPLE_FILE), str(SAMPLE_FILE), is_own=False)


def upload_names(data: Path) -> tuple[str, str]:
    """Names for the halves of `data` that tell in reports and causes what they are halves of."""
    file = Path(data.name.removesuffix(".gz"))
    stem = "made-up-sample" if _is_sample(data) else re.sub(r"[^0-9A-Za-z]+", "-", file.stem)
    suffix = file.suffix if re.fullmatch(r"\.[0-9A-Za-z]{1,10}", file.suffix) else ".csv"
    base = stem[:_STEM_CHARACTERS].strip("-") or "data"
    return f"{base}-first-half{suffix}", f"{base}-second-half{suffix}"


def run_demo(request: DemoRequest, output: Output) -> DemoEnd:
    """Run the workflow on the first half of the data, then on all of them; both runs are saved.

    Raises CliError, LocalAwsError, or RequestError for data that no run could read, when a run cannot even be
    started.
    """
    writable_folder(request.folder)
    reading = _reading(request)
    with tempfile.TemporaryDirectory(prefix="bakeoff-demo-") as scratch:
        first, second = (Path(scratch) / name for name in request.data.names)
        halve(request.data.path, first, second, reading.header)
        for sentence in reading.sentences(request.data.source):
            output.note(sentence)
        parameters = {**_width(request.data.path, reading, (first, second), output), **request.parameters}
        with embedded_aws(output, request.folder / LOG_NAME, None, request.port) as aws:
            bakeoff = _deployed(aws, parameters, output)
            return _compare(bakeoff, (first, second), request)


def _reading(request: DemoRequest) -> Reading:
    try:
        return look_into(request.data.path, _options(request.parameters), request.data.source)
    except RequestError as err:
        if asks_for_target(str(err)):
            raise BadInput(f"{err} {TARGET_HINT}") from err
        raise


def _options(parameters: Mapping[str, str]) -> SnapshotOptions:
    """As the stack's parameters will have the plan read the data; without a width, which is set later."""
    tolerated = float(parameters.get("MaxRejectedShare", SnapshotOptions.tolerated))
    return SnapshotOptions(target=Target(parameters.get("Target", "")), tolerated=tolerated)


def _width(data: Path, reading: Reading, halves: tuple[Path, Path], output: Output) -> Mapping[str, str]:
    """The parameter FeatureCount, where a run would not find the number of features in a half by itself."""
    if reading.format != "libsvm":
        return {}
    width = width_of(data)
    if all(table_of(half, half.name).width == width + 1 for half in halves):
        return {}
    output.note(f"It has {width} features in all, which a half may not show: FeatureCount is set to {width}.")
    return {"FeatureCount": str(width)}


def _deployed(aws: EmbeddedAws, parameters: Mapping[str, str], output: Output) -> Bakeoff:
    output.note("Deploying the stack ...")
    outputs = aws.deploy(TEMPLATE, DEFAULT_STACK, parameters)
    return Bakeoff(Aws(aws.site.client), Stack.from_outputs(DEFAULT_STACK, outputs), output)


def _compare(bakeoff: Bakeoff, halves: tuple[Path, Path], request: DemoRequest) -> DemoEnd:
    runs = tuple(_runs(bakeoff, halves))
    if not runs[-1].end.succeeded:
        _tell_origin(request.data, len(runs), bakeoff.output)
    s3, bucket, output = bakeoff.aws.s3, bakeoff.stack.bucket, bakeoff.output
    saved = tuple(save_run(s3, bucket, run.end.run_id, request.folder) for run in runs)
    left = leftovers(bakeoff.aws.sagemaker)
    output.show("")
    _tell_left(left, output)
    output.show(*map(_whereabouts, saved), *([MADE_UP] if request.data.made_up else []))
    if runs[-1].end.succeeded:
        output.note(_next_step(request.data))
    return DemoEnd(request.data, runs, saved, left)


def _runs(bakeoff: Bakeoff, halves: tuple[Path, Path]) -> Iterator[FinishedRun]:
    """One run a half; what fails on the first half would fail on both."""
    for half in halves:
        [arn] = bakeoff.start([Chosen(half, half.name)])
        run = bakeoff.watch(arn)
        yield run
        if not run.end.succeeded:
            return


def _tell_origin(data: DemoData, uploaded: int, output: Output) -> None:
    """What a failed run's cause cannot know: it blames the uploads, and the stack is gone with the demo."""
    keys = " and ".join(f"{INPUT_PREFIX}{name}" for name in data.names[:uploaded])
    output.complain(
        f"the demo made {keys} by halving {data.source}: mend that file, or give a parameter of the stack "
        "another value with --set NAME=VALUE, and run the demo again."
    )


def _is_sample(data: Path) -> bool:
    return data.resolve() == SAMPLE_FILE


def _tell_left(left: tuple[str, ...], output: Output) -> None:
    if left:
        output.complain(f"left behind by the runs: {', '.join(left)}.")
    else:
        output.show("Nothing is left behind: no endpoint, endpoint config or model.")


def _whereabouts(folder: Path) -> str:
    report = report_in(folder)
    if report is None:
        return f"Saved to {folder}"
    return f"Report: {report} (to recompute its verdict: `{command('verify', str(folder))}`)"


def _next_step(data: DemoData) -> str:
    if data.is_own:
        return "To compare in an AWS account: `sam build && sam deploy`, then `bakeoff upload FILE`."
    return "With data of your own: `bakeoff demo --data FILE`."


def _text(path: Path | None) -> str | None:
    return str(path) if path else None
