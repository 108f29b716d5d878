"""Take the picture of a report that the README shows.

    python -m scripts.screenshot_report RUN_FOLDER [PICTURE] [--dark]

RUN_FOLDER is what `bakeoff demo` saved: it holds report.html.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.chromium import NAMES, BrowserError, find_chromium, open_browser, open_page

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "report.png"
WIDTH, HEIGHT = 1200, 1340


def photograph(report: Path, *, dark: bool = False) -> bytes:
    """The top of a report as a PNG. Raises BrowserError when there is no browser, or it fails."""
    executable = find_chromium()
    if executable is None:
        raise BrowserError(f"None of {', '.join(NAMES)} is on the PATH: apt-get install chromium.")
    with open_browser(executable) as browser, open_page(browser) as page:
        page.show(WIDTH, HEIGHT, dark=dark)
        page.open(report.resolve().as_uri())
        return page.screenshot()


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("run_folder", type=Path)
    parser.add_argument("picture", type=Path, nargs="?", default=PICTURE)
    parser.add_argument("--dark", action="store_true")
    given = parser.parse_args(arguments)
    report = given.run_folder / "report.html"
    if not report.is_file():
        parser.error(f"{report} does not exist: save a run first with bakeoff demo")
    try:
        picture = photograph(report, dark=given.dark)
    except BrowserError as error:
        print(error, file=sys.stderr)
        return 1
    given.picture.parent.mkdir(parents=True, exist_ok=True)
    given.picture.write_bytes(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
