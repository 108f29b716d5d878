"""The plan of a run: what is read, how it is split, and what each candidate needs from SageMaker."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bakeoff.domain.cost.budget import Budget
from bakeoff.domain.cost.words import told
from bakeoff.domain.intake.settings_file import settings_file_among
from bakeoff.domain.intake.turns import NO_SETTINGS
from bakeoff.domain.planning.algorithms import Catalogue
from bakeoff.domain.planning.candidates import CandidateDefaults, candidates_of, formats_of
from bakeoff.domain.planning.champion import PromotionOptions, plan_promotion
from bakeoff.domain.planning.folds import folds_asked, price_of_folds
from bakeoff.domain.planning.images import image_uri
from bakeoff.domain.planning.request import Request, candidates_on, data_set_of
from bakeoff.domain.planning.scripts import ARCHIVE, Script, refuse_other_choices, scripts_in_use
from bakeoff.domain.planning.settings import MAX_BYTES, Resolved, Said, Vocabulary, read_settings, resolve
from bakeoff.domain.planning.snapshot import Snapshot, SnapshotOptions, take_snapshot
from bakeoff.domain.planning.splits import Split
from bakeoff.domain.planning.tasks import settled, task_of_table
from bakeoff.domain.ports import RunStore, StoredObject
from bakeoff.domain.reading.target import EXECUTION
from bakeoff.domain.run.documents import (
    SCHEMA_VERSION,
    InputRevision,
    Plan,
    ScriptCopy,
    Security,
)
from bakeoff.domain.run.files import CODE, DATASETS, PLAN, WritableRunFiles, code_of, script_of
from bakeoff.domain.run.names import resource_name
from bakeoff.domain.run.tags import tags_of


@dataclass(frozen=True)
class PlanOptions:
    """What the stack decides for every run: shares are of 1, a `feature_count` of 0 is inferred. `settings`
    are what holds where nobody says otherwise: all of them, a `target` of None is the first column.
    `cost_tags` go on everything in SageMaker.
    """

    stack: str
    defaults: CandidateDefaults
    settings: Mapping[str, Any]
    split: Split
    max_rejected_share: float
    feature_count: int
    spark_version: str
    processing_instance_type: str
    cost_tags: Mapping[str, str] = field(default_factory=dict)
    network_isolation: bool = False


@dataclass(frozen=True)
class Planner:
    """Plans runs: one call validates, snapshots, resolves and stores everything, and starts nothing.

    Without a `budget` nobody asks what a run may cost; without `promotion`, runs decide nothing about
    production.
    """

    store: RunStore
    catalogue: Catalogue
    vocabulary: Vocabulary
    images: Mapping[str, Any]
    options: PlanOptions
    spark_job: Mapping[str, str]
    scripts: Mapping[str, Script] = field(default_factory=dict)
    budget: Budget | None = None
    promotion: PromotionOptions | None = None

    def plan(self, run_id: str, given: Mapping[str, Any], created_at: str) -> dict[str, Any]:
        """Store plan.json and the Spark scripts of a run; returns the references that the workflow needs.

        `given` is the execution's input. Settings and data come from one listing of the bucket.
        Raises a RequestError subclass when a person has to mend the request, the settings or the data.
        """
        run = WritableRunFiles(self.store, run_id)
        request = self._request(run, given)
        snapshot = take_snapshot(self.store, run, request.listed, self._snapshot_options(request))
        plan = self._document(run, request, snapshot, created_at)
        if self.promotion:
            plan["promotion"] = plan_promotion(plan, run, self.store, self.promotion, self.options.defaults)
        if self.budget:
            plan["cost"] = self.budget.of(plan)
        run.write_plan(plan)
        return self._references(run, plan)

    def _request(self, run: WritableRunFiles, given: Mapping[str, Any]) -> Request:
        """What can be refused before anybody looks at the data."""
        folder, listed = data_set_of(given, self.store.list_inputs())
        settings_file = settings_file_among(listed)
        settings = self._settings(given, settings_file)
        entries, defaults = settings.entries(self.catalogue), self.options.defaults
        return Request(
            folder=folder,
            listed=listed,
            settings_file=settings_file,
            settings=settings,
            entries=entries,
            folds=folds_asked(settings, entries),
            scripts=scripts_in_use(entries, self.scripts, isolated=self.options.network_isolation),
            spark_image_uri=image_uri(self.images, "spark", self.options.spark_version, defaults.region),
            candidates=candidates_of(entries, run, self.images, defaults),
        )

    def _snapshot_options(self, request: Request) -> SnapshotOptions:
        return SnapshotOptions(
            self.options.feature_count,
            request.settings.target,
            self.options.max_rejected_share,
            request.folder,
            request.settings.columns,
            request.folds,
        )

    def _document(self, run: WritableRunFiles, request: Request, snapshot: Snapshot, created_at: str) -> Plan:
        """The plan of what the data turned out to be; the scripts that it names are stored."""
        task = task_of_table(snapshot.table)
        candidates = candidates_on(snapshot, request, run)
        refuse_other_choices(request.entries, request.scripts, task)
        self.catalogue.refuse_unknown(request.entries, task)
        run.write_scripts(self.spark_job)
        plan: Plan = {
            "schema_version": SCHEMA_VERSION,
            "run_id": run.run_id,
            "created_at": created_at,
            "bucket": self.store.bucket,
            "data_set": request.folder,
            "settings": settled(request.settings, task),
            "settings_file": _revision(request.settings_file) if request.settings_file else None,
            "inputs": snapshot.inputs,
            "feature_dim": snapshot.feature_dim,
            "target": snapshot.target,
            "features": snapshot.features,
            "notes": snapshot.notes,
            "ignored": snapshot.ignored,
            "split": self.options.split.as_dict(request.folds),
            "formats": formats_of(candidates, request.entries),
            "max_rejected_share": self.options.max_rejected_share,
            "datasets_uri": run.uri(DATASETS.rstrip("/")),
            "candidates": candidates,
            "code": {name: _copy_of(run, name, text) for name, text in self.spark_job.items()},
            "spark_image_uri": request.spark_image_uri,
            "security": self._security,
        }
        if snapshot.table:
            plan["table"] = snapshot.table
        if task == "classification":
            plan["task"] = {"kind": task, "positive": request.settings.columns.positive}
        if request.scripts:
            plan["scripts"] = {name: _packed(run, name, script) for name, script in request.scripts.items()}
        return plan

    def _references(self, run: WritableRunFiles, plan: Plan) -> dict[str, Any]:
        """What the workflow carries of a plan."""
        job = resource_name(self.options.defaults.resource_prefix, run.run_id, "prepare")
        return {
            "run_id": run.run_id,
            "plan_uri": run.uri(PLAN),
            "code_uri": run.uri(CODE),
            "processing_job_name": job,
            "spark_image_uri": plan["spark_image_uri"],
            "security": plan["security"],
            "tags": tags_of(self.options.stack, run.run_id, self.options.cost_tags),
            "inputs": len(plan["inputs"]),
            "candidates": len(plan["candidates"]),
            **price_of_folds(plan),
            **({"most": told(plan["cost"])} if "cost" in plan else {}),
        }

    def _settings(self, given: Mapping[str, Any], file: StoredObject | None) -> Resolved:
        places = [Said({name: value for name, value in given.items() if name not in NO_SETTINGS}, EXECUTION)]
        if file is not None:
            # S3 has no range of an empty object; one byte more than allowed tells that there is more.
            body = self.store.read_head(file, MAX_BYTES + 1) if file.bytes else b""
            places.append(read_settings(file.key, body))
        return resolve(self.vocabulary, [*places, Said(self.options.settings)])

    @property
    def _security(self) -> Security:
        security = self.options.defaults.security
        return {
            "network": security.network(),
            "output": security.output(),
            "processing_volume": security.job_volume(self.options.processing_instance_type),
        }


def _revision(stored: StoredObject) -> InputRevision:
    return {
        "key": stored.key,
        "version_id": stored.version_id,
        "etag": stored.etag,
        "bytes": stored.bytes,
    }


def _copy_of(run: WritableRunFiles, name: str, text: str) -> ScriptCopy:
    """A file of the Spark job, as the job reads it."""
    return {"key": run.key(script_of(name)), "sha256": _sha256(text.encode())}


def _packed(run: WritableRunFiles, name: str, script: Script) -> ScriptCopy:
    """A script, stored as the candidates' jobs read it."""
    run.write_code(name, ARCHIVE, script.archive)
    return {"key": run.key(f"{code_of(name)}{ARCHIVE}"), "sha256": _sha256(script.archive)}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
