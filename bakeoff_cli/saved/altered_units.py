"""Whether a saved run's units.json and manifests follow from its plan and its data sets."""

from __future__ import annotations

import json
from pathlib import Path

from bakeoff.domain.datasets.champion import champion_units
from bakeoff.domain.datasets.units import listed_objects, units
from bakeoff.domain.run.documents import Plan
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
    as_stored = RunFiles(store.of_bucket(plan.get("bucket", store.bucket)), run.run_id)
    return _of_units(store, as_stored, plan) or _of_manifests(store, as_stored, plan)


def _of_units(store: FolderStore, run: RunFiles, plan: Plan) -> str | None:
    path = store.path(run.key(UNITS))
    if not path.is_file():
        return None
    summary = run.summary()
    expected = json.loads(json.dumps([*units(plan, summary, run), *champion_units(plan, summary, run)]))
    difference = first_difference(read_list(path), expected, "units")
    if difference is None:
        return None
    return f"{path} does not follow from {PLAN} and {SUMMARY}: {difference}."


def _of_manifests(store: FolderStore, run: RunFiles, plan: Plan) -> str | None:
    if not folds_of(plan) or not store.sizes(run.key(MANIFESTS)):
        return None
    names, folds = list(run.dataset_objects()), folds_of(plan)
    for form in plan["formats"]:
        for fold in (*range(folds), None):
            for split, listed in listed_objects(folds, fold, form, names).items():
                path = store.path(run.key(manifest_of(form, split, fold)))
                if told := _of_manifest(path, run.uri(f"{DATASETS}{form}/"), listed, {*names}, form):
                    return told
    return None


def _of_manifest(path: Path, prefix: str, listed: list[str], names: set[str], form: str) -> str | None:
    if not path.is_file():
        raise BadInput(f"There is no file {path}: the folder is no complete copy of a run.")
    found = read_list(path)
    for each in found[1:]:
        if isinstance(each, str) and f"{form}/{each}" not in names:
            return (
                f"{path} lists {each}, and the folder has no such object: either was changed after the run."
            )
    difference = first_difference(found, [{"prefix": prefix}, *listed], "manifest")
    return None if difference is None else f"{path} was changed after the run: {difference}."
