"""The plan of a run: what is read, how it is split, and what each candidate needs from SageMaker."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bakeoff.domain.planning.algorithms import Catalogue, Entry
from bakeoff.domain.planning.candidates import CandidateDefaults, candidates_of
from bakeoff.domain.planning.images import image_uri
from bakeoff.domain.planning.snapshot import Snapshot, SnapshotOptions, take_snapshot
from bakeoff.domain.planning.splits import Split
from bakeoff.domain.ports import RunStore
from bakeoff.domain.reading.target import NO_TARGET, Target
from bakeoff.domain.run.names import resource_name, run_prefix
from bakeoff.domain.run.tags import tags_of

SCRIPT = "prepare_datasets.py"


@dataclass(frozen=True)
class PlanOptions:
    """What the stack decides for every run: shares are of 1, a `feature_count` of 0 is inferred, and
    an empty `target` is the first column. `cost_tags` go on everything in SageMaker.
    """

    stack: str
    defaults: CandidateDefaults
    split: Split
    max_rejected_share: float
    feature_count: int
    spark_version: str
    processing_instance_type: str
    target: Target = NO_TARGET
    cost_tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Planner:
    """Plans runs: one call validates, snapshots, resolves and stores everything, and starts nothing."""

    store: RunStore
    catalogue: Catalogue
    images: Mapping[str, Any]
    options: PlanOptions
    script: str

    def plan(
        self, run_id: str, requested: Sequence[str | Entry], created_at: str, target: Target | None = None
    ) -> dict[str, Any]:
        """Store plan.json and the Spark script of a run; returns the references that the workflow needs.

        `target` is this run's, in place of the stack's.
        Raises a RequestError subclass when a person has to mend the request or the data.
        """
        prefix = run_prefix(run_id)
        entries = self.catalogue.resolve(requested)
        candidates = candidates_of(entries, run_id, self._uri(prefix), self.images, self.options.defaults)
        spark_image = image_uri(self.images, "spark", self.options.spark_version, self._region)
        snapshot = take_snapshot(self.store, run_id, self._snapshot_options(target))
        code_key = f"{prefix}code/{SCRIPT}"
        plan = {
            "schema_version": 1,
            "run_id": run_id,
            "created_at": created_at,
            "bucket": self.store.bucket,
            **self._data(snapshot, entries),
            "datasets_uri": self._uri(f"{prefix}datasets"),
            "candidates": candidates,
            "code": {SCRIPT: {"key": code_key, "sha256": _sha256(self.script)}},
            "spark_image_uri": spark_image,
            "security": self._security,
        }
        self.store.write_text(code_key, self.script, "text/x-python")
        self.store.write_json(f"{prefix}plan.json", plan)
        return {
            "run_id": run_id,
            "plan_uri": self._uri(f"{prefix}plan.json"),
            "code_uri": self._uri(code_key),
            "processing_job_name": resource_name(self.options.defaults.resource_prefix, run_id, "prepare"),
            "spark_image_uri": spark_image,
            "security": self._security,
            "tags": tags_of(self.options.stack, run_id, self.options.cost_tags),
            "inputs": len(snapshot.inputs),
            "candidates": len(candidates),
        }

    def _snapshot_options(self, target: Target | None) -> SnapshotOptions:
        options = self.options
        return SnapshotOptions(options.feature_count, target or options.target, options.max_rejected_share)

    def _data(self, snapshot: Snapshot, entries: Sequence[Entry]) -> dict[str, Any]:
        return {
            "inputs": snapshot.inputs,
            "feature_dim": snapshot.feature_dim,
            "target": snapshot.target,
            "features": snapshot.features,
            "notes": snapshot.notes,
            "ignored": snapshot.ignored,
            "split": self.options.split.as_dict(),
            # Scoring reads CSV, whatever the candidates train on.
            "formats": sorted({"csv"} | {entry["training_format"] for entry in entries}),
            "max_rejected_share": self.options.max_rejected_share,
        }

    @property
    def _security(self) -> dict[str, Any]:
        security = self.options.defaults.security
        return {
            "network": security.network(),
            "output": security.output(),
            "processing_volume": security.job_volume(self.options.processing_instance_type),
        }

    @property
    def _region(self) -> str:
        return self.options.defaults.region

    def _uri(self, key: str) -> str:
        return f"s3://{self.store.bucket}/{key}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
