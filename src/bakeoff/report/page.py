"""The page: one HTML file that needs no other, no script and no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bakeoff.domain.run.documents import Comparison, Encoding, FinalModel, Plan, Receipt
from bakeoff.domain.scoring.predictions import Predictions
from bakeoff.domain.statistics.registry import METRICS_OF
from bakeoff.domain.verdict.advice import advice
from bakeoff.domain.verdict.headline import headline
from bakeoff.domain.verdict.options import METRIC_NAMES
from bakeoff.report import sections, text
from bakeoff.report.classification.classes import classes_told
from bakeoff.report.classification.probabilities import probabilities_told
from bakeoff.report.costs import costs_told
from bakeoff.report.data import data_read
from bakeoff.report.folds import chance, folds_told
from bakeoff.report.importance import importance_told
from bakeoff.report.plots.canvas import draw
from bakeoff.report.predictions import DETAILED, Pairs, detailed
from bakeoff.report.production import InProduction, production_told
from bakeoff.report.provenance import provenance
from bakeoff.report.tuning import tuning_told

_HERE = Path(__file__).parent
_SMALL = 100  # CSS pixels
_OUTCOMES = {"winner": "Winner", "tie": "Tie", "inconclusive": "Inconclusive"}
_FILTERS = (
    text.number,
    text.roughly,
    text.fixed,
    text.moment,
    text.signed,
    text.as_sure_as,
    text.probability,
    text.percent,
    text.size,
    text.plural,
    chance,
)


def verdict_sentence(comparison: Comparison, plan: Plan) -> str:
    """The evidence in a few sentences for someone who never heard of a confidence interval."""
    told = (str(comparison["verdict"]["reason"]), advice(comparison, plan.get("cost")))
    return " ".join(filter(None, told))


@dataclass(frozen=True)
class ReportedRun:
    """What a run left for its report: `comparison` and `plan` as comparison.json and plan.json have them.

    `predictions` maps a candidate to its actual and predicted labels, both of shape (n,), finite, in the
    label's unit; who has none gets no detailed plots. `encoding` is that of a mixed table. Of a
    classification, `answers` are in the place of the predictions. With folds, `final` is the model that was
    trained once more, if one was; `production` is what was decided about it, if anything was. Without a
    `receipt`, costs are not told.
    """

    comparison: Comparison
    plan: Plan
    predictions: Mapping[str, Pairs]
    encoding: Encoding | None = None
    answers: Mapping[str, Predictions] | None = None
    final: FinalModel | None = None
    production: InProduction | None = None
    receipt: Receipt | None = None


def prepare() -> None:
    """Do what the first report would otherwise wait for: compile all templates, and look up the fonts."""
    environment = template_of("report.html.jinja").environment
    for name in environment.list_templates(extensions=["jinja"]):
        environment.get_template(name)
    draw("first", "", _SMALL, lambda axes: axes.set_xlabel("1"), _SMALL)


def render(run: ReportedRun) -> str:
    """The report. Everything is escaped, whatever stands in it. Equal runs give the same text."""
    comparison, plan, encoding, answers = run.comparison, run.plan, run.encoding, run.answers or {}
    finished, classes = sections.finished(comparison), comparison.get("classes", [])
    shown = detailed(finished, run.predictions)
    page: str = template_of("report.html.jinja").render(
        comparison=comparison,
        plan=plan,
        verdict=comparison["verdict"],
        headline=headline(comparison),
        sentence=verdict_sentence(comparison, plan),
        metric=METRIC_NAMES[comparison["metric"]],
        headings=_headings(comparison),
        finished=finished,
        is_classes="classes" in comparison,
        told=classes_told(classes, finished, answers),
        probabilities=probabilities_told(classes, finished, answers),
        failed=sections.failed(comparison),
        summary=sections.summary(comparison),
        differences=sections.differences(comparison),
        details=sections.details(shown, len(finished)),
        ranges=sections.ranges(shown, comparison["baseline"], len(finished)),
        folds=folds_told(comparison, run.final),
        tuning=tuning_told(finished, comparison["metric"]),
        importance=importance_told(finished),
        production=production_told(comparison, run.production),
        timing=sections.timing(finished),
        serving=sections.serving(finished),
        costs=costs_told(run.receipt),
        read=data_read(comparison, plan, encoding),
        provenance=provenance(comparison, plan, encoding),
    )
    return page


def _headings(comparison: Comparison) -> dict[str, str]:
    """Of the task's metrics, with their units, by their keys."""
    metrics = METRICS_OF["classification" if "classes" in comparison else "regression"]
    return {
        key: f"{metric.name[:1].upper()}{metric.name[1:]} {metric.unit}".strip()
        for key, metric in metrics.items()
    }


@cache
def template_of(name: str) -> Any:
    """A template of this folder, with what all pages have in common."""
    # Jinja escapes by default what is not Markup; only the plots and the style sheet are.
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=text.printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({function.__name__: function for function in _FILTERS})
    environment.globals.update(
        style=Markup((_HERE / "style.css").read_text()),
        outcomes=_OUTCOMES,
        nothing=text.NOTHING,
        most=DETAILED,
    )
    return environment.get_template(name)
