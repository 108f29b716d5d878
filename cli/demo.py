"""Two uploads and two whole runs on the embedded AWS, with everything cleared away at the end."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.aws import Aws
from cli.bakeoff import Bakeoff, FinishedRun
from cli.bucket import report_in, save_run
from cli.dataset import Shelf
from cli.embedded import embedded_aws
from cli.errors import DownloadFailed, NotPublished
from cli.files import HALVES, halve, readable_file, writable_folder
from cli.leftovers import leftovers
from cli.output import Output
from cli.program import program
from cli.sample import SAMPLE_FILE
from cli.stack import DEFAULT_STACK, Stack

if TYPE_CHECKING:
    from local_aws.embedded import EmbeddedAws

LOG_NAME = "embedded-aws.log"


@dataclass(frozen=True)
class DemoRequest:
    """`folder` gets the runs; `algorithms` is a comma-separated list, or None for the stack's own."""

    data: Path
    folder: Path
    algorithms: str | None = None
    port: int = 0


@dataclass(frozen=True)
class DemoEnd:
    """`saved` holds the folder of each run; `left` names what still exists and should not."""

    data: Path
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
            "data": str(self.data),
            "succeeded": self.succeeded,
            "runs": runs,
            "leftovers": list(self.left),
        }


def demo_data(data: Path | None, shelf: Shelf, output: Output) -> Path:
    """`data` if given, else Abalone, else (when that cannot be had) the bundled made-up sample."""
    if data:
        return readable_file(data)
    try:
        return shelf.obtain()
    except (DownloadFailed, NotPublished) as err:
        output.complain(f"{err} The demo goes on with a small made-up sample; its numbers mean nothing.")
        return SAMPLE_FILE


def run_demo(request: DemoRequest, output: Output) -> DemoEnd:
    """Run the workflow on the first half of the data, then on all of them; both runs are saved.

    Raises CliError or LocalAwsError when a run cannot even be started.
    """
    writable_folder(request.folder)
    with tempfile.TemporaryDirectory(prefix="bakeoff-demo-") as scratch:
        first, second = (Path(scratch) / name for name in HALVES)
        halve(request.data, first, second)
        with embedded_aws(output, request.folder / LOG_NAME, None, request.port) as aws:
            bakeoff = _deployed(aws, request, output)
            return _compare(bakeoff, (first, second), request)


def stack_parameters(algorithms: str | None) -> Mapping[str, str]:
    """The template's parameters; whether an algorithm is known is for the workflow to say."""
    return {"Algorithms": ",".join(name.strip() for name in algorithms.split(","))} if algorithms else {}


def _deployed(aws: EmbeddedAws, request: DemoRequest, output: Output) -> Bakeoff:
    output.note("Deploying the stack ...")
    outputs = aws.deploy(DEFAULT_STACK, stack_parameters(request.algorithms))
    return Bakeoff(Aws(aws.site.client), Stack.from_outputs(DEFAULT_STACK, outputs), output)


def _compare(bakeoff: Bakeoff, halves: tuple[Path, Path], request: DemoRequest) -> DemoEnd:
    runs = tuple(_runs(bakeoff, halves))
    s3, bucket, output = bakeoff.aws.s3, bakeoff.stack.bucket, bakeoff.output
    saved = tuple(save_run(s3, bucket, run.end.run_id, request.folder) for run in runs)
    left = leftovers(bakeoff.aws.sagemaker)
    output.show("")
    _tell_left(left, output)
    output.show(*map(_whereabouts, saved))
    return DemoEnd(request.data, runs, saved, left)


def _runs(bakeoff: Bakeoff, halves: tuple[Path, Path]) -> Iterator[FinishedRun]:
    """One run a half; what fails on the first half would fail on both."""
    for half in halves:
        run = bakeoff.watch(bakeoff.start(half))
        yield run
        if not run.end.succeeded:
            return


def _tell_left(left: tuple[str, ...], output: Output) -> None:
    if left:
        output.complain(f"left behind by the runs: {', '.join(left)}.")
    else:
        output.show("Nothing is left behind: no endpoint, endpoint config or model.")


def _whereabouts(folder: Path) -> str:
    report = report_in(folder)
    if report is None:
        return f"Saved to {folder}"
    return f"Report: {report} (to recompute its verdict: {program()} verify {shlex.quote(str(folder))})"


def _text(path: Path | None) -> str | None:
    return str(path) if path else None
