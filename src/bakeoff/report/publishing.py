"""What the world learns of a finished comparison: the report and a notification."""

from __future__ import annotations

from dataclasses import dataclass

from bakeoff.domain.cost.accounting import Accounted, Accounts
from bakeoff.domain.cost.words import cost_of
from bakeoff.domain.errors import ServiceError
from bakeoff.domain.ports import Notifier, Objects
from bakeoff.domain.run.documents import Comparison, FinalModel, Plan
from bakeoff.domain.run.files import REPORT, WritableRunFiles
from bakeoff.domain.scoring.predictions import read_predictions
from bakeoff.domain.verdict.headline import headline
from bakeoff.domain.verdict.past import past_run
from bakeoff.report.history.publishing import publish_history
from bakeoff.report.page import ReportedRun, render, verdict_sentence
from bakeoff.report.production import InProduction


@dataclass(frozen=True)
class Published:
    """The comparison and what the run was found to cost, of which metrics are made; where the report lies;
    why the topic could not be told, why there is no receipt, and why the history of runs lacks it.
    """

    comparison: Comparison
    report_uri: str
    untold: ServiceError | None
    accounted: Accounted | None = None
    unaccounted: ServiceError | None = None
    unlisted: ServiceError | None = None


def publish(
    run: WritableRunFiles, notifier: Notifier, accounts: Accounts, history: Objects | None = None
) -> Published:
    """Store receipt.json and report.html, bring the history in `history` up to date, and tell the topic. What
    was compared stands, whether or not anybody can say what it cost, or be told.
    """
    comparison, report_uri = run.comparison(), run.uri(REPORT)
    classes = [each["name"] for each in comparison.get("classes", [])]
    found = read_predictions(run, comparison["candidates"], classes)
    numbers = {} if classes else found
    pairs = {name: (predictions.actual, predictions.predicted) for name, predictions in numbers.items()}
    plan = run.plan()
    encoding = run.encoding() if "table" in plan else None
    accounted, unaccounted = _accounted(run, accounts)
    receipt = accounted.receipt if accounted else None
    final = _final_model(run) if "folds" in comparison["dataset"] else None
    answers, production = found if classes else None, _production(run, plan)
    told_of = ReportedRun(comparison, plan, pairs, encoding, answers, final, production, receipt)
    run.write_report(render(told_of))
    unlisted: ServiceError | None = None
    try:
        if history is not None:
            champion = production.record if production else None
            publish_history(history, past_run(comparison, plan, found, champion))
    except ServiceError as err:
        unlisted = err
    told = "\n".join([headline(comparison), verdict_sentence(comparison, plan), *_decided(production)])
    paid = f"\nCost: {cost_of(receipt)}" if receipt else ""
    untold: ServiceError | None = None
    try:
        notifier.publish(f"Bakeoff {run.run_id}", f"{told}{paid}\nReport: {report_uri}")
    except ServiceError as err:
        untold = err
    return Published(comparison, report_uri, untold, accounted, unaccounted, unlisted)


def _accounted(run: WritableRunFiles, accounts: Accounts) -> tuple[Accounted | None, ServiceError | None]:
    """A price or a measure that nobody tells fails no run."""
    try:
        return accounts.account(run), None
    except ServiceError as err:
        return None, err


def _final_model(run: WritableRunFiles) -> FinalModel | None:
    """None where nothing was recommended, so that nothing was trained once more."""
    try:
        return run.final_model()
    except FileNotFoundError:
        return None


def _decided(production: InProduction | None) -> list[str]:
    return [f"Decision about production: {production.promotion['reason']}"] if production else []


def _production(run: WritableRunFiles, plan: Plan) -> InProduction | None:
    """None where the run decides nothing about production."""
    if "promotion" not in plan:
        return None
    record = run.champion() if plan["promotion"]["recorded"] else None
    return InProduction(run.promotion(), record)
