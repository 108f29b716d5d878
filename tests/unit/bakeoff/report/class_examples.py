"""Runs that told classes apart, to report on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.scoring.predictions import read_predictions
from bakeoff.domain.verdict.comparison import compare_run
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from tests.unit.bakeoff.domain.statistics.classification.answered import labels
from tests.unit.bakeoff.domain.verdict.class_runs import a_classification, candidate
from tests.unit.bakeoff.domain.verdict.results import RUN
from tests.unit.bakeoff.report import examples
from tests.unit.bakeoff.report.examples import Run

TWO = ("kept", "sold, at once")
FIVE = ("elm", "oak", '<b>pine</b> "red"', " ash", "n" * 1000)
SKILLS = {"xgboost": 2.0, "knn": 1.0}


def classified(
    names: Sequence[str],
    skills: Mapping[str, float] = SKILLS,
    rows: int = 400,
    labels_only: Sequence[str] = (),
    shares: list[float] | None = None,
) -> Run:
    """Of candidates that answer by a made-up skill; `labels_only` names those without probabilities."""
    actual = labels(rows, len(names), 0, shares)
    field: dict[str, Candidate] = {
        name: candidate(name, actual, skill, len(names), seed, labels_only=name in labels_only)
        for seed, (name, skill) in enumerate(skills.items())
    }
    run = RunFiles(a_classification(field, actual, names), RUN)
    metric = "accuracy" if labels_only else "log_loss"
    comparison = compare_run(run, VerdictOptions(task="classification", metric=metric))
    answered = read_predictions(run, comparison["candidates"], names)
    plan = examples.winner().plan
    plan["candidates"] = [{**plan["candidates"][0], "name": name, "algorithm": name} for name in field]
    return Run(comparison, plan, {}, None, answered)
