"""The options and exit codes that several commands share, each worded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

INTERRUPTED, USAGE, FAILED = 130, 2, 1

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout; progress still goes to stderr.")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print results only, as plain text without colours.")
]
Port = Annotated[
    int, typer.Option(min=0, max=65535, help="Port of the embedded AWS on 127.0.0.1; 0 takes a free one.")
]
StackName = Annotated[str, typer.Option(help="Name of the deployed CloudFormation stack.")]
OutputFolder = Annotated[
    Path, typer.Option("--output", help="Folder for the results; made if it does not exist.")
]
