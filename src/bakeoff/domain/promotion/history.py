"""Which promotions and ways back there were, and since when production serves what it does.

Step Functions forgets an execution 90 days after its end; a version's record stays for good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bakeoff.domain.errors import NothingToPromote
from bakeoff.domain.ports import ObjectReader
from bakeoff.domain.promotion.versions import config_name
from bakeoff.domain.run.documents import SCHEMA_VERSION, PastChange, ProductionRecord
from bakeoff.domain.run.production import read_record, version_of

Kind = Literal["promotion", "rollback"]
SUCCEEDED = "SUCCEEDED"


def kind_of(given: Mapping[str, Any]) -> Kind:
    """By an execution's input."""
    return "rollback" if "config" in given else "promotion"


@dataclass(frozen=True)
class Attempt:
    """An execution of the workflow that changes production, as Step Functions describes it; `ended` is None
    while it goes on, and `given` and `output` are empty where nobody can read them.
    """

    name: str
    status: str
    started: datetime
    ended: datetime | None
    given: Mapping[str, Any]
    output: Mapping[str, Any]
    error: str | None = None
    cause: str | None = None

    @property
    def kind(self) -> Kind:
        return kind_of(self.given)

    @property
    def has_changed(self) -> bool:
        """Whether it has put something else into production: not where that was live already."""
        return self.status == SUCCEEDED and "previous" in self.output

    def aim(self, endpoint: str) -> str:
        """The configuration with which the endpoint serves when it succeeds."""
        told = self.output.get("config") or self.given.get("config")
        return str(told or config_name(endpoint, self.name))


@dataclass(frozen=True)
class Change:
    """A line of production's history; without an `attempt`, Step Functions has forgotten the execution, and
    without a `record`, nothing is left of the version.
    """

    at: datetime
    kind: Kind
    config: str
    attempt: Attempt | None
    record: ProductionRecord | None

    @property
    def run_id(self) -> str | None:
        if self.record:
            return self.record["run"]
        given = self.attempt.given.get("run_id") if self.attempt else None
        return None if given is None else str(given)

    @property
    def has_ended(self) -> bool:
        return self.attempt is None or self.attempt.ended is not None


@dataclass(frozen=True)
class Past:
    """`attempts` in any order, `records` by their configurations."""

    endpoint: str
    attempts: Sequence[Attempt]
    records: Mapping[str, ProductionRecord]

    def changes(self) -> list[Change]:
        """The newest first; what changed nothing, because it was live already, is left out."""
        told = [self._of_attempt(each) for each in self.attempts if each.has_changed or not each.output]
        known = {change.config for change in told if change.kind == "promotion"}
        forgotten = [
            Change(moment(record["since"]), "promotion", config, None, record)
            for config, record in self.records.items()
            if config not in known
        ]
        return sorted([*told, *forgotten], key=lambda change: change.at, reverse=True)

    def since(self, config: str) -> Change | None:
        """What has put the live `config` into production; None where nobody can tell."""
        return next((each for each in self.changes() if each.has_ended and each.config == config), None)

    def is_by_others(self, config: str) -> bool:
        """Whether the live `config` is another one than the newest change has left, and nothing goes on."""
        changes = self.changes()
        if not all(each.has_ended for each in changes):
            return False
        for change in changes:
            if change.attempt is None or change.config == config:
                return False
            if change.attempt.has_changed:
                return True
        return False

    def last_served(self) -> str | None:
        """The configuration that the last change has put into production; None where nothing is known."""
        served = (each for each in self.changes() if each.attempt is None or each.attempt.has_changed)
        return next((each.config for each in served), None)

    def has_left_an_endpoint(self) -> bool:
        """Whether one must be there: production has changed before, and nothing goes on."""
        changes = self.changes()
        has_changed = any(each.attempt is None or each.attempt.has_changed for each in changes)
        return has_changed and all(each.has_ended for each in changes)

    def _of_attempt(self, attempt: Attempt) -> Change:
        config = attempt.aim(self.endpoint)
        at = attempt.ended or attempt.started
        return Change(at, attempt.kind, config, attempt, self.records.get(config))


def moment(text: str) -> datetime:
    """A moment as a record has it."""
    return datetime.fromisoformat(text)


@dataclass(frozen=True)
class Changed:
    """What the workflow says of an `execution` that has succeeded: `given` is its input, `config` what serves
    since `at`, and `previous` what served before, None where nothing did.
    """

    execution: str
    started_at: str
    at: str
    given: Mapping[str, Any]
    config: str
    previous: str | None

    def past(self, store: ObjectReader) -> PastChange:
        """As the history of runs keeps it. Raises NothingToPromote when nothing is recorded of `config`."""
        record = read_record(store, self.config)
        if record is None:
            raise NothingToPromote(
                f"There is no {version_of(self.config)}, which says what production serves: the history of "
                f"runs lacks {self.execution}."
            )
        before = read_record(store, self.previous) if self.previous else None
        target = record["data"]["target"]
        return {
            "schema_version": SCHEMA_VERSION,
            "execution": self.execution,
            "started_at": self.started_at,
            "at": self.at,
            "kind": kind_of(self.given),
            "config": self.config,
            "run_id": record["run"],
            "candidate": record["candidate"],
            "data_set": record["data_set"],
            "target": target["name"] if target else None,
            "metric": record["metric"],
            "previous": self.previous,
            "before": {"run_id": before["run"], "candidate": before["candidate"]} if before else None,
        }
