"""The names that an image of AWS's own algorithms knows; it refuses others only when it trains.

Sources: hyperparameter_validation.py of the public sagemaker-xgboost-container, and "Hyperparameters" and
"Tune" of each algorithm in the SageMaker developer guide.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict

from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.messages import excerpt

Entry = dict[str, Any]


class ImageOptions(TypedDict):
    """`objectives` are the metrics that a tuning job may go by."""

    hyperparameters: Sequence[str]
    objectives: Sequence[str]


def refuse_unknown_names(entry: Entry, images: Mapping[str, ImageOptions]) -> None:
    """Raise InvalidAlgorithms for a hyperparameter or an objective that the image of a valid entry lacks;
    `images` has them by `framework:version`, and nothing is known of other images and of scripts.
    """
    image = entry.get("image", {})
    known = images.get(f"{image.get('framework')}:{image.get('version')}")
    if known is None or {"script", "image_uri"} & entry.keys():
        return
    for place, name, what, names in _named(entry, known):
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            cure = f"did you mean {near[0]}?" if near else f"use one of {', '.join(names)}."
            raise InvalidAlgorithms(
                f"Algorithm {entry['name']!r}: {place} names {excerpt(name)}, which is no {what} of "
                f"{image['framework']} {image['version']}: {cure}"
            )


def _named(entry: Entry, known: ImageOptions) -> Iterator[tuple[str, str, str, Sequence[str]]]:
    sections = [("", entry), *((f"tasks.{name}.", own) for name, own in entry.get("tasks", {}).items())]
    for place, own in sections:
        tuning = own.get("tuning", {})
        for name in own.get("hyperparameters", {}):
            yield f"{place}hyperparameters", name, "hyperparameter", known["hyperparameters"]
        for name in tuning.get("ranges", {}):
            yield f"{place}tuning.ranges", name, "hyperparameter", known["hyperparameters"]
        if "objective" in tuning:
            metric = tuning["objective"]["metric"]
            yield f"{place}tuning.objective.metric", metric, "objective", known["objectives"]
