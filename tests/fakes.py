"""Hand-written stand-ins for what the domain needs from outside."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bakeoff.domain.cleanup.janitor import Kind, Resource
from bakeoff.domain.cost.accounting import Accounted
from bakeoff.domain.errors import AccessDenied, BakeoffError
from bakeoff.domain.intake.turns import Execution, KnownRun
from bakeoff.domain.planning.updates import UpdateTiming
from bakeoff.domain.ports import StoredObject
from bakeoff.domain.run.documents import Receipt
from bakeoff.domain.run.files import WritableRunFiles

INPUTS = "Inputs/"
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class InMemoryRunStore:
    """A versioned bucket in memory; implements `domain.ports.RunStore` and `domain.intake.turns.TurnStore`.

    Objects are dated by `now`, which stands still long ago unless a test says otherwise.
    """

    def __init__(self, bucket: str = "data-bucket", now: Callable[[], datetime] = lambda: _LONG_AGO) -> None:
        self.bucket = bucket
        self._now = now
        self._moments: list[tuple[str, datetime]] = []
        self.content_types: dict[str, str] = {}
        self.reads: list[tuple[str, str]] = []
        self._revisions: dict[str, list[tuple[StoredObject, bytes] | None]] = {}
        self._lock = threading.Lock()

    def put(self, key: str, body: bytes) -> StoredObject:
        """A new revision, as an upload makes it."""
        etag, size = hashlib.md5(body, usedforsecurity=False).hexdigest(), len(body)
        with self._lock:
            before = self._revisions.get(key, [])
            stored = StoredObject(key, f"version-{len(before) + 1}", etag, size)
            # At once: candidates read the store while others write to it.
            self._revisions[key] = [*before, (stored, body)]
        if key.startswith(INPUTS):
            self._moments.append((key, self._now()))
        return stored

    def delete(self, key: str) -> None:
        """A delete marker; earlier revisions stay readable by their version."""
        with self._lock:
            self._revisions[key] = [*self._revisions.get(key, []), None]

    def describe(self, key: str) -> tuple[str, int]:
        body = self._newest(key)
        return hashlib.md5(body, usedforsecurity=False).hexdigest(), len(body)

    def copy_object(self, source: str, key: str) -> None:
        self.put(key, self._newest(source))

    def stored_keys(self) -> list[str]:
        with self._lock:
            return sorted(key for key, revisions in self._revisions.items() if revisions[-1] is not None)

    def text(self, key: str) -> str:
        return self._newest(key).decode()

    def list_inputs(self) -> list[StoredObject]:
        newest = (self._revisions[key][-1] for key in self.stored_keys() if key.startswith(INPUTS))
        return [revision[0] for revision in newest if revision]

    def upload_moments(self) -> list[tuple[str, datetime]]:
        return self._moments

    def overwritten(self, read: Mapping[str, str]) -> list[str]:
        revisions = {key: [found for found in self._revisions.get(key, []) if found] for key in read}
        return [key for key in read if revisions[key] and revisions[key][-1][0].version_id != read[key]]

    def read_head(self, stored: StoredObject, size: int) -> bytes:
        self.reads.append((stored.key, stored.version_id))
        return self._pinned(stored)[:size]

    def read_tail(self, stored: StoredObject, size: int) -> bytes:
        self.reads.append((stored.key, stored.version_id))
        return self._pinned(stored)[-size:]

    def copy(self, stored: StoredObject, key: str) -> None:
        self.put(key, self._pinned(stored))

    def write_text(self, key: str, text: str, content_type: str) -> None:
        self.write_bytes(key, text.encode(), content_type)

    def write_texts(self, texts: Mapping[str, str], content_type: str) -> None:
        for key, text in texts.items():
            self.write_text(key, text, content_type)

    def write_bytes(self, key: str, body: bytes, content_type: str) -> None:
        self.content_types[key] = content_type
        self.put(key, body)

    def write_json(self, key: str, value: Any) -> None:
        self.write_text(key, json.dumps(value, allow_nan=False), "application/json")

    def read_json(self, key: str) -> Any:
        return json.loads(self._newest(key))

    def sizes(self, prefix: str) -> dict[str, int]:
        return {key: len(self._newest(key)) for key in self.stored_keys() if key.startswith(prefix)}

    def read_lines(self, prefix: str) -> Iterator[str]:
        for key in self.stored_keys():
            if key.startswith(prefix):
                yield from self.text(key).splitlines()

    def _newest(self, key: str) -> bytes:
        revision = self._revisions.get(key, [None])[-1]
        if revision is None:
            raise FileNotFoundError(f"There is no s3://{self.bucket}/{key}.")
        return revision[1]

    def _pinned(self, stored: StoredObject) -> bytes:
        revisions = filter(None, self._revisions[stored.key])
        return next(body for found, body in revisions if found.version_id == stored.version_id)


class FakeEndpoint:
    """A live model that answers each batch by `reply`; implements `bakeoff.domain.ports.Endpoint`."""

    def __init__(self, reply: Callable[[Sequence[str]], str]) -> None:
        self._reply = reply
        self.batches: list[list[str]] = []

    @classmethod
    def of_model(cls, predict: Callable[[list[float]], float]) -> FakeEndpoint:
        """Answers as XGBoost and Linear Learner do: {"predictions": [{"score": x}, ...]}."""

        def reply(rows: Sequence[str]) -> str:
            scores = [predict([float(field) for field in row.split(",")]) for row in rows]
            return json.dumps({"predictions": [{"score": score} for score in scores]})

        return cls(reply)

    def predict(self, rows: Sequence[str]) -> str:
        self.batches.append(list(rows))
        return self._reply(rows)


@dataclass(frozen=True)
class FixedProduction:
    """Implements `domain.ports.Production`: an endpoint that serves with one configuration, or none."""

    serving: str | None = None
    endpoint: str = "bakeoff-live"

    def configuration(self) -> str | None:
        return self.serving


# As the parameters' defaults have it.
TIMING = UpdateTiming("all-at-once", instances=1, bake_seconds=300, timeout_seconds=3600)


class FakeHosting:
    """SageMaker's hosting of one name; implements `bakeoff.domain.cleanup.release.Hosting`.

    Like SageMaker, it refuses to delete an endpoint in transition, and deletion takes a look or two.
    `statuses` are what successive looks see before the endpoint rests in the last of them.
    """

    def __init__(self, statuses: Sequence[str] = (), looks_until_gone: int = 1) -> None:
        self.calls: list[str] = []
        self._statuses = list(statuses)
        self._looks_until_gone = looks_until_gone
        self._deleting = False

    def endpoint_status(self, name: str) -> str | None:
        self.calls.append("describe")
        if self._deleting:
            self._looks_until_gone -= 1
            return "Deleting" if self._looks_until_gone >= 0 else None
        if len(self._statuses) > 1:
            return self._statuses.pop(0)
        return self._statuses[0] if self._statuses else None

    def delete_endpoint(self, name: str) -> None:
        if self._deleting or self._statuses[0].endswith("ing"):
            raise AssertionError("SageMaker refuses to delete an endpoint in transition")
        self.calls.append("delete endpoint")
        self._deleting = True

    def delete_endpoint_config(self, name: str) -> None:
        self.calls.append("delete endpoint config")

    def delete_model(self, name: str) -> None:
        self.calls.append("delete model")


class FakeTrainingJobs:
    """SageMaker's running training jobs by name; implements `bakeoff.domain.cleanup.release.TrainingJobs`."""

    def __init__(self, *running: str) -> None:
        self.running = set(running)

    def stop_running(self, prefix: str) -> None:
        self.running = {name for name in self.running if not name.startswith(prefix)}

    def stop_tuning(self, prefix: str) -> None:
        self.running = {name for name in self.running if not name.startswith(f"tuning {prefix}")}


class FakeSageMaker:
    """An account's SageMaker: `cleanup.janitor.Inventory` and `cleanup.release.Hosting` of the domain.

    Like SageMaker, it refuses to delete an endpoint in transition, and deletion takes until the next look.
    """

    def __init__(self) -> None:
        self.tags_of: dict[Resource, dict[str, str]] = {}
        self.statuses: dict[str, str] = {}
        self.stopped: list[str] = []
        self.broken: dict[str, BakeoffError] = {}

    def add(
        self, kind: Kind, name: str, tags: dict[str, str], created: datetime, status: str = "InService"
    ) -> Resource:
        resource = Resource(kind, name, f"arn:aws:sagemaker:us-east-1:123456789012:{kind}/{name}", created)
        self.tags_of[resource] = tags
        if kind is Kind.ENDPOINT:
            self.statuses[name] = status
        return resource

    def names(self, *kinds: Kind) -> set[str]:
        return {f"{thing}" for thing in self.tags_of if not kinds or thing.kind in kinds}

    def find(self, prefix: str) -> list[Resource]:
        return [thing for thing in self.tags_of if thing.name.startswith(prefix)]

    def tags(self, resource: Resource) -> Mapping[str, str]:
        return self.tags_of.get(resource, {})

    def stop_job(self, resource: Resource) -> None:
        self._may(resource.name)
        self.stopped.append(resource.name)
        self.tags_of.pop(resource, None)

    def endpoint_status(self, name: str) -> str | None:
        self._may(name)
        if self.statuses.get(name) == "Deleting":
            del self.statuses[name]
            self._remove(Kind.ENDPOINT, name)
            return "Deleting"
        return self.statuses.get(name)

    def delete_endpoint(self, name: str) -> None:
        if self.statuses[name].endswith("ing"):
            raise AssertionError("SageMaker refuses to delete an endpoint in transition")
        self.statuses[name] = "Deleting"

    def delete_endpoint_config(self, name: str) -> None:
        self._remove(Kind.ENDPOINT_CONFIG, name)

    def delete_model(self, name: str) -> None:
        self._remove(Kind.MODEL, name)

    def _may(self, name: str) -> None:
        if name in self.broken:
            raise self.broken[name]

    def _remove(self, kind: Kind, name: str) -> None:
        for thing in [each for each in self.tags_of if (each.kind, each.name) == (kind, name)]:
            del self.tags_of[thing]


class FakeExecutions:
    """Step Functions' listing: `intake.turns.Executions` and `cleanup.janitor.Runs` of the domain.

    `inputs` are those of every run ever started, `going_on` the running ones by their start, `failed` those
    that ended badly.
    """

    def __init__(self) -> None:
        self.inputs: dict[str, Any] = {}
        self.going_on: dict[str, datetime] = {}
        self.ended: list[str] = []
        self.failed: set[str] = set()

    def begin(self, run_id: str, execution_input: Any, started: datetime) -> None:
        self.inputs[run_id] = execution_input
        self.going_on[run_id] = started

    def end(self, run_id: str, *, well: bool = True) -> None:
        del self.going_on[run_id]
        self.ended.append(run_id)
        if not well:
            self.failed.add(run_id)

    def running(self) -> list[Execution]:
        return [Execution(run_id, started) for run_id, started in reversed(self.going_on.items())]

    def succeeded(self) -> list[str]:
        return [run_id for run_id in reversed(self.ended) if run_id not in self.failed]

    def known(self, run_id: str) -> KnownRun | None:
        known = run_id in self.inputs
        return KnownRun(self.inputs[run_id], run_id in self.failed) if known else None

    def is_running(self, run_id: str) -> bool:
        return run_id in self.going_on


class FakeStarter:
    """Step Functions, which starts a name only once; implements `domain.intake.uploads.RunStarter`."""

    def __init__(self) -> None:
        self.inputs: dict[str, Mapping[str, Any]] = {}
        self.broken: dict[str, BakeoffError] = {}

    def start(self, run_id: str, execution_input: Mapping[str, Any]) -> bool:
        if run_id in self.broken:
            raise self.broken[run_id]
        if run_id in self.inputs:
            return False
        self.inputs[run_id] = execution_input
        return True


class RecordingNotifier:
    """Keeps what it was told, unless it is `broken`; implements `bakeoff.domain.ports.Notifier`."""

    def __init__(self, broken: BakeoffError | None = None) -> None:
        self.broken = broken
        self.messages: list[tuple[str, str]] = []

    def publish(self, subject: str, message: str) -> None:
        if self.broken:
            raise self.broken
        self.messages.append((subject, message))


class FakeAccounts:
    """Gives every run the same receipt, its first, or refuses; implements
    `bakeoff.domain.cost.accounting.Accounts`.
    """

    def __init__(self, receipt: Receipt | None = None, refusal: BakeoffError | None = None) -> None:
        self._receipt, self._refusal = receipt, refusal or AccessDenied("Nobody accounts for runs here.")
        self.asked: list[str] = []

    def account(self, run: WritableRunFiles) -> Accounted:
        self.asked.append(run.run_id)
        if self._receipt is None:
            raise self._refusal
        run.write_receipt(self._receipt)
        return Accounted(self._receipt, Decimal(self._receipt["total_high"]))
