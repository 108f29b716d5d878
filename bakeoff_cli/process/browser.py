"""A page, shown in the browser."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path

from bakeoff_cli.show.output import Output


def show_page(page: Path, wanted: bool | None, output: Output) -> bool:
    """Whether it could be shown; on a terminal that is wanted by default, which is None."""
    if wanted is None:
        wanted = sys.stdout.isatty() and not output.as_json
    shown = wanted and webbrowser.open(page.resolve().as_uri())
    if wanted and not shown:
        output.note("No browser could be started; open the file yourself.")
    return shown
