"""What tuning brings: test RMSE on random 70/15/15 splits of Abalone, of tuned and of untuned candidates.

BAKEOFF_ABALONE=abalone.libsvm python -m benchmarks.tuning [--splits 10] [--algorithms xgboost,xgboost:tuned]

Every candidate is planned as a run plans it, trained or tuned by the embedded SageMaker (20 jobs, 2 at a
time, as by default), deployed, and asked for the test rows. A tuned one is chosen by the validation split.
Results go to benchmarks/results/ at the end; a candidate that was not asked for keeps those that it had.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_svmlight_file

from bakeoff.adapters.resources import read_scripts
from bakeoff.domain.statistics.resampling import Array
from benchmarks.embedded_sagemaker import EmbeddedSageMaker
from local_aws.embedded import EmbeddedAws

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "benchmarks" / "results" / "tuning.json"
COMMAND = (
    "BAKEOFF_ABALONE=abalone.libsvm python -m benchmarks.tuning --algorithms xgboost,xgboost:tuned,mlp:tuned"
)
SEED = 20261130
SHARES = {"train": 0.70, "validation": 0.15, "test": 0.15}
ALGORITHMS = "xgboost,xgboost:tuned,extra-trees:tuned,mlp:tuned"


def splits(data: Path, count: int) -> Iterator[dict[str, Array]]:
    """Tables of shape (n, 1 + features), the label first."""
    features, labels = load_svmlight_file(str(data))
    table = np.column_stack([labels, features.toarray()])
    ends = np.cumsum([int(share * len(table)) for share in SHARES.values()])[:-1]
    for number in range(count):
        order = np.random.default_rng([SEED, number]).permutation(len(table))
        yield dict(zip(SHARES, np.split(table[order], ends), strict=True))


def measure(sagemaker: EmbeddedSageMaker, names: Sequence[str], split: Mapping[str, Array]) -> Any:
    """Test RMSE by candidate, and what the best training job of a tuned one had on the validation split."""
    found: dict[str, dict[str, float]] = {}
    for name in names:
        candidate = sagemaker.candidate(name, split, read_scripts())
        job = sagemaker.train(candidate)
        if job["TrainingJobStatus"] != "Completed":
            raise RuntimeError(f"{name}: {job['FailureReason']}")
        predicted = sagemaker.predictions(candidate, job, split["test"][:, 1:])
        rmse = float(np.sqrt(np.mean((predicted - split["test"][:, 0]) ** 2)))
        [validation] = [
            each["Value"] for each in job["FinalMetricDataList"] if each["MetricName"] == "validation:rmse"
        ]
        found[candidate["name"]] = {"test": round(rmse, 4), "validation": round(float(validation), 4)}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--algorithms", default=ALGORITHMS)
    given = parser.parse_args()
    taken = []
    with EmbeddedAws(name="bakeoff") as aws:
        sagemaker = EmbeddedSageMaker(aws.instance)
        for number, split in enumerate(splits(Path(os.environ["BAKEOFF_ABALONE"]), given.splits)):
            taken.append(measure(sagemaker, given.algorithms.split(","), split))
            print(number, json.dumps(taken[-1]), flush=True)
    rows = [known | found for known, found in zip(kept(len(taken)), taken, strict=True)]
    RESULTS.write_text(json.dumps(document(rows), indent=2) + "\n")


def kept(splits: int) -> list[dict[str, Any]]:
    """What earlier measurements of the same splits had, by candidate, for each split; else nothing."""
    if RESULTS.is_file() and len(rows := json.loads(RESULTS.read_text())["rmse"]) == splits:
        return list(rows)
    return [{} for _ in range(splits)]


def document(taken: Sequence[Mapping[str, Mapping[str, float]]]) -> dict[str, Any]:
    return {
        "command": COMMAND,
        "splits": len(taken),
        "seed": SEED,
        "median": {
            name: {
                part: round(statistics.median(each[name][part] for each in taken), 4)
                for part in ("test", "validation")
            }
            for name in taken[0]
        },
        "rmse": list(taken),
    }


if __name__ == "__main__":
    main()
