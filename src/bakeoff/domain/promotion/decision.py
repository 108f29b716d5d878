"""What a run decides about production: promotion.json.

A candidate replaces the champion only if it is significantly better by more than the margin; everything else
keeps it. What cannot be judged is not promoted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bakeoff.domain.datasets.champion import champion_of
from bakeoff.domain.promotion import wording
from bakeoff.domain.promotion.challenge import Challenge, challenge
from bakeoff.domain.promotion.choice import chosen
from bakeoff.domain.promotion.document import Decided, document
from bakeoff.domain.run.comparable import incomparable
from bakeoff.domain.run.documents import (
    Comparison,
    CompletedCandidate,
    Plan,
    PlannedPromotion,
    ProductionRecord,
    Promotion,
    Result,
    Summary,
)
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.run.folds import folds_of
from bakeoff.domain.run.planned import are_grouped, columns_of
from bakeoff.domain.run.task import Task, task_of
from bakeoff.domain.scoring.predictions import Predictions, read_judged_predictions
from bakeoff.domain.scoring.results import read_result
from bakeoff.domain.verdict.baselines import baseline_candidate, probabilities_of
from bakeoff.domain.verdict.options import Candidate, VerdictOptions

# The plan says it, but for plans of an earlier release.
_OF_FOLDS = (
    "with folds the model to be served is trained once more after the judging, so that no row has judged it"
)


def decide(run: RunFiles, comparison: Comparison, options: VerdictOptions) -> Promotion:
    """The decision, from the run's own files. The same files and options give the same decision, which is
    what `bakeoff verify` relies on.

    Raises KeyError for a run whose plan decides nothing about production, InconsistentPredictions when the
    champion's are not of the candidates' rows.
    """
    plan = run.plan()
    decided = _Judge(run, plan, plan["promotion"], run.summary(), comparison, options).decided()
    return document(plan["promotion"], comparison, options, decided)


@dataclass(frozen=True)
class _Judge:
    run: RunFiles
    plan: Plan
    planned: PlannedPromotion
    summary: Summary
    comparison: Comparison
    options: VerdictOptions

    def decided(self) -> Decided:
        if (why := self._incomparable) is not None:
            config = self.planned["live"] and self.planned["live"]["config"]
            return Decided("incomparable", wording.incomparable(why, config))
        if not self.finished:
            return self._kept(wording.NO_CANDIDATE)
        champion = champion_of(self.plan)
        if champion is None or self.record is None:
            return self._first()
        result = read_result(self.run, champion)
        if result["status"] == "failed":
            return self._kept(wording.not_judged(result["error"]))
        return self._against(champion["name"], result, self.record)

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
        if self.planned["incomparable"] is not None:
            return self.planned["incomparable"]
        if self.record is None:
            return _OF_FOLDS if folds_of(self.plan) else None
        return incomparable(self.plan, self.summary, self.record)

    def _first(self) -> Decided:
        found = read_judged_predictions(self.run, list(self.finished.values()), self._task.classes)
        actual = next(iter(found.values())).actual
        challenged = self._challenge(baseline_candidate(actual, self.summary), found)
        winner = chosen(challenged, self.comparison["verdict"], self.options)
        if winner is None:
            return self._kept(wording.none_wins(challenged, self.options), challenged)
        told = wording.first(winner, challenged, self.options)
        return Decided("first", told, winner.candidate.name, challenged)

    def _against(self, name: str, result: Result, record: ProductionRecord) -> Decided:
        found = read_judged_predictions(self.run, [*self.finished.values(), result], self._task.classes)
        champion = self._candidate(name, found.pop(name))
        challenged = self._challenge(champion, found)
        if challenged.value is None:
            return self._kept(wording.unmeasured(self.options.metric), challenged)
        winner = chosen(challenged, self.comparison["verdict"], self.options)
        if winner is None:
            return self._kept(wording.none_wins(challenged, self.options), challenged)
        name = winner.candidate.name
        if self.finished[name].get("model_data_url") == record["model"]["source"]:
            return self._kept(wording.same_model(name), challenged)
        told = wording.promote(winner, challenged, record, self.options)
        return Decided("promote", told, name, challenged)

    def _kept(self, why: str, challenged: Challenge | None = None) -> Decided:
        return Decided("keep", wording.keep(why, self.record), challenge=challenged)

    def _challenge(self, champion: Candidate, found: Mapping[str, Predictions]) -> Challenge:
        first = next(iter(found.values()))
        return challenge(
            first.actual,
            champion,
            [self._candidate(name, own) for name, own in found.items()],
            self.options,
            first.clusters,
            self._task.classes,
            are_grouped(columns_of(self.plan)),
        )

    def _candidate(self, name: str, found: Predictions) -> Candidate:
        result = self.finished.get(name)
        return Candidate(
            name=name,
            predicted=found.predicted,
            latency_ms=result["latency_ms"]["p50"] if result else None,
            training_seconds=result["training_seconds"] if result else None,
            probabilities=probabilities_of(found, self._task),
            cost_per_million=result.get("cost_per_million") if result else None,
        )
