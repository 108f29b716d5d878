"""What a cold start of the function that an upload waits for imports, beside boto3 with its client alone.

python -m benchmarks.cold_start [--repetitions 31]

Each import runs in a process of its own, in the Python that functions run on here, on the artifacts as built;
both take turns, so that a busy machine is busy for both. Twice: with the bytecode of an earlier import, and
with no other bytecode of the function and its layer than what the makefiles pack (boto3's is always there, as
in Lambda). Results go to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import tempfile
import zipfile
from pathlib import Path

from local_aws.deployment.build import built
from local_aws.services.lambda_.interpreter import RUNTIME, installed

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "benchmarks" / "results" / "cold_start.json"
COMMAND = "python -m benchmarks.cold_start"
PARTS = ("StartRunFunction", "CommonPackages")
BOTH = {
    "boto3": "import boto3; boto3.client('stepfunctions')",
    "start_run": "import bakeoff.handlers.start_run",
}
TIMED = "import time; started = time.process_time(); {}; print(time.process_time() - started)"
VARIABLES = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "BAKEOFF_STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:bakeoff",
    "POWERTOOLS_SERVICE_NAME": "bakeoff",
    "POWERTOOLS_METRICS_NAMESPACE": "Bakeoff",
    "AWS_LAMBDA_FUNCTION_NAME": "start-run",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repetitions", type=int, default=31)
    repetitions = parser.parse_args().repetitions
    artifacts = built(PROJECT / "template.yaml")
    with tempfile.TemporaryDirectory() as folder:
        for part in PARTS:
            zipfile.ZipFile(artifacts[part]).extractall(Path(folder, part))
        document = {
            "command": COMMAND,
            "repetitions": repetitions,
            "machine": platform.platform(),
            "python": installed().name,
            "zipped_bytes": {part: artifacts[part].stat().st_size for part in PARTS},
            # Without it first: whoever writes bytecode leaves it to all that follow.
            "without_bytecode": measured(Path(folder), repetitions, ["-B"]),
            "with_bytecode": measured(Path(folder), repetitions, []),
        }
    RESULTS.write_text(json.dumps(document, indent=2) + "\n")
    print(json.dumps(document, indent=2))


def measured(folder: Path, repetitions: int, options: list[str]) -> dict[str, float]:
    """Medians of seconds of processor time, and of the ratio within a turn: a machine's speed changes."""
    if not options:
        for name in BOTH:
            seconds(folder, name, options)
    turns = [turn(folder, options, swapped=number % 2 == 1) for number in range(repetitions)]
    medians = {name: statistics.median(taken[name] for taken in turns) for name in BOTH}
    return {
        **medians,
        "ratio": round(statistics.median(taken["start_run"] / taken["boto3"] for taken in turns), 3),
    }


def turn(folder: Path, options: list[str], *, swapped: bool) -> dict[str, float]:
    names = reversed(BOTH) if swapped else iter(BOTH)
    return {name: seconds(folder, name, options) for name in names}


def seconds(folder: Path, name: str, options: list[str]) -> float:
    packages = folder / "CommonPackages" / "python" / "lib" / RUNTIME / "site-packages"
    path = f"{folder / 'StartRunFunction'}:{packages}"
    ended = subprocess.run(
        [installed().executable, *options, "-c", TIMED.format(BOTH[name])],
        env={**VARIABLES, "PYTHONPATH": path},
        check=True,
        capture_output=True,
        text=True,
    )
    return float(ended.stdout)


if __name__ == "__main__":
    main()
