"""What a demo is asked for, and what its data are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bakeoff.domain.errors import RequestError, TooFewRows
from bakeoff.domain.planning.settings import Said
from bakeoff_cli.data.demo_data import DemoData
from bakeoff_cli.data.reading import FileReading, SnapshotOptions, Target, look_into
from bakeoff_cli.errors import BadInput
from bakeoff_cli.options import OF_DATA
from bakeoff_cli.settings.beside_data import columns_in, folds_in, refuse_contradictory, target_of
from bakeoff_cli.settings.of_data import COMMAND_LINE, option_of
from bakeoff_cli.show.next_steps import asks_for_target
from bakeoff_cli.stack.run_end import RunEnd
from bakeoff_cli.stack.stack import INPUT_PREFIX

TARGET_HINT = "Here that is --target COLUMN, or `make demo TARGET=COLUMN`."
_NAMED_BY_CURE = re.compile(
    rf"(?:\b[Ss]et |\bleave |\braise |\()({'|'.join(OF_DATA)})(?=: | to | out\b| there\b)"
)
_OF_A_LIMIT = frozenset({"BudgetExceeded", "UnknownPrice"})
_LIMIT = re.compile(r"\b(?:max_cost|MaxRunCost|MaxDailyCost)\b")
_OF_THE_STACK = "a parameter of the stack another value with --set NAME=VALUE"


@dataclass(frozen=True)
class Request:
    """`folder` gets the runs; `parameters` are those of the stack that are not to have their defaults;
    `settings` is the file of that name that goes beside the data, if any, and `said` what it says.
    """

    data: DemoData
    folder: Path
    parameters: Mapping[str, str]
    port: int
    settings: Path | None
    said: Said

    @property
    def snapshot_options(self) -> SnapshotOptions:
        """As the stack's parameters will have the plan read the data; without a width, which is set later,
        and without folds, which each run has of its own rows.
        """
        parameters = self.parameters
        return SnapshotOptions(
            target=target_of(self.said) or Target(parameters.get("Target", "")),
            tolerated=float(parameters.get("MaxRejectedShare", SnapshotOptions.tolerated)),
            columns=columns_in(self.said),
        )

    def origin_of(self, uploaded: Sequence[str], end: RunEnd) -> str:
        """What a failed run's cause does not know: it blames uploads, and the stack goes with the demo."""
        if end.error in _OF_A_LIMIT:
            return (
                "the data are sound, the limit of money refused them: give another one by "
                f"{' and '.join(_limits_in(end.cause or '', self.said))}, and run the demo again."
            )
        keys, data = " and ".join(f"{INPUT_PREFIX}{name}" for name in uploaded), self.data
        how = f"by halving {data.source}" if uploaded[0] in data.names else f"of {data.source} as it is"
        said = " and ".join(_options_for(end.cause, self.said))
        other = f"{said} another value" if said else _OF_THE_STACK
        return f"the demo made {keys} {how}: mend that file, or give {other}, and run the demo again."


def refuse_contradictory_settings(said: Said, parameters: Mapping[str, str]) -> None:
    """Raise BadInput for what the plan of a run would refuse whatever the data are."""
    try:
        refuse_contradictory(said, parameters)
    except RequestError as err:
        raise BadInput(f"{err}{_hint(err, said)}") from err


def look_into_data(request: Request) -> FileReading:
    try:
        return look_into(request.data.path, request.snapshot_options, request.data.source, request.said)
    except RequestError as err:
        if asks_for_target(str(err)):
            raise BadInput(f"{err} {TARGET_HINT}") from err
        raise


def refuse_few_rows(request: Request, upload: Path) -> None:
    """Raise BadInput where the head of the first upload shows too few rows for the run's folds."""
    folds = folds_in(request.said, request.parameters)
    if not folds:
        return
    try:
        look_into(upload, replace(request.snapshot_options, folds=folds), upload.name, request.said)
    except TooFewRows as err:
        is_half = upload.name in request.data.names
        half = f" The demo begins with the first half of {request.data.source}." if is_half else ""
        raise BadInput(f"{err}{half}{_hint(err, request.said)}") from err


def _limits_in(cause: str, said: Said) -> Iterator[str]:
    """Where the limits stand that a refusal names, each once."""
    option = f"{option_of('max_cost')} AMOUNT"
    own = option if said.source in (None, COMMAND_LINE) else f"max_cost in {said.source}"
    for name in dict.fromkeys(_LIMIT.findall(cause)) or ["max_cost"]:
        yield own if name == "max_cost" else f"--set {name}=AMOUNT"


def _hint(err: Exception, said: Said) -> str:
    options = _options_for(str(err), said)
    these = "these are" if len(options) > 1 else "that is"
    return f" Here {these} {' and '.join(options)}." if options else ""


def _options_for(cause: str | None, said: Said) -> list[str]:
    """Those for the settings that a refusal's cure names, each once: --folds for "set folds: 0". None where a
    file of settings says anything, which an option may not contradict.
    """
    named = _NAMED_BY_CURE.findall(cause or "") if said.source in (None, COMMAND_LINE) else ()
    return [option_of(name) for name in dict.fromkeys(named)]
