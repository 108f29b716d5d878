"""A list of algorithms, checked as the plan of a run would check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import yaml

from bakeoff.domain.planning.algorithms import Catalogue, Entry
from bakeoff.domain.planning.images import image_uri
from bakeoff.domain.planning.scripts import refuse_other_choices, scripts_in_use
from bakeoff.domain.planning.tuning import longest_seconds
from bakeoff.domain.statistics.registry import TaskKind
from bakeoff_cli.data.files import readable_file
from bakeoff_cli.errors import BadInput
from bakeoff_cli.settings.parameters import declared_parameters

NOTHING: Mapping[str, str] = MappingProxyType({})
_SUFFIXES = (".json", ".yaml", ".yml")
Requested = list[str | Entry]
"""Names of the catalogue, and objects that vary an entry or define one."""


@cache
def known() -> Catalogue:
    """The algorithms of this checkout, which are those of a stack that was deployed from it."""
    from bakeoff.catalogue import read_catalogue

    return read_catalogue()


def names_in(text: str) -> Requested:
    """The names of a comma-separated list, as the parameter Algorithms has it."""
    return [name.strip() for name in text.split(",")]


def refuse_json(text: str, option: str, cure: str) -> None:
    """Raise BadInput for JSON in the place of a comma-separated list, whose commas would cut it."""
    if text.lstrip().startswith(("[", "{")):
        raise BadInput(f"{option} takes names, such as xgboost,knn:tuned, and no JSON: {cure}.")


def is_file(text: str) -> bool:
    """Whether the text is the name of a file, and no list of names."""
    path = Path(text)
    return path.is_file() or path.suffix in _SUFFIXES


def requested_in(text: str) -> Requested:
    """A comma-separated list, or what the file of that name holds: JSON or YAML.

    The file is a list, or the input of an execution, which has the list under `algorithms`. Raises BadInput.
    """
    refuse_json(text, "--check", "write that into a file, and give it by --check FILE")
    if not is_file(text):
        return names_in(text)
    path = Path(text)
    content = content_of(path)
    requested = content.get("algorithms") if isinstance(content, dict) else content
    if not isinstance(requested, list):
        raise BadInput(f'{path} holds no list of algorithms: write [...] or {{"algorithms": [...]}}.')
    return requested


def content_of(path: Path) -> Any:
    """The value in a file of JSON or YAML. Raises BadInput."""
    try:
        return yaml.safe_load(readable_file(path).read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as err:
        raise BadInput(f"{path} is neither JSON nor YAML: {err}.") from err


def resolved(
    requested: Sequence[str | Entry], region: str | None = None, parameters: Mapping[str, str] = NOTHING
) -> list[Entry]:
    """Complete entries; with a region, also that AWS publishes their images there. `parameters` are those of
    the stack that have not their defaults.

    Raises InvalidAlgorithms or UnknownImage, with the sentence that the plan of a run would end with.
    """
    from bakeoff.catalogue import read_image_table

    entries = known().resolve(requested)
    for image in (entry["image"] for entry in entries if region and "image_uri" not in entry):
        image_uri(read_image_table(), image["framework"], image["version"], str(region))
    _refuse_impossible(entries, parameters)
    return entries


def _refuse_impossible(entries: Sequence[Entry], parameters: Mapping[str, str]) -> None:
    """What only the stack's parameters and the scripts tell; the task is not known before the data are."""
    from bakeoff.catalogue import read_scripts

    def value_of(name: str) -> str:
        return parameters.get(name) or str(declared_parameters()[name]["Default"])

    if any("script" in entry for entry in entries):
        scripts = scripts_in_use(entries, read_scripts(), isolated=value_of("NetworkIsolation") == "true")
        refuse_other_choices(entries, scripts, *get_args(TaskKind))
    for entry in entries:
        if "tuning" in entry:
            training, run = (value_of(name) for name in ("TrainingTimeoutSeconds", "RunTimeoutSeconds"))
            longest_seconds(entry, int(float(training)), int(float(run)))


def catalogued() -> list[Entry]:
    """Every entry of the catalogue, complete and in its order."""
    return resolved(list(known().entries))


def tunable() -> list[str]:
    """The names in the catalogue that a list may have with `:tuned`."""
    return [name for name, entry in known().entries.items() if "tuning" in entry]
