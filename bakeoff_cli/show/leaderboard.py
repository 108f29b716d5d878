"""A run's comparison.json as a table: the candidates ranked, the baseline below them, the failed last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from bakeoff.domain.cost.words import million_told, rests_on
from bakeoff.domain.run.documents import ComparedCandidate, Comparison
from bakeoff.domain.run.planned import LOWEST_COST, are_grouped
from bakeoff.domain.statistics.registry import METRICS_OF, Metric
from bakeoff.domain.verdict.options import METRIC_NAMES
from bakeoff_cli.show.figures import cell
from bakeoff_cli.text import one_line

MARK = "*"


@dataclass(frozen=True)
class Row:
    """A line of the table; `place` is a rank, or the word for what has none.

    `latency_ms` is the median of single-row requests, and `spread` how much the deciding metric varies from
    fold to fold. `per_million` is what a million predictions cost, in words.
    """

    place: str
    name: str
    metrics: Mapping[str, float | None]
    latency_ms: float | None = None
    training_seconds: float | None = None
    spread: float | None = None
    per_million: str = ""


@dataclass(frozen=True)
class Column:
    """`metric` is what it shows of comparison.json's metrics, if it shows one."""

    heading: str
    text: Callable[[Row], str]
    metric: str | None = None


# The most important first: a narrow terminal drops the last ones.
_OF_NUMBERS = (
    Column(METRIC_NAMES["rmse"], lambda row: cell(row.metrics.get("rmse"), 4, has_unit=True), "rmse"),
    Column(METRIC_NAMES["mae"], lambda row: cell(row.metrics.get("mae"), 4, has_unit=True), "mae"),
    Column(METRIC_NAMES["r2"], lambda row: cell(row.metrics.get("r2"), 3), "r2"),
    Column("Rel. acc. %", lambda row: cell(row.metrics.get("relative_accuracy"), 2), "relative_accuracy"),
)
_SPREAD = Column("Fold SD", lambda row: cell(row.spread, 4, has_unit=True))
_TIMES = (
    Column("p50 ms", lambda row: cell(row.latency_ms, 1)),
    Column("Train s", lambda row: cell(row.training_seconds, 1)),
)
_ASSUMED = "a million predictions at list price, by one instance that answers without a pause as measured"
_COSTS = Column("1M pred.", lambda row: row.per_million or "-")


def _of_a_class_metric(metric: Metric) -> Column:
    name = f"{metric.name[:1].upper()}{metric.name[1:]}"
    return Column(name, lambda row: cell(row.metrics.get(metric.key), 4), metric.key)


_OF_FOLDS = {
    "Fold SD": "its standard deviation over the folds",
    "p50 ms": "of the first fold",
    "Train s": "of all folds",
}
_OF_CLASSES = tuple(map(_of_a_class_metric, METRICS_OF["classification"].values()))


def ranking(comparison: Comparison) -> Iterator[Row]:
    """The candidates, which comparison.json holds best first, with the baseline before those that failed."""
    candidates = comparison["candidates"]
    completed = [candidate for candidate in candidates if candidate["status"] == "completed"]
    for rank, candidate in enumerate(completed, start=1):
        yield _row(str(rank), candidate)
    if baseline := comparison.get("baseline"):
        yield Row("-", one_line(baseline["name"]), baseline["metrics"])
    for failed in candidates:
        if failed["status"] != "completed":
            yield _row(one_line(failed["status"]), failed)


@dataclass(frozen=True)
class Leaderboard:
    """The ranking as a table that keeps the candidates' names on a narrow terminal, rather than all columns.

    `headings` are those of the numbers, the deciding metric's first and marked; each of `rows` has a place,
    a name and a text below each of them. `notes` say what else some numbers are, by headings.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Mapping[str, str] = field(default_factory=dict)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown, unbounded = len(self.headings), options.update(width=10_000)
        while shown > 1:
            if Measurement.get(console, unbounded, self._table(shown)).maximum <= options.max_width:
                break
            shown -= 1
        yield Text(self.title, style="italic")
        yield self._table(shown)
        hidden = ", ".join(self.headings[shown:])
        notes = [f"{name}: {self.notes[name]}." for name in self.headings[:shown] if name in self.notes]
        wider = [f"On a wider terminal: {hidden}."] if hidden else []
        yield Text(" ".join([f"{MARK} decides.", *notes, *wider]))

    def _table(self, numbers: int) -> Table:
        table = Table(box=box.ASCII2)
        table.add_column("Rank", justify="right", no_wrap=True)
        table.add_column("Candidate", overflow="fold")
        for heading in self.headings[:numbers]:
            table.add_column(heading, justify="right", no_wrap=True)
        for row in self.rows:
            # Text, because a cell given as a string is read as rich's markup.
            table.add_row(*map(Text, row[: len(table.columns)]))
        return table


def leaderboard(comparison: Comparison, target: str | None = None) -> Leaderboard:
    """The table; `target` is the column that is predicted, by its name or place, where a plan tells it.

    Relative accuracy is the original sample's, in percent.
    """
    rest = ""
    if comparison["verdict"].get("preference") == LOWEST_COST:
        completed = [each for each in comparison["candidates"] if each["status"] == "completed"]
        known = {each["name"]: cost for each in completed if (cost := each.get("cost_per_million"))}
        rest = one_line(f". {rests_on(completed, known)}").rstrip(". ")
    own = _OF_CLASSES if "classes" in comparison else _OF_NUMBERS
    folds = comparison["dataset"].get("folds")
    costs = [_COSTS] if any(map(_per_million, comparison["candidates"])) else []
    columns = sorted((*own, *_TIMES, *costs), key=lambda column: column.metric != comparison["metric"])
    columns[1:1] = [_SPREAD] if folds else []
    return Leaderboard(
        title=_title(comparison, target),
        headings=[
            f"{column.heading} {MARK}" if column.metric == comparison["metric"] else column.heading
            for column in columns
        ],
        rows=[
            (row.place, row.name, *(column.text(row) for column in columns)) for row in ranking(comparison)
        ],
        notes={**(_OF_FOLDS if folds else {}), _COSTS.heading: f"{_ASSUMED}{rest}"},
    )


def _title(comparison: Comparison, target: str | None) -> str:
    dataset = comparison["dataset"]
    scored = dataset.get("scored", dataset["test"])
    sampled = "" if scored == dataset["test"] else f", {scored} of them scored"
    distinct = dataset.get("distinct", scored)
    told = f"in {distinct} groups" if are_grouped(dataset.get("columns")) else f"{distinct} distinct"
    evidence = "" if distinct == scored else f", {told}"
    name = f"{comparison['run_id']}, predicting {target}" if target else comparison["run_id"]
    rows = f"{dataset['train']} rows to train, {dataset['test']} to test"
    if "folds" in dataset:
        rows = (
            f"{dataset['test']} rows in {dataset['folds']} folds, about {dataset['train']} to train in each"
        )
    return one_line(f"{name}: {rows}{sampled}{evidence}")


def _row(place: str, candidate: ComparedCandidate) -> Row:
    latency = candidate["latency_ms"]
    return Row(
        place=place,
        name=one_line(candidate["name"]),
        metrics=candidate["metrics"] or {},
        latency_ms=latency["p50"] if latency else None,
        training_seconds=candidate["training_seconds"],
        spread=candidate.get("spread") if candidate["status"] == "completed" else None,
        per_million=_per_million(candidate),
    )


def _per_million(candidate: ComparedCandidate) -> str:
    """Empty in runs whose plan asked for no price."""
    if candidate["status"] != "completed" or "cost_per_million" not in candidate:
        return ""
    return million_told(candidate["cost_per_million"])
