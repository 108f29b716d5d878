"""The plan of a run: what is read, how it is split, and what each candidate needs from SageMaker."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bakeoff.domain.algorithms import Catalogue, Entry
from bakeoff.domain.data_format import HEAD_BYTES, DataFormat, recognise
from bakeoff.domain.errors import FeatureCountMismatch, InvalidAlgorithms, NoInputData
from bakeoff.domain.images import image_uri
from bakeoff.domain.naming import resource_name, run_prefix
from bakeoff.domain.ports import RunStore, StoredObject
from bakeoff.domain.splits import Split

SCRIPT = "prepare_datasets.py"
MAX_CANDIDATES_BYTES = 180 * 1024
_SPARK_READS_WELL = re.compile(r"Inputs/(?:[A-Za-z0-9][A-Za-z0-9._=-]*/)*[A-Za-z0-9][A-Za-z0-9._=-]*")
_CODEC_SUFFIX = re.compile(r"\.(gz|bz2|deflate|lz4|snappy|zst)$", re.IGNORECASE)


@dataclass(frozen=True)
class PlanOptions:
    """What the stack decides for every run; sizes in GB, times in seconds, shares of 1. `feature_count` 0 infers."""

    region: str
    resource_prefix: str
    training_instance_type: str
    endpoint_instance_type: str
    volume_gb: int
    max_training_seconds: int
    max_rejected_share: float
    feature_count: int
    spark_version: str
    split: Split


@dataclass(frozen=True)
class Planner:
    """Plans runs: one call validates, snapshots, resolves and stores everything, and starts nothing."""

    store: RunStore
    catalogue: Catalogue
    images: Mapping[str, Any]
    options: PlanOptions
    script: str

    def plan(self, run_id: str, requested: Sequence[str | Entry], created_at: str) -> dict[str, Any]:
        """Store plan.json and the Spark script of a run; returns the references that the workflow goes on with.

        Raises a RequestError subclass when a person has to mend the request or the data.
        """
        entries = self.catalogue.resolve(requested)
        candidates = [self._candidate(run_id, entry) for entry in entries]
        _refuse_too_large(candidates)
        inputs = self._inputs(run_id)
        plan = self._assemble(run_id, created_at, inputs, candidates, entries)
        self.store.write_text(plan["code"][SCRIPT]["key"], self.script, "text/x-python")
        self.store.write_json(f"{run_prefix(run_id)}plan.json", plan)
        return self._references(run_id, plan)

    def _assemble(
        self,
        run_id: str,
        created_at: str,
        inputs: Sequence[tuple[dict[str, Any], DataFormat]],
        candidates: list[dict[str, Any]],
        entries: Sequence[Entry],
    ) -> dict[str, Any]:
        return {
            "schema_version": 1,
            "run_id": run_id,
            "created_at": created_at,
            "bucket": self.store.bucket,
            "inputs": [entry for entry, _ in inputs],
            "feature_dim": _feature_dim(inputs, self.options.feature_count),
            "split": self.options.split.as_dict(),
            "formats": sorted({"csv"} | {entry["training_format"] for entry in entries}),
            "max_rejected_share": self.options.max_rejected_share,
            "datasets_uri": self._uri(f"{run_prefix(run_id)}datasets"),
            "candidates": candidates,
            "code": {SCRIPT: {"key": f"{run_prefix(run_id)}code/{SCRIPT}", "sha256": _sha256(self.script)}},
            "spark_image_uri": self._image("spark", self.options.spark_version),
        }

    def _references(self, run_id: str, plan: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "run_id": run_id,
            "plan_uri": self._uri(f"{run_prefix(run_id)}plan.json"),
            "code_uri": self._uri(plan["code"][SCRIPT]["key"]),
            "processing_job_name": resource_name(self.options.resource_prefix, run_id, "prepare"),
            "spark_image_uri": plan["spark_image_uri"],
        }

    def _inputs(self, run_id: str) -> list[tuple[dict[str, Any], DataFormat]]:
        stored = [item for item in self.store.list_inputs() if item.bytes and not item.key.endswith("/")]
        if not stored:
            raise NoInputData("There is no data under Inputs/: upload a libsvm or CSV file with at least one row.")
        return [self._input(run_id, number, item) for number, item in enumerate(stored, 1)]

    def _input(self, run_id: str, number: int, item: StoredObject) -> tuple[dict[str, Any], DataFormat]:
        found = recognise(item.key, self.store.read_head(item, HEAD_BYTES))
        key = item.key
        if not _reads_well(item.key, found):
            key = f"{run_prefix(run_id)}inputs/{number:05d}.{found.format}{'.gz' * (found.compression == 'gzip')}"
            self.store.copy(item, key)
        return {**asdict(item), "uri": self._uri(key), **found.reading()}, found

    def _candidate(self, run_id: str, entry: Entry) -> dict[str, Any]:
        runtime = entry.get("max_runtime_seconds", self.options.max_training_seconds)
        spot = entry.get("spot", False)
        return {
            "name": entry["name"],
            "algorithm": entry["algorithm"],
            "resource_name": resource_name(self.options.resource_prefix, run_id, entry["name"]),
            "image_uri": entry.get("image_uri") or self._image(**_image_of(entry)),
            "hyperparameters": entry["hyperparameters"],
            "input_data_config": self._channels(run_id, entry),
            "model_uri": self._uri(f"{run_prefix(run_id)}models/{entry['name']}"),
            "training_instance_type": entry.get("training_instance_type", self.options.training_instance_type),
            "volume_gb": entry.get("volume_gb", self.options.volume_gb),
            "spot": spot,
            "stopping_condition": {
                "MaxRuntimeInSeconds": runtime,
                # Waiting for spot capacity may take as long again.
                **({"MaxWaitTimeInSeconds": 2 * runtime} if spot else {}),
            },
            "endpoint_instance_type": entry.get("endpoint_instance_type", self.options.endpoint_instance_type),
            **{key: entry[key] for key in ("request_content_type", "accept", "prediction_path")},
        }

    def _channels(self, run_id: str, entry: Entry) -> list[dict[str, Any]]:
        datasets = self._uri(f"{run_prefix(run_id)}datasets/{entry['training_format']}")
        return [
            {
                "ChannelName": name,
                "ContentType": channel["content_type"],
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": f"{datasets}/{channel['split']}/",
                        "S3DataDistributionType": "FullyReplicated",
                    }
                },
            }
            for name, channel in entry["channels"].items()
        ]

    def _image(self, framework: str, version: str) -> str:
        return image_uri(self.images, framework, version, self.options.region)

    def _uri(self, key: str) -> str:
        return f"s3://{self.store.bucket}/{key}"


def _image_of(entry: Entry) -> dict[str, str]:
    return dict(entry["image"])


def _reads_well(key: str, found: DataFormat) -> bool:
    """Spark skips hidden names, expands globs and trusts suffixes; such objects are copied to a plain name."""
    suffix = _CODEC_SUFFIX.search(key)
    expected = suffix.group() == ".gz" if suffix else False
    return bool(_SPARK_READS_WELL.fullmatch(key)) and (
        expected if found.compression == "gzip" else suffix is None
    )


def _feature_dim(inputs: Sequence[tuple[dict[str, Any], DataFormat]], given: int) -> int:
    counts = {entry["key"]: found for entry, found in inputs}
    first_key, first = next(iter(counts.items()))
    for key, found in counts.items():
        # libsvm leaves zeros out, so only a count that was given can tell a sparse file from a wrong one.
        expected = given or first.feature_dim
        fits = found.feature_dim <= expected if given and found.format == "libsvm" else found.feature_dim == expected
        if not fits:
            against = f"the parameter FeatureCount says {given}" if given else f"{first_key} has {first.feature_dim}"
            raise FeatureCountMismatch(
                f"{key} has {found.feature_dim} features, but {against}: remove the file that does not belong, "
                "or set FeatureCount when sparse libsvm files leave their last features out."
            )
    return given or first.feature_dim


def _refuse_too_large(candidates: Sequence[Mapping[str, Any]]) -> None:
    size = len(json.dumps(candidates).encode())
    if size > MAX_CANDIDATES_BYTES:
        raise InvalidAlgorithms(
            f"The candidates take {size} bytes of workflow state, more than {MAX_CANDIDATES_BYTES}: "
            "compare fewer at once, or shorten their hyperparameters."
        )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
