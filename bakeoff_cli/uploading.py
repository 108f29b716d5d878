"""An upload by its data sets: what goes to each, what is said of it, and what lies there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bakeoff.domain.errors import RequestError
from bakeoff.domain.intake.data_sets import DataSets
from bakeoff.domain.planning.settings import Said
from bakeoff.domain.run.planned import capitalised, worded
from bakeoff_cli.data.choice import Chosen
from bakeoff_cli.data.reading import SETTINGS_NAME, is_settings
from bakeoff_cli.errors import BadInput
from bakeoff_cli.session import Session
from bakeoff_cli.settings.beside_data import refuse_misnamed, settings_in, settings_of
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.bucket import settings_above, uploaded
from bakeoff_cli.stack.stack import INPUT_PREFIX

_LISTED = 1000
_SHOWN = 5


@dataclass(frozen=True)
class Part:
    """What goes to one data set: its `data`, what is `said` of them, and what lies `beside` them already."""

    folder: str
    data: list[Chosen]
    said: Said
    beside: list[str]

    def tell(self, output: Output) -> None:
        if self.beside:
            more = f" and {len(self.beside) - _SHOWN} more" if len(self.beside) > _SHOWN else ""
            output.note(
                f"A run reads all that lies under {self.folder}, as one table: here also what was uploaded "
                f"before, {', '.join(self.beside[:_SHOWN])}{more}."
            )
        if self.said.values:
            told = "; ".join(f"{name}: {worded(value)}" for name, value in self.said.values.items())
            output.show(f"{capitalised(str(self.said.source))} says {told}.")


def parts_of(files: Sequence[Chosen], below: str, force: bool, session: Session) -> list[Part]:
    """The files by their data sets. Raises BadInput for settings of nothing, and for a folder without any."""
    s3, bucket = session.aws.s3, session.stack.bucket
    sent = {file.name for file in files}
    lying = settings_above(s3, bucket, sent)
    others = set(islice(uploaded(s3, bucket), _LISTED)) - sent
    sets = DataSets.among([*lying, *(f"{INPUT_PREFIX}{name}" for name in sent | others)])
    folder_of = {name: sets.of(f"{INPUT_PREFIX}{name}") for name in sent | others}
    parts = []
    below_made = next((f"{INPUT_PREFIX}{below}" for file in files if file.source), None)
    for folder in sorted({folder_of[name] for name in sent}):
        own = [file for file in files if folder_of[file.name] == folder]
        data = [file for file in own if not is_settings(file.name)]
        beside = [name for name in sorted(others) if folder_of[name] == folder and not is_settings(name)]
        parts.append(Part(folder, data, _said_beside(folder, own, lying, force, session), beside))
        if not data and not beside and not force:
            raise BadInput("There are no data yet that these settings could be about: upload them together.")
        if below and not folder.startswith(f"{INPUT_PREFIX}{below}"):
            raise BadInput(
                f"{below} is no data set of its own yet: add --settings FILE, which goes there as "
                "bakeoff.yaml."
            )
        if below_made is not None and data and folder != below_made:
            raise BadInput(
                f"The options are about {below_made}, but {data[0].name} belongs to the data set {folder}, "
                "whose own bakeoff.yaml says what holds: upload each data set by itself."
            )
    return parts


def _said_beside(
    folder: str, files: Sequence[Chosen], lying: Mapping[str, bytes], force: bool, session: Session
) -> Said:
    """What the settings' file says that is sent, or else the one that lies in the bucket."""
    sent = next((file for file in files if is_settings(file.name)), None)
    key = f"{folder}{SETTINGS_NAME}"
    try:
        refuse_misnamed(file.name for file in files)
        return settings_in(sent.path, sent.source) if sent else settings_of(key, lying.get(key, b""))
    except RequestError as err:
        if not force:
            raise BadInput(f"{err} Nothing was uploaded; --force uploads all the same.") from err
        session.output.complain(f"{err} It is uploaded all the same.")
        return Said({})
