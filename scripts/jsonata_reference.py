"""JSONata's reference implementation (npm `jsonata`, the version that Step Functions has), run by Node."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

TOOLS = Path(__file__).resolve().parent.parent / "tools" / "node"
# `make lint-tools` puts it there.
_NODE = Path(sys.prefix) / "lint" / "bin" / "node"


def names(expressions: Sequence[str]) -> list[dict[str, Any]]:
    """For each expression {"names": [...]}, what it takes from outside, or {"error": ...} if malformed."""
    return _ask("names", expressions)


def evaluate(questions: Sequence[tuple[str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """For each expression with its bindings {"value": ...}, {} when that is undefined, or {"error": ...}."""
    return _ask("evaluate", questions)


def node(script: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """A finished run of a JavaScript file, without colours. Raises FileNotFoundError without Node."""
    if not _NODE.exists():
        raise FileNotFoundError(f"{_NODE} is missing: run make lint-tools.")
    environment = {**os.environ, "NO_COLOR": "1"}
    command = [str(_NODE), str(script), *arguments]
    return subprocess.run(command, input=stdin, env=environment, capture_output=True, text=True, check=False)


def _ask(question: str, items: Sequence[Any]) -> list[dict[str, Any]]:
    finished = node(TOOLS / "jsonata.cjs", question, stdin=json.dumps(items))
    if finished.returncode:
        raise RuntimeError(finished.stderr)
    answers: list[dict[str, Any]] = json.loads(finished.stdout)
    return answers
