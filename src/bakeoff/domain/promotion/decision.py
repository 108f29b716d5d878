"""What a run decides about production: promotion.json.

A candidate replaces the champion only if it is significantly better by more than the margin; everything else
keeps it. What cannot be judged is promoted by nobody but a person.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bakeoff.domain.datasets.champion import champion_of
from bakeoff.domain.promotion import wording
from bakeoff.domain.promotion.challenge import Challenge, Challenger, challenge
from bakeoff.domain.run.comparable import incomparable
from bakeoff.domain.run.documents import (
    SCHEMA_VERSION,
    Comparison,
    CompletedCandidate,
    Decision,
    Plan,
    PlannedPromotion,
    ProductionRecord,
    Promotion,
    PromotionComparison,
    Result,
    Summary,
)
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.run.folds import folds_of
from bakeoff.domain.run.task import Task, task_of
from bakeoff.domain.scoring.predictions import Predictions, read_judged_predictions
from bakeoff.domain.scoring.results import read_result
from bakeoff.domain.verdict.baselines import baseline_candidate, probabilities_of
from bakeoff.domain.verdict.options import Candidate, VerdictOptions

_OF_FOLDS = (
    "with folds the model to be served is trained once more after the judging, so that no row has judged it"
)


@dataclass(frozen=True)
class _Decided:
    decision: Decision
    reason: str
    candidate: str | None = None
    challenge: Challenge | None = None


def decide(run: RunFiles, comparison: Comparison, options: VerdictOptions) -> Promotion:
    """The decision, from the run's own files. The same files and options give the same decision, which is
    what `bakeoff verify` relies on.

    Raises KeyError for a run whose plan decides nothing about production, InconsistentPredictions when the
    champion's are not of the candidates' rows.
    """
    plan = run.plan()
    judge = _Judge(run, plan, plan["promotion"], run.summary(), comparison, options)
    decided = judge.decided()
    return _document(judge, decided)


@dataclass(frozen=True)
class _Judge:
    run: RunFiles
    plan: Plan
    planned: PlannedPromotion
    summary: Summary
    comparison: Comparison
    options: VerdictOptions

    def decided(self) -> _Decided:
        if (why := self._incomparable) is not None:
            config = self.planned["live"] and self.planned["live"]["config"]
            return _Decided("incomparable", wording.incomparable(why, config))
        if not self.finished:
            return self._kept(wording.NO_CANDIDATE)
        champion = champion_of(self.plan)
        if champion is None:
            return self._first()
        result = read_result(self.run, champion)
        if result["status"] == "failed":
            return self._kept(wording.not_judged(result["error"]))
        return self._against(champion["name"], result)

    @cached_property
    def record(self) -> ProductionRecord | None:
        """What production runs, None where nothing is."""
        return self.run.champion() if self.planned["live"] else None

    @cached_property
    def finished(self) -> Mapping[str, CompletedCandidate]:
        return {each["name"]: each for each in self.comparison["candidates"] if each["status"] == "completed"}

    @property
    def _task(self) -> Task:
        return task_of(self.summary)

    @property
    def _incomparable(self) -> str | None:
        if self.planned["incomparable"] is not None or self.planned["live"] is None:
            own = _OF_FOLDS if folds_of(self.plan) else None
            return self.planned["incomparable"] or own
        return incomparable(self.plan, self.summary, self.run.champion())

    def _first(self) -> _Decided:
        found = read_judged_predictions(self.run, list(self.finished.values()), self._task.classes)
        actual = next(iter(found.values())).actual
        challenged = self._challenge(baseline_candidate(actual, self.summary), found)
        winner = self._chosen(challenged)
        if winner is None:
            return self._kept(wording.none_wins(challenged, self.options), challenged)
        told = wording.first(winner, challenged, self.options)
        return _Decided("first", told, winner.candidate.name, challenged)

    def _against(self, name: str, result: Result) -> _Decided:
        record = self.run.champion()
        found = read_judged_predictions(self.run, [*self.finished.values(), result], self._task.classes)
        champion = self._candidate(name, found.pop(name))
        challenged = self._challenge(champion, found)
        if challenged.value is None:
            return self._kept(wording.unmeasured(self.options.metric), challenged)
        winner = self._chosen(challenged)
        if winner is None:
            return self._kept(wording.none_wins(challenged, self.options), challenged)
        name = winner.candidate.name
        if self.finished[name].get("model_data_url") == record["model"]["source"]:
            return self._kept(wording.same_model(name), challenged)
        told = wording.promote(winner, challenged, record, self.options)
        return _Decided("promote", told, name, challenged)

    def _kept(self, why: str, challenged: Challenge | None = None) -> _Decided:
        return _Decided("keep", wording.keep(why, self.record), challenge=challenged)

    def _challenge(self, champion: Candidate, found: Mapping[str, Predictions]) -> Challenge:
        first = next(iter(found.values()))
        return challenge(
            first.actual,
            champion,
            [self._candidate(name, own) for name, own in found.items()],
            self.options,
            first.clusters,
            self._task.classes,
        )

    def _candidate(self, name: str, found: Predictions) -> Candidate:
        result = self.finished.get(name)
        return Candidate(
            name=name,
            predicted=found.predicted,
            latency_ms=result["latency_ms"]["p50"] if result else None,
            training_seconds=result["training_seconds"] if result else None,
            probabilities=probabilities_of(found, self._task),
        )

    def _chosen(self, found: Challenge) -> Challenger | None:
        """Of those that win, the one that the verdict recommends; else by the preference, of those that
        cannot be told from the best if any of them wins.
        """
        winners, verdict = found.winners(self.options.alpha), self.comparison["verdict"]
        if not winners:
            return None
        near = {verdict["best"], *verdict["tied_with_best"]}
        eligible = [each for each in winners if each.candidate.name in near] or winners
        recommended = [each for each in eligible if each.candidate.name == verdict["recommended"]]
        return min(recommended or eligible, key=self._cost)

    def _cost(self, challenger: Challenger) -> float:
        # Of equal costs, and where none is known, the first has the better metric.
        cost = challenger.candidate.cost(self.options.preference)
        return math.inf if cost is None else cost


def _document(judge: _Judge, decided: _Decided) -> Promotion:
    found, options = decided.challenge, judge.options
    data = judge.comparison["dataset"]
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": judge.run.run_id,
        "mode": judge.planned["mode"],
        "decision": decided.decision,
        "candidate": decided.candidate,
        "champion": judge.planned["live"],
        "against": found.champion if found else None,
        "metric": options.metric,
        "value": found.value if found else None,
        "margin": found.margin if found else None,
        "confidence": options.confidence,
        "resamples": options.resamples,
        "seed": options.seed,
        "rows": found.rows.count if found else data["scored"],
        "distinct": found.rows.distinct if found else data.get("distinct", data["scored"]),
        "comparisons": _comparisons(found) if found else [],
        "reason": decided.reason,
    }


def _comparisons(found: Challenge) -> list[PromotionComparison]:
    return [
        {
            "candidate": each.candidate.name,
            "against": found.champion,
            "value": each.value,
            "difference": each.value - (found.value or 0.0),
            "p_value": each.p_value,
            "p_value_adjusted": each.p_value_adjusted,
        }
        for each in found.challengers
    ]
