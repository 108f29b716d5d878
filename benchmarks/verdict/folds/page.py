"""Verdicts under folds as a section of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.verdict.tables import COST, cost, share, table


def verdicts_under_folds(found: Sequence[Mapping[str, Any]]) -> str:
    by_kind = {kind: [one for one in found if one["kind"] == kind] for kind in ("equal", "seeded", "contest")}
    rules = list(found[0]["rules"])
    header = ["pair", "metric", "rows", "folds", "draws", "variance", *rules]
    worst = max(one["rules"][rules[3]]["any_lead"]["share"] for one in by_kind["equal"])
    return f"""## Folds
Every row judges once, by models that two folds had no part in. What another training may change is allowed
for in six ways; a cell has the share of draws with a winner when any lead counts / with the margin of 1%.
"Variance" is that of the difference over draws, in units of what the rows account for.

Equal algorithms, so that every winner is a false one; the bar is 5% of the draws of each cell, and the most
that Bakeoff's rule has in one is {share(worst)}. Made-up data are drawn anew each time. "Twice" is one
algorithm under two seeds; on "exchangeable columns" two different ones learn from one half of the columns
each, and the halves are alike by construction.

{table(header, _rows(by_kind["equal"]))}

A candidate keeps its seed in all folds, as a run's hyperparameters do. Where one seed decides what is learnt,
as in a single random tree, the two entries differ in the mean over data sets, too (ADR 43), so that not all
of these winners are false:

{table(header, _rows(by_kind["seeded"]))}

Different algorithms, of which XGBoost is the better one: how often the verdict can decide. On one 70/15/15
split of Abalone it does in 6% of the draws, with the margin.

{table(header, _rows(by_kind["contest"]))}"""


def verdicts_in_two_folds(found: Sequence[Mapping[str, Any]]) -> str:
    rules = list(found[0]["rules"])
    header = ["pair", "metric", "rows", "folds", "draws", "variance", *rules]
    equal = [one for one in found if one["kind"] == "equal"]
    worst = max(one["rules"][rules[3]]["any_lead"]["share"] for one in equal)
    return f"""## Two folds
The same with two folds: 70 of 85 rows of the fold that does not test train, the others validate. The most
that Bakeoff's rule has in one cell of equal algorithms is {share(worst)}.

{table(header, _rows(found))}"""


def scale_of_folds(found: Sequence[Mapping[str, Any]]) -> str:
    return f"""## {found[0]["candidates"]} candidates, {found[0]["rows"]:,} rows in {found[0]["folds"]} folds
Merging included: 400 files of predictions, read from and written to a folder. The bar is 60 s and 1,024 MiB.

{table(COST, map(cost, found))}"""


def _rows(cells: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[str]]:
    for one in cells:
        yield (
            one["case"],
            one["metric"],
            f"{one['rows']:,}",
            str(one["folds"]),
            str(one["draws"]),
            f"{one['variance_ratio']:.2f}",
            *(
                f"{share(rule['any_lead']['share'])} / {share(rule['with_margin']['share'])}"
                for rule in one["rules"].values()
            ),
        )
