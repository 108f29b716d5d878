"""Where the command's words go: results to stdout, progress and complaints to stderr."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.text import Text

from bakeoff.domain.messages import redacted
from bakeoff_cli.data.download import OnBytes
from bakeoff_cli.program import as_typed
from bakeoff_cli.show.live_view import LineView, LiveView
from bakeoff_cli.text import harmless, wrapped

# Where there is no terminal: wide enough for a leaderboard.
_FILE_WIDTH = 160


class Output:
    """`as_json` leaves stdout to one JSON document; `quiet` drops progress and every terminal trick.

    A line of text is wrapped between words on a terminal, and stays one line everywhere else.
    """

    def __init__(self, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self._results = _console(plain=quiet)
        self._complaints = _console(plain=quiet, stderr=True)
        self._progress = _console(plain=quiet, stderr=True, silent=quiet)

    def note(self, text: str) -> None:
        """A line about what is going on."""
        _tell(self._progress, redacted(harmless(text)))

    def complain(self, text: str) -> None:
        """A line that even --quiet does not hide."""
        _tell(self._complaints, f"bakeoff: {redacted(harmless(text))}", "red")

    def headline(self, text: str) -> None:
        """The result that a person looks for first."""
        if not self.as_json:
            _tell(self._results, harmless(text), "bold")

    def show(self, *results: RenderableType) -> None:
        """Results for a person; with --json they are left to `document`."""
        if not self.as_json:
            for result in results:
                if isinstance(result, str):
                    _tell(self._results, harmless(result))
                else:
                    self._results.print(result)

    def document(self, content: Any) -> None:
        """The result for a program: one line of JSON, only with --json."""
        if self.as_json:
            # Flushed: `bakeoff local` goes on while its reader waits for the line.
            print(json.dumps(content), flush=True)

    def run_view(
        self, in_aws: bool = False, what: str = "run"
    ) -> AbstractContextManager[LiveView | LineView]:
        """`in_aws`: whether steps take as long as they usually do in AWS, which is then told; `what` is the
        execution, in a word.
        """
        if self._progress.is_terminal:
            return LiveView(self._progress, in_aws)
        return LineView(self._progress, in_aws, what)

    @contextmanager
    def transfer(self, label: str) -> Iterator[OnBytes]:
        """A progress bar on a terminal, a line elsewhere."""
        if not self._progress.is_terminal:
            self.note(f"{label} ...")
            yield lambda fresh, total: None
            return
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
        )
        with Progress(*columns, console=self._progress) as bar:
            task = bar.add_task(label, total=None)
            yield lambda fresh, total: bar.update(task, advance=fresh, total=total)


def _tell(console: Console, text: str, style: str = "") -> None:
    typed = as_typed(text)
    shown = wrapped(typed, console.width) if console.is_terminal else typed
    console.print(Text(shown, style), soft_wrap=True)


def _console(plain: bool, stderr: bool = False, silent: bool = False) -> Console:
    console = Console(
        stderr=stderr,
        quiet=silent,
        no_color=True if plain else None,
        force_terminal=False if plain else None,
        force_interactive=False if plain else None,
    )
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    return console
