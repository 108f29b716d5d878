"""Whether a saved run's units.json and manifests follow from its plan and its data sets."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

from bakeoff.domain.datasets.champion import champion_units
from bakeoff.domain.datasets.units import listed_objects, units
from bakeoff.domain.run.files import DATASETS, MANIFESTS, PLAN, SUMMARY, UNITS, RunFiles, manifest_of
from bakeoff.domain.run.folds import folds_of
from bakeoff_cli.errors import BadInput
from bakeoff_cli.saved.differing import first_difference
from bakeoff_cli.saved.folder import FolderStore, read_list


def units_alteration(store: FolderStore, run: RunFiles) -> str | None:
    """What of the items of the workflow's Map is not what plan and summary make of them, or what a manifest
    lists otherwise; None of a run that stored none, as runs of earlier releases. Raises BadInput where one of
    several manifests is not there.
    """
    plan = run.plan()
    # Units have addresses in the bucket, and not in the folder.
    stored = RunFiles(store.of_bucket(plan.get("bucket", store.bucket)), run.run_id)
    path = store.path(run.key(UNITS))
    if path.is_file():
        summary = run.summary()
        found = [*units(plan, summary, stored), *champion_units(plan, summary, stored)]
        difference = first_difference(read_list(path), json.loads(json.dumps(found)), "units")
        if difference is not None:
            return f"{path} does not follow from {PLAN} and {SUMMARY}: {difference}."
    if not folds_of(plan) or not store.sizes(run.key(MANIFESTS)):
        return None
    names = list(run.dataset_objects())
    for form, fold in product(plan["formats"], (*range(folds_of(plan)), None)):
        for split, listed in listed_objects(folds_of(plan), fold, form, names).items():
            path = store.path(run.key(manifest_of(form, split, fold)))
            manifest = [{"prefix": stored.uri(f"{DATASETS}{form}/")}, *listed]
            if told := _of_manifest(path, manifest, {name.removeprefix(f"{form}/") for name in names}):
                return told
    return None


def _of_manifest(path: Path, expected: list[Any], names: set[str]) -> str | None:
    if not path.is_file():
        raise BadInput(f"There is no file {path}: the folder is no complete copy of a run.")
    found = read_list(path)
    for each in found[1:]:
        if isinstance(each, str) and each not in names:
            return (
                f"{path} lists {each}, and the folder has no such object: either was changed after the run."
            )
    difference = first_difference(found, expected, "manifest")
    return None if difference is None else f"{path} was changed after the run: {difference}."
