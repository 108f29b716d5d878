"""Runs to report on: what comparison.json, plan.json and the predictions of a run on Abalone look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from bakeoff.domain.verdict.reach import reach_verdict
from bakeoff.report.page import ReportedRun
from tests.mixed import fit

HOSTILE = "<script>alert('x')</script>&\"><img src=x onerror=y>$x^2$"
MEAN = 9.954
UNDECIDED = 0.05


@dataclass
class Run:
    """A `ReportedRun` in the making."""

    comparison: Any
    plan: Any
    predictions: dict[str, tuple[list[float], list[float]]] = field(default_factory=dict)
    encoding: Any = None
    answers: Any = None
    final: Any = None
    production: Any = None

    @property
    def reported(self) -> ReportedRun:
        more = self.encoding, self.answers, self.final, self.production
        return ReportedRun(self.comparison, self.plan, self.predictions, *more)


def winner() -> Run:
    return run({"xgboost": 1.0, "linear-learner": 2.0}, {"linear-learner": (0.3, 0.8, 0.0001)})


def tie() -> Run:
    return run(
        {"xgboost": 2.0, "linear-learner": 2.02, "knn": 2.8},
        {"linear-learner": (-0.03, 0.14, 0.38), "knn": (0.4, 1.1, 0.0001)},
    )


def inconclusive() -> Run:
    """One candidate finished, the other failed."""
    only = run({"xgboost": 2.0}, {})
    add_failure(only, "linear-learner", "Train model: the account's quota of ml.m5.large is used up.")
    return only


def crowd(candidates: int, rows: int) -> Run:
    names = {f"candidate-{place:02}": 1.0 + place / 10 for place in range(candidates)}
    intervals = {name: (0.0, 0.2 + place / 10, 0.001) for place, name in enumerate(names)}
    return run(names, {name: intervals[name] for name in list(names)[1:]}, rows=rows)


def too_few_rows(metric: str = "rmse") -> Run:
    return judged(run({"xgboost": 2.0, "linear-learner": 2.4}, {}, rows=38), metric)


def unbounded() -> Run:
    """All but two of the labels are equal, so that too many resamples leave the R² undefined."""
    rare = run({"xgboost": 2.0, "linear-learner": 2.4}, {}, rows=60)
    return judged(relabel(rare, [9.0] * 58 + [10.0, 12.0]), "r2")


def undefined() -> Run:
    return judged(relabel(run({"xgboost": 2.0, "linear-learner": 2.4}, {}, rows=60), [9.0] * 60), "r2")


def nothing_finished() -> Run:
    empty = run({"xgboost": 2.0}, {})
    empty.comparison["candidates"], empty.predictions = [], {}
    add_failure(empty, "xgboost", "Create endpoint: no capacity.")
    verdict = empty.comparison["verdict"]
    verdict.update(best=None, recommended=None, reason="No candidate finished.")
    return empty


def described() -> Run:
    """With all that a run tells of its data, and test rows that repeat."""
    example = tie()
    example.comparison["dataset"].update(
        target={"name": "rings", "position": 9, "source": "Target"},
        notes=["dataset1.csv, line 1: the unnamed first column counts up and was left out."],
        ignored=[{"key": "Inputs/README.txt", "why": "is no table of numbers"}],
        distinct=180,
    )
    example.plan["features"] = [f"feature {place}" for place in range(1, 33)]
    return example


def mixed(more_numbers: int = 0) -> Run:
    """Of a table with every kind of column, and as many more numbers."""
    example = tie()
    kinds = {
        "area": "number",
        "balcony": "boolean",
        "district": "category",
        "sold": "date",
        "seen": "timestamp",
    }
    kinds |= {"gone": "number"} | {f"measure {place}": "number" for place in range(1, more_numbers + 1)}
    columns = [{"name": "rent", "role": "label", "kind": "number"}]
    columns += [{"name": name, "role": "feature", "kind": kind} for name, kind in kinds.items()]
    columns[3]["why"] = "the setting categorical"
    columns.insert(1, {"name": "house", "role": "group", "kind": "category"})
    columns.append({"name": "id", "role": "ignored", "kind": "text", "why": "every row has another value"})
    example.comparison["dataset"].update(columns=columns, unlabelled=12, notes=["id is left out."])
    example.plan["table"] = {"columns": columns}
    for candidate, view in zip(example.plan["candidates"], ("csv", "dense", "dense"), strict=True):
        candidate["view"] = view
    train = [
        {
            **dict.fromkeys(kinds, "1"),
            "area": "" if place % 3 else str(50 + place),
            "balcony": str(place % 2),
            "district": f"district {place * place % 7 + 20 * (place == 3)}",
            "sold": f"2026-0{place % 9 + 1}-15",
            "seen": "" if place == 5 else f"2026-01-0{place % 9 + 1}T1{place % 9}:00:00",
            "gone": "",
        }
        for place in range(30)
    ]
    example.encoding = fit(list(kinds.items()), train, "rent")
    for place, candidate in enumerate(example.comparison["candidates"]):
        candidate["importance"] = importance(
            {name: 2.5 - place / 4 - 0.5 * i for i, name in enumerate(kinds)}
        )
    return example


def importance(increases: Mapping[str, float], unmeasured: Sequence[str] = ()) -> dict[str, Any]:
    """Of columns by their names, the last of which has no interval."""
    columns = [
        {"column": name, "increase": value, "ci_low": value - 0.4, "ci_high": value + 0.4}
        for name, value in list(increases.items())[:40]
    ]
    columns[-1].update(ci_low=None, ci_high=None)
    found = {"metric": "rmse", "confidence": 0.95, "rows": 500, "repeats": 5, "columns": columns}
    names = [*list(increases)[40:], *unmeasured]
    if not names:
        return found
    why = "no more than 40 columns are measured"
    return {**found, "unmeasured": {"count": len(names), "first": names[:10], "why": why}}


def folded(folds: int = 10, candidates: Sequence[str] = ("xgboost", "linear-learner", "knn")) -> Run:
    """Of 4,177 rows in folds, whose final model was trained."""
    example = run(
        {name: 2.0 + place / 10 for place, name in enumerate(candidates)},
        {name: (0.03, 0.14 + place, 0.002) for place, name in enumerate(candidates[1:])},
        rows=4177,
    )
    dataset, verdict = example.comparison["dataset"], example.comparison["verdict"]
    dataset.update(folds=folds, train=4177 * (folds - 2) // folds, validation=4177 // folds)
    example.plan["split"]["folds"] = folds
    for candidate in example.comparison["candidates"]:
        pairs = list(zip(*example.predictions[candidate["name"]], strict=True))
        parts = [pairs[fold::folds] for fold in range(folds)]
        candidate["folds"] = [
            {
                "fold": fold,
                "rows": len(part),
                "metrics": measure(*map(list, zip(*part, strict=True))).as_dict(),
                "training_seconds": 61 + fold,
                "billable_seconds": 30,
            }
            for fold, part in enumerate(parts)
        ]
        candidate["spread"] = float(np.std([one["metrics"]["rmse"] for one in candidate["folds"]], ddof=1))
    for place, item in enumerate(verdict["comparisons"]):
        item["inflation"] = 1.1 + place / 10
        item["second_opinion"] = {
            "better": 0.9312 - place / 20,
            "equal": 0.0688 + place / 20 - 1e-4,
            "worse": 1e-4,
        }
    example.final = {
        "candidate": candidates[0],
        "status": "completed",
        "error": None,
        "model_data_url": "s3://bakeoff-databucket/runs/r/models/xgboost/final/job/output/model.tar.gz",
        "training_seconds": 70,
        "billable_seconds": 40,
        "rows": {"train": 3759, "validation": 418},
    }
    return example


def hostile(text: str = HOSTILE) -> Run:
    """`text` in every place that data can reach."""
    bad = run({text: 1.0, f"{text}2": 2.0}, {f"{text}2": (0.3, 0.8, 0.0001)})
    add_failure(bad, f"{text}3", text)
    comparison, plan = bad.comparison, bad.plan
    comparison["run_id"] = plan["created_at"] = plan["datasets_uri"] = plan["spark_image_uri"] = text
    comparison["verdict"].update(reason=text, preference=text)
    comparison["baseline"]["name"] = text
    comparison["dataset"]["objects"][0].update(key=text, version_id=text, etag=text)
    comparison["dataset"].update(
        target={"name": text, "position": 1, "source": text},
        notes=[text],
        ignored=[{"key": text, "why": text}],
    )
    for candidate in comparison["candidates"][:2]:
        candidate["importance"] = importance({text: 2.0, f"{text}2": 1.0}, [text])
        candidate["importance"]["unmeasured"]["why"] = text
    columns = [
        {"name": name, "role": role, "kind": "category", "why": text}
        for name, role in {text: "feature", f"{text}2": "ignored", f"{text}3": "label"}.items()
    ]
    comparison["dataset"]["columns"] = columns
    plan["table"] = {"columns": columns}
    bad.encoding = fit([(text, "category")], [{text: text}] * 3 + [{text: ""}])
    plan["features"] = [text]
    plan["settings"] = {text: {"value": [text, {"name": text}], "source": text}}
    plan["settings_file"] = {"key": text, "version_id": text, "etag": text, "bytes": 1}
    plan["split"]["salt"] = text
    plan["code"] = {text: {"key": text, "sha256": text}}
    for candidate in plan["candidates"]:
        candidate.update(
            algorithm=text, image_uri=text, training_instance_type=text, hyperparameters={text: text}
        )
    return bad


def run(
    spreads: Mapping[str, float], intervals: Mapping[str, tuple[float, float, float]], rows: int = 200
) -> Run:
    """Candidates, best first, whose errors have the standard deviations `spreads`, in years of age.

    `intervals` gives each but the best its interval's bounds and its adjusted p-value.
    """
    random = np.random.default_rng(20261123)
    actual = random.gamma(9.5, 1.05, rows).round() + 1
    predictions = {
        name: (actual.tolist(), (actual + random.normal(0, spread, rows)).tolist())
        for name, spread in spreads.items()
    }
    metrics = {name: measure(*pair).as_dict() for name, pair in predictions.items()}
    comparison = {
        "schema_version": 1,
        "run_id": "dataset2-cf3cd6107706a5d1",
        "metric": "rmse",
        "dataset": _dataset(rows),
        "candidates": [completed(name, values) for name, values in metrics.items()],
        "baseline": _baseline(actual.tolist()),
        "verdict": _verdict(metrics, intervals),
    }
    return Run(comparison, _plan(list(spreads)), predictions)


def relabel(example: Run, actual: Sequence[float]) -> Run:
    """The same errors of prediction, at other labels."""
    for candidate in example.comparison["candidates"]:
        labels, predicted = example.predictions[candidate["name"]]
        moved = [a + p - label for a, label, p in zip(actual, labels, predicted, strict=True)]
        example.predictions[candidate["name"]] = (list(actual), moved)
        candidate["metrics"] = measure(actual, moved).as_dict()
    return example


def judged(example: Run, metric: str) -> Run:
    """With the verdict that the domain reaches, by `metric`."""
    actual = next(iter(example.predictions.values()))[0]
    candidates = [Candidate(name, predicted) for name, (_, predicted) in example.predictions.items()]
    verdict = reach_verdict(actual, candidates, train_rows=2931, options=VerdictOptions(metric))
    example.comparison.update(metric=metric, verdict=verdict)
    return example


def completed(name: str, metrics: Mapping[str, float | None]) -> dict[str, Any]:
    return {
        "name": name,
        "algorithm": "xgboost",
        "status": "completed",
        "error": None,
        "metrics": dict(metrics),
        "beats_baseline": True,
        "scored_rows": 200,
        "latency_ms": {"p50": 12.5, "p95": 40.25},
        "rows_per_second": 3250.0,
        "training_seconds": 61,
        "billable_seconds": 30,
    }


def add_failure(example: Run, name: str, error: str) -> None:
    nothing = dict.fromkeys(completed(name, {}))
    failure = {"name": name, "algorithm": "knn", "status": "failed", "error": error, "scored_rows": 0}
    example.comparison["candidates"].append({**nothing, **failure})
    example.plan["candidates"].append(_candidate(name))


def _dataset(rows: int) -> dict[str, Any]:
    stored = {"key": "Inputs/dataset1.csv", "version_id": "v-7b190813", "etag": "cf91a4ae", "bytes": 129_356}
    return {
        "train": 2931,
        "validation": 629,
        "test": rows,
        "scored": rows,
        "feature_dim": 8,
        "rejected": 3,
        "objects": [stored],
    }


def _baseline(actual: Sequence[float]) -> dict[str, Any]:
    metrics = measure(actual, [MEAN] * len(actual)).as_dict()
    return {"name": "training mean", "prediction": MEAN, "metrics": metrics}


def _verdict(
    metrics: Mapping[str, Mapping[str, Any]], intervals: Mapping[str, tuple[float, float, float]]
) -> dict[str, Any]:
    best = next(iter(metrics))
    tied = [name for name, (_, _, p_value) in intervals.items() if p_value > UNDECIDED]
    outcome = "inconclusive" if not intervals else "tie" if tied else "winner"
    return {
        "outcome": outcome,
        "best": best,
        "recommended": best,
        "preference": "lowest-error",
        "tied_with_best": tied,
        "confidence": 0.95,
        "resamples": 10_000,
        "seed": 20261123,
        "equivalence_margin": 0.01,
        "margin": 0.01 * metrics[best]["rmse"],
        "inflation": 1.033,
        "rows_needed": None,
        "reason": f"The outcome is {outcome}: {best} made the smallest errors.",
        "comparisons": [
            {
                "candidate": name,
                "against": best,
                "difference": metrics[name]["rmse"] - metrics[best]["rmse"],
                "ci_low": low,
                "ci_high": high,
                "p_value": p_value / 2,
                "p_value_adjusted": p_value,
            }
            for name, (low, high, p_value) in intervals.items()
        ],
    }


def _plan(names: Sequence[str]) -> dict[str, Any]:
    prefix = "s3://bakeoff-databucket/runs/dataset2-cf3cd6107706a5d1"
    return {
        "created_at": "2026-11-23T21:23:14Z",
        "split": {
            "salt": "bakeoff",
            "buckets": 1_000_000,
            "train_below": 700_000,
            "validation_below": 850_000,
        },
        "datasets_uri": f"{prefix}/datasets",
        "candidates": [_candidate(name) for name in names],
        "code": {"prepare_datasets.py": {"key": "runs/r/code/prepare_datasets.py", "sha256": "1d243835b8b3"}},
        "spark_image_uri": "173754725891.dkr.ecr.us-east-1.amazonaws.com/sagemaker-spark-processing:3.5",
    }


def _candidate(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "algorithm": "xgboost",
        "image_uri": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0",
        "training_instance_type": "ml.m5.large",
        "hyperparameters": {"num_round": "150", "feature_dim": "{feature_dim}"},
    }
