"""Which columns a candidate's predictions depend on: permutation importance through its live endpoint.

The cells of one column change places among some test rows, whose predictions then know of it no more than how
it is distributed; how much worse they are is what the column was worth to this model. Columns that say the
same can stand in for each other, so that each alone may seem to be worth little.
Sources: L. Breiman (2001), Random Forests, Machine Learning 45, 5-32; A. Fisher, C. Rudin and F. Dominici
(2019), All Models are Wrong, but Many are Useful, Journal of Machine Learning Research 20, 1-81.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bakeoff.domain.datasets.test_rows import HeldOutRows, HeldOutSplit, sample_positions
from bakeoff.domain.errors import BakeoffError, ScoringTimedOut
from bakeoff.domain.run.documents import ColumnImportance, Importance, Plan
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.run.planned import settings_of
from bakeoff.domain.scoring.answering import VALUES, Answering
from bakeoff.domain.scoring.permuted import EncodedRows, Permutable, PlainRows

MAX_ROWS = 500
MAX_COLUMNS = 40
REPEATS = 5
# What a person may wait for it, and pay for a live endpoint meanwhile.
MAX_SECONDS = 120.0
# A request may take SageMaker's 60 seconds twice, and writing the results must fit in, too.
RESERVED_SECONDS = 150.0
_NAMED = 10
_NO_TIME = "there was no time for more"
_TOO_MANY = f"no more than {MAX_COLUMNS} columns are measured"
_BEYOND = "without it the metric is undefined or beyond measure"
Predict = Callable[[Sequence[str]], Any]


@dataclass(frozen=True)
class ImportanceStudy:
    """Measures one candidate. `seconds_left` tells how long that may take at most, with what is reserved;
    `answering` is what the task makes of answers.
    """

    run: RunFiles
    plan: Plan
    split: HeldOutSplit
    seconds_left: Callable[[], float]
    answering: Answering[Any] = VALUES

    def measure(self, rows: HeldOutRows, predicted: Any, predict: Predict) -> Importance:
        """The importance of as many columns as there is time for, by the scored `rows` and what `predict`
        answers for rows like theirs. What goes wrong is told in it: the candidate is scored already.
        """
        sample = sample_positions(len(rows.numbers), MAX_ROWS)
        progress = self._progress(rows.at(sample), self.answering.at(predicted, sample))
        if (why := self.answering.unmeasurable(progress.metric, progress.predicted)) is not None:
            return progress.told(self._features(), why)
        try:
            permutable = self._permutable(progress.rows)
        except (BakeoffError, FileNotFoundError) as err:
            return progress.told(self._features(), str(err))
        return self._measured(permutable, progress, predict)

    def _progress(self, rows: HeldOutRows, predicted: Any) -> _Progress:
        metric, confidence = (settings_of(self.plan)[name]["value"] for name in ("metric", "confidence"))
        return _Progress(rows, predicted, metric, confidence, self.answering)

    def _features(self) -> list[str]:
        """The names of all columns that might have been measured, as far as they have any."""
        if self.split.columns is not None:
            return [column["name"] for column in self.split.columns if column["role"] == "feature"]
        return self.plan.get("features") or ["all"]

    def _permutable(self, rows: HeldOutRows) -> Permutable:
        if self.split.columns is None:
            return PlainRows.of(rows.features, self.plan.get("features"))
        return EncodedRows.of(self.run, self.plan, rows, self.split)

    def _measured(self, permutable: Permutable, progress: _Progress, predict: Predict) -> Importance:
        started = self.seconds_left()
        least, longest = max(RESERVED_SECONDS, started - MAX_SECONDS), 0.0
        names = permutable.columns()
        for place, name in enumerate(names[:MAX_COLUMNS]):
            before = self.seconds_left()
            if before - longest < least:
                return progress.told(names[place:], _NO_TIME)
            try:
                progress.measure(name, place, permutable, predict)
            except ScoringTimedOut:
                return progress.told(names[place:], _NO_TIME)
            except BakeoffError as err:
                return progress.told(names[place:], str(err))
            longest = max(longest, before - self.seconds_left())
        return progress.told(names[MAX_COLUMNS:], _TOO_MANY)


@dataclass
class _Progress:
    """What was found so far, by `rows` and their predictions."""

    rows: HeldOutRows
    predicted: Any
    metric: str
    confidence: float
    answering: Answering[Any]
    found: list[ColumnImportance] = field(default_factory=list)
    undefined: list[str] = field(default_factory=list)

    def measure(self, name: str, place: int, permutable: Permutable, predict: Predict) -> None:
        size = len(self.rows.numbers)
        # The same places for all columns and candidates, so that they are compared on the same chances.
        orders = [random.Random(repeat).sample(range(size), size) for repeat in range(REPEATS)]
        answers = predict([row for order in orders for row in permutable.permuted(place, order)])
        starts = (size * repeat for repeat in range(REPEATS))
        worse = [self.answering.at(answers, range(start, start + size)) for start in starts]
        increase = self.answering.increase(self.metric, self.rows, self.predicted, worse, self.confidence)
        if increase is None:
            self.undefined.append(name)
            return
        value, half = increase.increase, increase.half_width
        bounds = (None, None) if half is None else (value - half, value + half)
        self.found.append({"column": name, "increase": value, "ci_low": bounds[0], "ci_high": bounds[1]})

    def told(self, unmeasured: Sequence[str], why: str) -> Importance:
        importance: Importance = {
            "metric": self.metric,
            "confidence": self.confidence,
            "rows": len(self.rows.numbers),
            "repeats": REPEATS,
            "columns": sorted(self.found, key=lambda item: (-item["increase"], item["column"])),
        }
        left_out = [*unmeasured, *self.undefined]
        if left_out:
            reason = why if unmeasured else _BEYOND
            importance["unmeasured"] = {"count": len(left_out), "first": left_out[:_NAMED], "why": reason}
        return importance
