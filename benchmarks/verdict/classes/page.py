"""What was measured of verdicts on classes, as sections of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bakeoff.domain.statistics.registry import METRICS_OF
from benchmarks.verdict.rates import Rate
from benchmarks.verdict.tables import COST, cost, rate, share, table

_NAMES = {key: metric.name for key, metric in METRICS_OF["classification"].items()}
Cells = Sequence[Mapping[str, Any]]


def seeds_of_classes(found: Cells) -> str:
    rows = [
        (
            name,
            *(f"{cell[key]['any_lead']['count']} ({cell[key]['unlike_models']['count']})" for cell in found),
            rate(_pooled(found, key, "any_lead")),
            rate(_pooled(found, key, "with_margin")),
        )
        for key, name in _NAMES.items()
    ]
    sets = [f"{cell['kind']}, {cell['test_rows']} test rows" for cell in found]
    header = ["metric", *sets, "all, any lead counts", "all, with the margin (Bakeoff's)"]
    draws = found[0][next(iter(_NAMES))]["any_lead"]["trials"]
    return f"""## Classes: the same algorithm twice
XGBoost (50 rounds at a rate of 0.15, otherwise about as in the catalogue) is trained twice on the same rows
with other seeds, on {draws} made-up data sets of each kind. How often one of the two is called the winner
when any lead counts (in brackets: how often the two trained models differ, before anything is added for
training), with 999 resamples; with the margin, by the product's own verdict, which takes 25 rows of every
class. The bar is 5%.

{table(header, rows)}"""


def coverage_of_classes(found: Cells) -> str:
    rows = [
        (
            cell["kind"],
            f"{cell['rows']:,}",
            f"{cell['log_loss']['trials']:,}",
            *(f"{share(cell[key]['share'])} ({cell[key]['below']} / {cell[key]['above']})" for key in _NAMES),
        )
        for cell in found
    ]
    return f"""## Classes: coverage of 95% intervals of a known difference
Samples of 100,000 rows whose labels and predictions are simulated (no model is trained). In brackets: how
many intervals lay below and above the truth. Samples below the floor of 25 rows of every class are drawn
anew, as no interval is given of them. There are 999 resamples. The bar is 95% +- 2 points; chance alone
moves the coverage by 1,000 samples by +-1.4. The last line was added because one coverage before it missed
the bar.

{table(["classes", "test rows", "samples", *_NAMES.values()], rows)}"""


def scale_of_classes(found: Cells) -> str:
    rows = [
        (
            _NAMES[cell["metric"]],
            *cost(cell),
        )
        for cell in found
    ]
    header = ["metric", *COST]
    return f"""## Classes: {found[0]["candidates"]} candidates, {found[0]["rows"]:,} test rows, \
{found[0]["classes"]} classes
One BLAS thread; simulated predictions, which the memory includes. The bar is 60 s and 1,024 MiB.

{table(header, rows)}"""


def _pooled(found: Cells, metric: str, what: str) -> Mapping[str, float]:
    rates = [cell[metric][what] for cell in found]
    return Rate(sum(one["count"] for one in rates), sum(one["trials"] for one in rates)).as_dict()
