"""Taking production: a promotion goes on only while production serves what was decided about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bakeoff.domain.cost.production import ProductionBudget
from bakeoff.domain.errors import InvalidEvent, NothingToPromote, ProductionMoved
from bakeoff.domain.intake.turns import Execution
from bakeoff.domain.messages import excerpt
from bakeoff.domain.promotion.deployment import (
    IN_TRANSITION,
    Deployment,
    Hosting,
    Store,
    require_sound,
)
from bakeoff.domain.promotion.probe import probe_key, probe_of
from bakeoff.domain.promotion.record import container, record_of
from bakeoff.domain.promotion.versions import config_name
from bakeoff.domain.run.documents import ProductionRecord, Promotion
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.run.production import read_record, version_of

WAITS, LIVE, OURS = "waits", "live", "ours"


class Executions(Protocol):
    def running(self) -> Sequence[Execution]:
        """The promotions that go on."""


@dataclass(frozen=True)
class Taking:
    """What a promotion, the `execution` that began at `started_at`, asks before it changes anything. A new
    version has `instances`, or as many as the endpoint has been scaled to if that is more. Without a `budget`
    nobody limits what production may cost.
    """

    hosting: Hosting
    store: Store
    executions: Executions
    execution: str
    started_at: str
    instances: int
    budget: ProductionBudget | None = None

    def take(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What is to be done for an execution's input: `run_id` promotes what a run decided, `config` goes
        back to a version, when production serves with `live`.

        `turn` is "waits" while another promotion, or anybody's update, is under way; "live" when production
        serves it already; and "ours" otherwise, with what the workflow needs. It may be called again.
        Raises ProductionMoved, NothingToPromote, ProductionDown or ProductionMixed; of what a run decided
        also BudgetExceeded and UnknownPrice: no limit stands in the way back.
        """
        found = self.hosting.deployment()
        require_sound(found, self.hosting.endpoint)
        if not self._is_first() or (found is not None and found.status in IN_TRANSITION):
            return {"turn": WAITS}
        if "config" in given:
            return self._back(given, found)
        if "run_id" not in given:
            raise InvalidEvent("The input names neither a run_id to promote nor a config to go back to.")
        return self._forward(RunFiles(self.store, given["run_id"]), found)

    def _is_first(self) -> bool:
        """Whether no promotion goes on that began before: it may change what this one found."""
        running = sorted(self.executions.running(), key=lambda each: (each.started, each.run_id))
        # Step Functions may not list an execution yet that has just begun.
        return not running or running[0].run_id == self.execution

    def _back(self, given: Mapping[str, Any], found: Deployment | None) -> dict[str, Any]:
        """Whoever says what is `live`, None for no endpoint, goes back only while it is."""
        config = str(given["config"])
        record = read_record(self.store, config)
        if record is None or config not in self.hosting.configs():
            raise NothingToPromote(
                f"There is no version {excerpt(config)} of production any more: see production/versions/ and "
                "KeepVersions."
            )
        if found is not None and found.config == config:
            return {"turn": LIVE, "config": config}
        if "live" in given:
            self._require_live(given["live"], found, "see what is live now, and go back again")
        return self._told(record, found, is_new=False)

    def _forward(self, run: RunFiles, found: Deployment | None) -> dict[str, Any]:
        promotion = self._promotion(run)
        if found is not None and self._serves(found.config, promotion):
            return {"turn": LIVE, "config": found.config}
        champion = promotion["champion"]
        expected = champion["config"] if champion else None
        self._require_live(expected, found, "start a new run, which decides about production as it is now")
        config = config_name(self.hosting.endpoint, self.execution)
        record = read_record(self.store, config) or self._written(run, promotion, config, found)
        return self._told(record, found, is_new=True)

    def _promotion(self, run: RunFiles) -> Promotion:
        try:
            promotion = run.promotion()
        except FileNotFoundError as err:
            raise NothingToPromote(
                f"Run {run.run_id} decided nothing about production: it was started with Promotion off."
            ) from err
        if promotion["candidate"] is None:
            raise NothingToPromote(f"Run {run.run_id} promotes nothing: {promotion['reason']}")
        return promotion

    def _serves(self, config: str, promotion: Promotion) -> bool:
        record = read_record(self.store, config)
        wanted = (promotion["run_id"], promotion["candidate"])
        return record is not None and (record["run"], record["candidate"]) == wanted

    def _require_live(self, expected: str | None, found: Deployment | None, cure: str) -> None:
        endpoint, live = self.hosting.endpoint, found.config if found else None
        if live == expected:
            return
        then = f"about {excerpt(expected)}" if expected else "when nothing was in production"
        now = (
            f"endpoint {endpoint} serves with {excerpt(live)}" if live else f"there is no endpoint {endpoint}"
        )
        raise ProductionMoved(f"This was decided {then}, but {now}: {cure}.")

    def _written(
        self, run: RunFiles, promotion: Promotion, config: str, found: Deployment | None
    ) -> ProductionRecord:
        """The record last: what it tells of is complete then."""
        cost = self.budget.monthly(found.instances if found else 0) if self.budget else None
        record = record_of(run, self.store, promotion, self.hosting.endpoint, config, self.started_at)
        if cost:
            record["cost"] = cost
        self.store.write_json(probe_key(config), probe_of(run, record))
        self.store.write_json(version_of(config), record)
        return record

    def _is_lost(self, live: str) -> bool:
        """Whether somebody deleted the live configuration, of which a record tells what it was."""
        return live not in self.hosting.configs() and read_record(self.store, live) is not None

    def _told(self, record: ProductionRecord, found: Deployment | None, is_new: bool) -> dict[str, Any]:
        deployed = found.instances if found else 0
        return {
            "turn": OURS,
            "endpoint": self.hosting.endpoint,
            "config": record["config"],
            "previous": found.config if found else None,
            "instances": max(self.instances, deployed) if is_new else deployed or self.instances,
            # More are retained; of fewer than it is to have, the number would stay for ever.
            "grows": is_new and 0 < deployed < self.instances,
            "lost": found is not None and self._is_lost(found.config),
            "new": is_new,
            "run_id": record["run"],
            "container": container(record["image"], record["model"]["url"], record["environment"]),
            "content_type": record["request_content_type"],
            "accept": record["accept"],
        }
