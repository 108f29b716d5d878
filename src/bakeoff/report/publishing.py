"""What the world learns of a finished comparison: the report and a notification."""

from __future__ import annotations

from dataclasses import dataclass

from bakeoff.domain.errors import ServiceError
from bakeoff.domain.ports import Notifier, Objects
from bakeoff.domain.run.documents import Comparison, FinalModel
from bakeoff.domain.run.files import REPORT, WritableRunFiles
from bakeoff.domain.scoring.predictions import read_predictions
from bakeoff.domain.verdict.headline import headline
from bakeoff.domain.verdict.past import past_run
from bakeoff.report.history.publishing import publish_history
from bakeoff.report.page import render, verdict_sentence


@dataclass(frozen=True)
class Published:
    """The comparison, of which metrics are made; where its report lies; why the topic could not be
    told, and why the history of runs lacks it.
    """

    comparison: Comparison
    report_uri: str
    untold: ServiceError | None
    unlisted: ServiceError | None = None


def publish(run: WritableRunFiles, notifier: Notifier, history: Objects | None = None) -> Published:
    """Store report.html, bring the history in `history` up to date, and tell the topic. What was compared
    stands, whether or not anybody can be told.
    """
    comparison, report_uri = run.comparison(), run.uri(REPORT)
    classes = [each["name"] for each in comparison.get("classes", [])]
    found = read_predictions(run, comparison["candidates"], classes)
    numbers = {} if classes else found
    pairs = {name: (predictions.actual, predictions.predicted) for name, predictions in numbers.items()}
    plan = run.plan()
    encoding = run.encoding() if "table" in plan else None
    final = _final_model(run) if "folds" in comparison["dataset"] else None
    run.write_report(render(comparison, plan, pairs, encoding, found if classes else None, final))
    unlisted: ServiceError | None = None
    try:
        if history is not None:
            publish_history(history, past_run(comparison, plan, found))
    except ServiceError as err:
        unlisted = err
    told = f"{headline(comparison)}\n{verdict_sentence(comparison)}"
    untold: ServiceError | None = None
    try:
        notifier.publish(f"Bakeoff {run.run_id}", f"{told}\nReport: {report_uri}")
    except ServiceError as err:
        untold = err
    return Published(comparison, report_uri, untold, unlisted)


def _final_model(run: WritableRunFiles) -> FinalModel | None:
    """None where nothing was recommended, so that nothing was trained once more."""
    try:
        return run.final_model()
    except FileNotFoundError:
        return None
