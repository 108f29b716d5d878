"""What one algorithm of a run needs from SageMaker."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.planning.algorithms import Entry
from bakeoff.domain.planning.images import image_uri
from bakeoff.domain.planning.scripts import script_channels, script_environment, script_hyperparameters
from bakeoff.domain.planning.security import UNPROTECTED, JobSecurity
from bakeoff.domain.planning.tuning import longest_seconds, planned_tuning
from bakeoff.domain.run.documents import ContainerParts, PlannedCandidate
from bakeoff.domain.run.files import SCORED_FORMAT, RunFiles, model_of, split_of
from bakeoff.domain.run.names import resource_name, tuning_name

# Of a mixed table, what candidates train on and are scored on; see docs/adr/0034.
VIEWS = ("csv", "dense", "coded")
# An item of the Map is an execution's input, of at most 256 KiB, and a failed job comes back as its whole
# description, in a cause of at most 32,768 characters.
MAX_CANDIDATE_BYTES = 24 * 1024
# SageMaker grants its own algorithms no longer on spot instances unless they write checkpoints, as none does
# here: https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
MAX_SPOT_SECONDS = 3600
_IMAGES = {"image", "image_uri"}


@dataclass(frozen=True)
class CandidateDefaults:
    """What an entry takes from the stack unless it says otherwise; sizes in GB, times in seconds,
    `run_seconds` for the whole run.
    """

    region: str
    resource_prefix: str
    training_instance_type: str
    endpoint_instance_type: str
    volume_gb: int
    max_training_seconds: int
    run_seconds: int
    security: JobSecurity = UNPROTECTED


def candidates_of(
    entries: Sequence[Entry], run: RunFiles, images: Mapping[str, Any], defaults: CandidateDefaults
) -> list[PlannedCandidate]:
    """What the items of the workflow's Map state are made of.

    Raises UnknownImage, or InvalidAlgorithms when one is too large to travel.
    """
    candidates = [
        _tuned(number, entry, _candidate(entry, run, images, defaults), run, defaults)
        for number, entry in enumerate(entries)
    ]
    for candidate in candidates:
        if (size := len(json.dumps(candidate))) > MAX_CANDIDATE_BYTES:
            raise InvalidAlgorithms(
                f"Algorithm {candidate['name']!r} takes {size} bytes of workflow state, more than "
                f"{MAX_CANDIDATE_BYTES}: shorten its hyperparameters."
            )
    return candidates


def _candidate(
    entry: Entry, run: RunFiles, images: Mapping[str, Any], defaults: CandidateDefaults
) -> PlannedCandidate:
    form = entry["training_format"]
    training_type = entry.get("training_instance_type", defaults.training_instance_type)
    endpoint_type = entry.get("endpoint_instance_type", defaults.endpoint_instance_type)
    planned: PlannedCandidate = {
        "name": entry["name"],
        "algorithm": entry["algorithm"],
        "hyperparameters": {**entry["hyperparameters"], **script_hyperparameters(entry)},
        "request_content_type": entry["request_content_type"],
        "accept": entry["accept"],
        "prediction_path": entry["prediction_path"],
        "resource_name": resource_name(defaults.resource_prefix, run.run_id, entry["name"]),
        "image_uri": _image_uri(entry, images, defaults.region),
        "input_data_config": _channels(entry, run, form if form not in VIEWS else SCORED_FORMAT),
        "view": SCORED_FORMAT,
        "model_uri": run.uri(model_of(entry["name"])),
        "training_instance_type": training_type,
        "training_volume": defaults.security.job_volume(training_type),
        "endpoint_instance_type": endpoint_type,
        "endpoint_volume": defaults.security.endpoint_volume(endpoint_type),
        "volume_gb": entry.get("volume_gb", defaults.volume_gb),
        "spot": entry.get("spot", False),
        "stopping_condition": _stopping_condition(entry, defaults.max_training_seconds),
    }
    return cast(PlannedCandidate, {**planned, **_script_mode(entry, images, defaults.region)})


def _tuned(
    number: int, entry: Entry, planned: PlannedCandidate, run: RunFiles, defaults: CandidateDefaults
) -> PlannedCandidate:
    """The candidate of that number with what its tuning job needs, if it has one."""
    if "tuning" not in entry:
        return planned
    seconds = longest_seconds(entry, defaults.max_training_seconds, defaults.run_seconds)
    stopping = _stopping_condition(entry, seconds)
    return {
        **planned,
        "stopping_condition": stopping,
        "tuning_name": tuning_name(defaults.resource_prefix, run.run_id, number),
        "tuning": planned_tuning(entry, max(stopping.values())),
    }


def _script_mode(entry: Entry, images: Mapping[str, Any], region: str) -> ContainerParts:
    """What only some entries ask for; nothing of what an entry does not say."""
    serving, environment = entry.get("serving", {}), entry.get("environment", {})
    answering = {**script_environment(entry), **environment, **serving.get("environment", {})}
    parts: ContainerParts = {}
    if environment:
        parts["training_environment"] = {"Environment": environment}
    if "metrics" in entry:
        definitions = [{"Name": each["name"], "Regex": each["regex"]} for each in entry["metrics"]]
        parts["metric_definitions"] = {"MetricDefinitions": definitions}
    if serving or answering:
        image = {"Image": _image_uri(serving, images, region)} if serving.keys() & _IMAGES else {}
        parts["serving_container"] = {**image, **({"Environment": answering} if answering else {})}
    return parts


def _image_uri(entry: Entry, images: Mapping[str, Any], region: str) -> str:
    if "image_uri" in entry:
        return str(entry["image_uri"])
    return image_uri(images, entry["image"]["framework"], entry["image"]["version"], region)


def _stopping_condition(entry: Entry, default_seconds: int) -> dict[str, int]:
    seconds = entry.get("max_runtime_seconds", default_seconds)
    if not entry.get("spot"):
        return {"MaxRuntimeInSeconds": seconds}
    # Waiting for spot capacity may take as long again as the training.
    longest = 2 * seconds if "image_uri" in entry else min(2 * seconds, MAX_SPOT_SECONDS)
    return {"MaxRuntimeInSeconds": min(seconds, longest), "MaxWaitTimeInSeconds": longest}


def on_views(
    candidates: Sequence[PlannedCandidate], entries: Sequence[Entry], run: RunFiles
) -> list[PlannedCandidate]:
    """The candidates of a mixed table, each on the view that its entry trains on.

    Raises InvalidAlgorithms for one that trains on none.
    """
    for entry in entries:
        if entry["training_format"] not in VIEWS:
            raise InvalidAlgorithms(
                f"Algorithm {entry['name']!r} trains on {entry['training_format']}, which holds numbers "
                f"without gaps only, and the data hold more: set its training_format to "
                f"{', '.join(VIEWS[:-1])} or {VIEWS[-1]}, or leave it out."
            )
    return [
        {
            **candidate,
            "view": entry["training_format"],
            "input_data_config": _channels(entry, run, entry["training_format"]),
        }
        for candidate, entry in zip(candidates, entries, strict=True)
    ]


def formats_of(candidates: Sequence[PlannedCandidate], entries: Sequence[Entry]) -> list[str]:
    """What the Spark job is to write: what candidates are scored on, and libsvm if one trains on that."""
    views = {candidate.get("view", SCORED_FORMAT) for candidate in candidates}
    return sorted(
        views | {entry["training_format"] for entry in entries if entry["training_format"] not in VIEWS}
    )


def _channels(entry: Entry, run: RunFiles, form: str) -> list[dict[str, Any]]:
    data = [
        {
            "ChannelName": name,
            "ContentType": channel["content_type"],
            "DataSource": _all_under(run.uri(split_of(form, channel["split"]))),
        }
        for name, channel in entry["channels"].items()
    ]
    others = [
        {"ChannelName": name, "DataSource": _all_under(run.uri(prefix))}
        for name, prefix in script_channels(entry).items()
    ]
    return [*data, *others]


def _all_under(uri: str) -> dict[str, Any]:
    return {
        "S3DataSource": {
            "S3DataType": "S3Prefix",
            "S3Uri": uri,
            "S3DataDistributionType": "FullyReplicated",
        }
    }
