"""The decision itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bakeoff.domain.errors import InvalidRunId, TurnNeverCame
from bakeoff.domain.intake.data_sets import DataSets, trigger_key
from bakeoff.domain.intake.settings_file import SETTINGS_KEY, is_settings_file
from bakeoff.domain.intake.turns.asking import Asking, Execution, Executions, KnownRun, TurnStore
from bakeoff.domain.intake.turns.pauses import MAX_QUIETS, next_wait, seconds_until_quiet
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.run.planned import read_versions

MAX_WAITED_SECONDS = 10 * 24 * 3600


@dataclass(frozen=True)
class TurnTaker:
    """`settle_seconds` is how long nothing may have been uploaded before a run plans; 0 does not wait."""

    executions: Executions
    store: TurnStore
    max_concurrent: int
    poll_seconds: int
    settle_seconds: int

    def take(self, asking: Asking) -> dict[str, Any]:
        """What a run does now: `turn` is "ours", "superseded" (by the run `superseded_by`), or why it waits:
        "wait" for a place, "unplanned" for an earlier run's plan, "unsettled" for the end of a burst.

        Waits last `wait_seconds`. Raises TurnNeverCame after ten days of them.
        """
        running = self.executions.running()
        ahead = ahead_of(asking.run_id, running)
        # Behind these, nobody has been admitted yet.
        plans = {run_id: self._plan_has(run_id, asking) for run_id in (ahead or [])[: self.max_concurrent]}
        if served_by := self._run_covering(plans.items()):
            return _superseded(served_by)
        if ahead is None or len(ahead) >= self.max_concurrent:
            return self._wait("wait", asking, len(running if ahead is None else ahead))
        if any(has is None and self._may_plan(run_id, asking) for run_id, has in plans.items()):
            return self._wait("unplanned", asking, len(ahead))
        return self._with_a_place(asking, running)

    def _with_a_place(self, asking: Asking, running: Sequence[Execution]) -> dict[str, Any]:
        if self.settle_seconds:
            moments = self._moments(asking, running)
            if seconds := seconds_until_quiet(moments, asking.now, self.settle_seconds):
                return self._wait("unsettled", asking, 0) | {"wait_seconds": seconds}
        # The upload's event came late, or this run slept through the turn of the one that has it.
        ended = self.executions.succeeded() if asking.upload else ()
        if served_by := self._run_covering((run_id, self._plan_has(run_id, asking)) for run_id in ended):
            return _superseded(served_by)
        return {"turn": "ours"}

    def _moments(self, asking: Asking, running: Sequence[Execution]) -> list[datetime]:
        """When something was uploaded to the run's data set, or started a run on it."""
        uploads = list(self.store.upload_moments())
        # S3 dates an upload in parts by its beginning: the run that it starts tells of its end.
        starts = [run for run in running if asking.upload or run.run_id != asking.run_id]
        if not any(is_settings_file(key) and key != SETTINGS_KEY for key, _ in uploads):
            return [*(moment for _, moment in uploads), *(run.started for run in starts)]
        sets = DataSets.among(item.key for item in self.store.list_inputs())
        ours = sets.of_run(asking.execution_input)
        # What is older than any burst need not be asked about.
        recent = timedelta(seconds=self.settle_seconds * MAX_QUIETS)
        asked = (run for run in starts if asking.now - run.started < recent)
        known = [(run.started, self.executions.known(run.run_id)) for run in asked]
        same = [at for at, each in known if each is None or sets.of_run(each.execution_input) == ours]
        return [*(moment for key, moment in uploads if sets.of(key) == ours), *same]

    def _wait(self, turn: str, asking: Asking, ahead: int) -> dict[str, Any]:
        if asking.waited_seconds > MAX_WAITED_SECONDS:
            days = asking.waited_seconds / 86400
            raise TurnNeverCame(
                f"The run has waited for {days:.0f} days: stop one of the runs before it, raise "
                "MaxConcurrentRuns, and upload or start it again."
            )
        return {"turn": turn, "wait_seconds": next_wait(asking.waited_seconds, self.poll_seconds, ahead)}

    def _run_covering(self, plans: Iterable[tuple[str, bool | None]]) -> str | None:
        return next((run_id for run_id, has in plans if has and self._serves(run_id)), None)

    def _serves(self, run_id: str) -> bool:
        known = self.executions.known(run_id)
        return known is not None and known.serves_uploads

    def _may_plan(self, run_id: str, asking: Asking) -> bool:
        """Whether a run without a plan may yet have the upload in it; one that is too new to be known may."""
        known = self.executions.known(run_id)
        return known is None or (known.serves_uploads and not self._is_apart(known, asking))

    def _is_apart(self, other: KnownRun, asking: Asking) -> bool:
        """Whether the two are about different data sets."""
        theirs, ours = trigger_key(other.execution_input), trigger_key(asking.execution_input)
        if theirs and ours and theirs.rpartition("/")[0] == ours.rpartition("/")[0]:
            return False  # which takes no look at the bucket
        sets = DataSets.among(item.key for item in self.store.list_inputs())
        return sets.of_run(other.execution_input) != sets.of_run(asking.execution_input)

    def _plan_has(self, run_id: str, asking: Asking) -> bool | None:
        """Whether a run's plan holds the upload, or the newer one that replaced it; None without a plan."""
        if asking.upload is None:
            return False
        try:
            plan = RunFiles(self.store, run_id).plan()
        except FileNotFoundError:
            return None
        except InvalidRunId:
            # A run of an impossible name is refused when it plans, and must not cost others their turn.
            return False
        key = asking.upload["key"]
        version = read_versions(plan).get(key)
        if version is None or version == asking.upload["version_id"]:
            return version is not None
        newest = {item.key: item.version_id for item in self.store.list_inputs()}
        return newest.get(key) == version


def ahead_of(run_id: str, running: Sequence[Execution]) -> list[str] | None:
    """The runs that started before one, oldest first.

    None when the listing lacks the run itself: it is then older than the run, and says nothing of who came
    shortly before it.
    """
    queue = [run.run_id for run in sorted(running, key=lambda run: (run.started, run.run_id))]
    return queue[: queue.index(run_id)] if run_id in queue else None


def _superseded(by: str) -> dict[str, Any]:
    return {"turn": "superseded", "superseded_by": by}
