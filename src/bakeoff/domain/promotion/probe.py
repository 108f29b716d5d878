"""Held-out rows that production must answer as the candidate did when it was judged."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from itertools import islice
from typing import Any, NotRequired, TypedDict, cast

from bakeoff.domain.datasets.test_rows import HeldOutRows, HeldOutSplit, read_test_rows, sample_positions
from bakeoff.domain.errors import MalformedPrediction, ProbeMismatch
from bakeoff.domain.ports import Endpoint, ObjectReader
from bakeoff.domain.run.documents import SCHEMA_VERSION, PlannedReply, ProductionRecord
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.run.production import PRODUCTION
from bakeoff.domain.scoring.answering import VALUES, Answering, ClassReplies
from bakeoff.domain.scoring.replies import batches
from bakeoff.domain.scoring.reply_kinds import Reply

MOST_ROWS = 100
TOLERANCE = 1e-6
_NO_ANSWERS = ("row", "actual", "cluster")


class Probe(TypedDict):
    """production/probes/<config>.json: `rows` are CSV without the label; `expected` has for each what
    predictions/<candidate>.csv says beside row and label.
    """

    schema_version: int
    config: str
    rows: list[str]
    expected: list[dict[str, str]]
    accept: str
    prediction_path: str
    reply: NotRequired[PlannedReply]
    classes: NotRequired[list[str]]


def probe_key(config: str) -> str:
    return f"{PRODUCTION}probes/{config}.json"


def probe_of(run: RunFiles, record: ProductionRecord) -> Probe:
    """At most MOST_ROWS of the rows on which the candidate was judged, evenly spaced."""
    name = record["candidate"]
    judged = list(csv.DictReader(run.prediction_lines(name)))
    kept = [judged[position] for position in sample_positions(len(judged), MOST_ROWS)]
    rows = read_test_rows(run, 0, HeldOutSplit.of_candidate(run.plan(), name))
    probe: Probe = {
        "schema_version": SCHEMA_VERSION,
        "config": record["config"],
        "rows": [rows.features[int(line["row"])] for line in kept],
        "expected": [_answers(line) for line in kept],
        "accept": record["accept"],
        "prediction_path": record["prediction_path"],
    }
    if "reply" in record:
        probe["reply"] = record["reply"]
    if "classes" in record["data"]:
        probe["classes"] = record["data"]["classes"]
    return probe


def read_probe(store: ObjectReader, config: str) -> Probe:
    """Raises FileNotFoundError for a configuration that no promotion made."""
    return cast(Probe, store.read_json(probe_key(config)))


def require_judged_answers(probe: Probe, endpoint: Endpoint) -> int:
    """How many rows the live endpoint answers as expected: all of them.

    Raises ProbeMismatch for another answer or none, and what asking the endpoint raises.
    """
    rows = probe["rows"]
    try:
        answers = _asked(probe, endpoint)
    except MalformedPrediction as err:
        raise ProbeMismatch(f"Production does not answer as its model did when it was judged: {err}") from err
    for number, (expected, answer) in enumerate(zip(probe["expected"], answers, strict=True)):
        if not _same(expected, answer):
            raise ProbeMismatch(
                f"Production answers row {number + 1} of {len(rows)} with {_told(answer)}, but its model "
                f"answered {_told(expected)} when it was judged: it is not the same model or container."
            )
    return len(rows)


def _asked(probe: Probe, endpoint: Endpoint) -> list[dict[str, str]]:
    rows, answering = probe["rows"], _answering(probe)
    replies = (
        answering.read(endpoint.predict(batch), probe["accept"], probe["prediction_path"], len(batch))
        for batch in batches(rows)
    )
    asked = HeldOutRows(range(len(rows)), [0.0] * len(rows), rows, [b""] * len(rows))
    text = answering.text(asked, answering.joined(replies))
    return [_answers(line) for line in csv.DictReader(text.splitlines())]


def _answering(probe: Probe) -> Answering[Any]:
    if "classes" not in probe:
        return VALUES
    return ClassReplies(Reply.of(probe), probe["classes"])


def _answers(line: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in line.items() if name not in _NO_ANSWERS}


def _same(expected: Mapping[str, str], answer: Mapping[str, str]) -> bool:
    return expected.keys() == answer.keys() and all(_equal(expected[name], answer[name]) for name in expected)


def _equal(one: str, other: str) -> bool:
    """As numbers within TOLERANCE, relatively; names of classes letter by letter."""
    if one == other:
        return True
    try:
        # Probabilities near 0 differ in their last digits, which no relative measure forgives.
        return math.isclose(float(one), float(other), rel_tol=TOLERANCE, abs_tol=TOLERANCE * 1e-3)
    except ValueError:
        return False


def _told(answers: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in islice(answers.items(), 3))
