"""What a demo is asked for, and what its data are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bakeoff.domain.errors import RequestError
from bakeoff.domain.planning.settings import Said
from bakeoff_cli.data.demo_data import DemoData
from bakeoff_cli.data.reading import FileReading, SnapshotOptions, Target, look_into
from bakeoff_cli.errors import BadInput
from bakeoff_cli.settings.beside_data import columns_in, target_of
from bakeoff_cli.show.next_steps import asks_for_target
from bakeoff_cli.stack.stack import INPUT_PREFIX

TARGET_HINT = "Here that is --target COLUMN, or `make demo TARGET=COLUMN`."


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

    def origin_of(self, uploaded: Sequence[str]) -> str:
        """What a failed run's cause does not know: it blames uploads, and the stack goes with the demo."""
        keys, data = " and ".join(f"{INPUT_PREFIX}{name}" for name in uploaded), self.data
        how = f"by halving {data.source}" if uploaded[0] in data.names else f"of {data.source} as it is"
        return (
            f"the demo made {keys} {how}: mend that file, or give a parameter of the stack "
            "another value with --set NAME=VALUE, and run the demo again."
        )


def look_into_data(request: Request) -> FileReading:
    """As the stack's parameters will have the plan read the data; without a width, which is set later."""
    parameters = request.parameters
    tolerated = float(parameters.get("MaxRejectedShare", SnapshotOptions.tolerated))
    target = target_of(request.said) or Target(parameters.get("Target", ""))
    options = SnapshotOptions(target=target, tolerated=tolerated, columns=columns_in(request.said))
    try:
        return look_into(request.data.path, options, request.data.source, request.said)
    except RequestError as err:
        if asks_for_target(str(err)):
            raise BadInput(f"{err} {TARGET_HINT}") from err
        raise
