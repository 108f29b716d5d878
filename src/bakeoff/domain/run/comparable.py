"""Whether today's test rows can judge the model in production: only if it reads them, and has seen none.

A row keeps its bucket while data grow, as long as salt, buckets and everything that is hashed stay as they
are. A model has then seen no row at or above the `validation_below` of its own run: validation rows count as
seen, because they may have stopped or chosen it. Rows say nothing of when they came, so of a model that was
trained on all rows no row is known to be new. With a time, it is the rows before the test split that it saw.
The reasons: docs/adr/0046-champion-and-decision.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from bakeoff.domain.messages import excerpt
from bakeoff.domain.run.documents import (
    Plan,
    PlannedTable,
    ProductionRecord,
    Summary,
    TableColumn,
    TargetColumn,
    TimeSplit,
)
from bakeoff.domain.run.folds import folds_of

_IGNORED, _NUMBER = "ignored", "number"
_OF_FOLDS = (
    "with folds, the model that would be served is trained once more after the judging, so that no row has "
    "judged it; a run without folds (folds: 0) decides"
)


def undecided(plan: Plan) -> str | None:
    """Why a run with this plan decides nothing about production, whatever that runs, as the end of a
    sentence; None where it may.
    """
    return _OF_FOLDS if folds_of(plan) else None


def incomparable_by_plan(plan: Plan, record: ProductionRecord) -> str | None:
    """Why no run with this plan can judge the model, as the end of a sentence; None where it may."""
    return next(_by_plan(plan, record), None)


def incomparable(plan: Plan, summary: Summary, record: ProductionRecord) -> str | None:
    """The same, once the data are prepared."""
    return next(chain(_by_plan(plan, record), _by_data(summary, record)), None)


def _by_plan(plan: Plan, record: ProductionRecord) -> Iterator[str]:
    now, then = plan["split"], record["learnt_from"]["split"]
    if why := undecided(plan):
        yield why
    if then.get("folds"):
        yield f"it was trained on all rows of run {record['run']}, and nothing tells rows that came later"
    if plan.get("data_set") != record["data_set"]:
        yield f"it answers rows of the data set {excerpt(record['data_set'])}"
    yield from _other_columns(plan, record)
    if (now["salt"], now["buckets"]) != (then["salt"], then["buckets"]):
        yield "its run shared out rows by another hash, so that today's test rows may have trained it"
    if "time" not in record["learnt_from"] and now["validation_below"] < then["validation_below"]:
        yield (
            "TrainFraction and ValidationFraction left more to its training and validation than they do now, "
            "so that it has seen some of today's test rows"
        )


def _other_columns(plan: Plan, record: ProductionRecord) -> Iterator[str]:
    """The hash is over a row's values in the order of their columns."""
    data = record["data"]
    if ("table" in plan) != ("table" in data):
        yield "of its data and today's only one has columns that are no numbers"
    elif "table" in plan and "table" in data:
        yield from _other_table(plan["table"], data["table"])
    else:
        yield from _other_features(plan, record)


def _other_table(now: PlannedTable, then: PlannedTable) -> Iterator[str]:
    if sorted(now["missing"]) != sorted(then["missing"]):
        yield "other spellings counted as missing values of its data"
    own, todays = _read(then), _read(now)
    for name in dict.fromkeys([*own, *todays]):
        if own.get(name) != todays.get(name):
            then_told, now_told = _told(own.get(name)), _told(todays.get(name))
            yield f"the column {excerpt(name)} is {then_told} of its data, and {now_told} of today's"
    if list(own) != list(todays):
        yield "the columns of its data are in another order"


def _read(table: PlannedTable) -> dict[str, tuple[str, str]]:
    """Role and kind of the columns that are read."""
    return {each["name"]: (each["role"], each["kind"]) for each in table["columns"] if _is_read(each)}


def _is_read(column: TableColumn) -> bool:
    return column["role"] != _IGNORED


def _told(column: tuple[str, str] | None) -> str:
    return "no column" if column is None else f"a {column[0]} ({column[1]})"


def _other_features(plan: Plan, record: ProductionRecord) -> Iterator[str]:
    data = record["data"]
    if plan["feature_dim"] != data["feature_dim"]:
        yield f"it reads {data['feature_dim']} features, and today's rows have {plan['feature_dim']}"
    elif _label(plan.get("target")) != _label(data["target"]):
        yield "it predicts another column"
    elif plan.get("features") != data["features"]:
        yield "its features have other names, or stand in another order"


def _label(target: TargetColumn | None) -> object:
    """By name, if anybody named it: its position may change with a column that is ignored."""
    return target and (target["name"] or target["position"])


def _by_data(summary: Summary, record: ProductionRecord) -> Iterator[str]:
    learnt = record["learnt_from"]
    yield from _other_classes(summary, record["data"].get("classes", []))
    moved = set(learnt.get("moved", ()))
    for each in summary.get("classes", ()):
        if each["name"] in moved and each["test"]:
            yield f"it was trained on all rows of the class {excerpt(each['name'])}, test rows of today too"
    if "time" in learnt and "time" in summary and _earlier(summary["time"], learnt["time"], record):
        yield (
            f"it was trained on rows up to {learnt['time']['test_from']}, and today's test rows begin with "
            f"{summary['time']['test_from']}"
        )


def _other_classes(summary: Summary, own: Sequence[str]) -> Iterator[str]:
    todays = [each["name"] for each in summary.get("classes", ())]
    for name in todays:
        if name not in own:
            yield f"it does not know the class {excerpt(name)}"
    if todays != list(own):
        yield "it knows other classes, or has another positive one"


def _earlier(now: TimeSplit, then: TimeSplit, record: ProductionRecord) -> bool:
    columns = record["data"]["table"]["columns"]
    is_number = any(each["name"] == then["column"] and each["kind"] == _NUMBER for each in columns)
    if is_number:
        return float(now["test_from"]) < float(then["test_from"])
    # Dates and timestamps are spelled so that their texts have their order.
    return now["test_from"] < then["test_from"]
