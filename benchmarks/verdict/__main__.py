"""Is the verdict right? Known truths, resampled real data, and the price of judging many candidates.

BAKEOFF_ABALONE=abalone.libsvm python -m benchmarks.verdict [PART ...]

Runs all parts (abalone, confirmation, floor, coverage, equals, copies, scale; of classes class_seeds,
class_coverage, class_scale; of evaluation with folds: folds, two_folds, folds_scale; of production:
promotion), or those named, and keeps what the others found before. Results go to
benchmarks/results/verdict.json, and as a page to verdict.md.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bakeoff.domain.verdict.options import VerdictOptions
from benchmarks.verdict.abalone import SEED, judge_runs
from benchmarks.verdict.classes.judging import KINDS, MORE_SAMPLES, judge_intervals, judge_seeds
from benchmarks.verdict.copies import judge_copies
from benchmarks.verdict.floor import FLOORS, judge_floor
from benchmarks.verdict.folds.abalone import judge_abalone
from benchmarks.verdict.folds.cases import TWO, judge_cases
from benchmarks.verdict.page import write_page
from benchmarks.verdict.promotion import false_promotions, judge_promotions
from benchmarks.verdict.records import text_of
from benchmarks.verdict.simulation import (
    Interval,
    Population,
    bca,
    coverage,
    false_winners,
    percentile,
    populations,
    symmetric_t,
)

COMMAND = "BAKEOFF_ABALONE=abalone.libsvm python -m benchmarks.verdict"
RESULTS = Path(__file__).parents[1] / "results" / "verdict.json"
# Several draws of 200 splits, since one may be lucky; and three first looked at when the method stood.
DRAWS, CONFIRMATION = (SEED, 101, 202, 303, 404, 505), (606, 707, 808)
SIZES = (50, 100, 300, 600)
# A row's loss, what it takes part in as a member of two classes, and counts: the others cost as much.
CLASS_METRICS = ("log_loss", "roc_auc", "macro_f1")
DISTINCT = (100_000, 99_999, 30_000)  # of 100,000 rows


def _abalone(data: Path) -> list[dict[str, Any]]:
    return [_told(judge_runs(data, seed)) for seed in DRAWS]


def _confirmation(data: Path) -> list[dict[str, Any]]:
    return [_told(judge_runs(data, seed)) for seed in CONFIRMATION]


def _floor(data: Path) -> list[dict[str, Any]]:
    return [_told(judge_floor(data, floor)) for floor in FLOORS]


def _coverage(data: Path) -> list[dict[str, Any]]:
    known = populations(data)
    abalone = known["Abalone"]
    cells: list[tuple[Population, str, int, Callable[[str, Population, int], Interval]]] = [
        *((population, "rmse", rows, symmetric_t) for population in known.values() for rows in SIZES),
        *(
            (abalone, metric, rows, symmetric_t)
            for metric in ("mae", "r2", "relative_accuracy")
            for rows in (100, 600)
        ),
        *((abalone, "rmse", rows, method) for method in (percentile, bca) for rows in SIZES),
    ]
    return [_told(coverage(*cell)) for cell in cells]


def _equals(data: Path) -> list[dict[str, Any]]:
    return [_told(false_winners(candidates, rows)) for candidates in (2, 5) for rows in (100, 300)]


def _copies(data: Path) -> list[dict[str, Any]]:
    return [_told(found) for found in judge_copies(data)]


def _scale(data: Path) -> list[dict[str, Any]]:
    return [_told(_judged(distinct)) for distinct in DISTINCT]


def _class_seeds(data: Path) -> list[dict[str, Any]]:
    return [_told(judge_seeds(kind)) for kind in KINDS]


def _class_coverage(data: Path) -> list[dict[str, Any]]:
    parts = [*((kind, None) for kind in KINDS), MORE_SAMPLES]
    return [_told(found) for kind, samples in parts for found in judge_intervals(kind, samples)]


def _class_scale(data: Path) -> list[dict[str, Any]]:
    return [_told(_judged(metric, "classes.scale")) for metric in CLASS_METRICS]


def _folds(data: Path) -> list[dict[str, Any]]:
    return [_told(found) for found in (*judge_cases(), *judge_abalone(data))]


def _two_folds(data: Path) -> list[dict[str, Any]]:
    return [_told(found) for found in (*judge_cases(TWO), *judge_abalone(data, TWO))]


def _folds_scale(data: Path) -> list[dict[str, Any]]:
    return [_told(_judged("", "folds.scale"))]


def _promotion(data: Path) -> list[dict[str, Any]]:
    equals = [_told(false_promotions(*cell)) for cell in ((1, 100), (4, 300))]
    return [*equals, _told(judge_promotions(data, SEED))]


def _judged(what: object, module: str = "scale") -> dict[str, Any]:
    command = [sys.executable, "-m", f"benchmarks.verdict.{module}", str(what)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


def _told(found: dict[str, Any]) -> dict[str, Any]:
    print(json.dumps(found), flush=True)
    return found


PARTS: dict[str, Callable[[Path], Any]] = {
    "abalone": _abalone,
    "confirmation": _confirmation,
    "floor": _floor,
    "coverage": _coverage,
    "equals": _equals,
    "copies": _copies,
    "scale": _scale,
    "class_seeds": _class_seeds,
    "class_coverage": _class_coverage,
    "class_scale": _class_scale,
    "folds": _folds,
    "two_folds": _two_folds,
    "folds_scale": _folds_scale,
    "promotion": _promotion,
}


def _provenance() -> dict[str, Any]:
    packages = ("numpy", "scikit-learn", "xgboost-cpu")
    options = VerdictOptions()
    return {
        "command": COMMAND,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{package: version(package) for package in packages},
        "resamples": options.resamples,
        "confidence": options.confidence,
        "verdict_seed": options.seed,
        "equivalence_margin": options.equivalence_margin,
    }


def main() -> None:
    data = Path(os.environ["BAKEOFF_ABALONE"])
    for part in sys.argv[1:] or PARTS:
        found = {"provenance": _provenance(), part: PARTS[part](data)}
        report = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(text_of(report | found), "utf-8")
        write_page(report | found, RESULTS.with_suffix(".md"))


if __name__ == "__main__":
    main()
