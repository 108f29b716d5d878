"""What a person asked for, as the parameters of a stack or as the input of one execution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bakeoff.domain.intake.turns import NO_SETTINGS
from bakeoff.domain.planning.settings import Said
from bakeoff.domain.planning.settings.vocabulary import parameter_of
from bakeoff.domain.reading.target import EXECUTION
from bakeoff_cli.errors import BadInput
from bakeoff_cli.settings.algorithms import content_of, names_in, refuse_json, resolved
from bakeoff_cli.settings.beside_data import checked, settings_in, value_of, vocabulary
from bakeoff_cli.settings.of_data import option_of, with_options
from bakeoff_cli.settings.parameters import declared_parameters, given_parameters, require_fit

_OPTIONS = {
    "Algorithms": "--algorithms",
    "Target": "--target",
    "Metric": "--metric",
    "Folds": "--folds",
    "Promotion": "--promotion",
}
_INTO_A_FILE = (
    "write that as `algorithms: [...]` into a file, and give it to `bakeoff demo`, `run` or `upload` by "
    "--settings FILE"
)


@dataclass(frozen=True)
class GivenSettings:
    """The options as they were typed: `settings` are the NAME=VALUE of every --set, `file` is --settings, and
    `of_data` what other options say of the data, by the settings' names (`settings.of_data`).
    """

    algorithms: str | None = None
    target: str | None = None
    settings: Sequence[str] = ()
    file: Path | None = None
    metric: str | None = None
    folds: str | None = None
    promotion: str | None = None
    of_data: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise BadInput for JSON where names of algorithms go."""
        refuse_json(self.algorithms or "", "--algorithms", _INTO_A_FILE)
        for name, _, value in (pair.partition("=") for pair in self.settings):
            if name.strip() == "Algorithms":
                refuse_json(value, "--set Algorithms", _INTO_A_FILE)

    def beside_data(self) -> Said:
        """What is to lie beside the data: what --settings says and options say of the data, or nothing.

        Raises BadInput, InvalidSettings or InvalidAlgorithms for what could not hold, and BadInput for what
        an option says as well.
        """
        said = settings_in(self.file) if self.file else Said({})
        given = {**given_parameters(self.settings, declared_parameters()), **self._options()}
        for name in said.values:
            if (parameter := parameter_of(name)) in given:
                option = _OPTIONS[parameter] if parameter in self._options() else f"--set {parameter}"
                raise BadInput(f"{name} is given twice, by {option} and in {self.file}: keep one of them.")
        self._refuse_twice()
        return with_options(said, self.of_data)

    def parameters(self) -> dict[str, str]:
        """Parameters for a stack that is about to be deployed.

        Raises BadInput for what the template forbids, and InvalidAlgorithms for what a plan would refuse.
        """
        declared = declared_parameters()
        given = given_parameters(self.settings, declared)
        for name, value in self._options().items():
            if name in given:
                raise BadInput(f"{name} is given twice, by {_OPTIONS[name]} and by --set: keep one of them.")
            require_fit(name, value, declared)
            given[name] = value
        if "Algorithms" in given:
            resolved(names_in(given["Algorithms"]), parameters=given)
        return given

    def execution_input(self, file: Path | None, check: bool = True) -> dict[str, Any]:
        """The input of an execution: what the file holds, or that of --settings, with these settings in place
        of its own.

        Raises BadInput for a parameter that only a deployment can change, and unless `check` is False
        InvalidSettings or InvalidAlgorithms for what the plan would refuse.
        """
        wanted = self._content(file)
        for parameter, value in {**self._settable_of_a_run(), **self._options()}.items():
            name = _settings()[parameter]
            wanted[name] = value_of(name, value)
        self._refuse_twice()
        wanted |= self.of_data
        if check:
            said = {name: value for name, value in wanted.items() if name not in NO_SETTINGS}
            checked(Said(said, EXECUTION))
        return wanted

    def _content(self, file: Path | None) -> dict[str, Any]:
        if file and self.file:
            raise BadInput("--input and --settings both say what holds for the run: keep one of them.")
        if self.file:
            return dict(settings_in(self.file).values)
        wanted = content_of(file) if file else {}
        if isinstance(wanted, list):
            # What `bakeoff algorithms --check` takes.
            wanted = {"algorithms": wanted}
        if not isinstance(wanted, dict):
            raise BadInput(f'{file} holds no input of an execution: write {{}} or {{"algorithms": [...]}}.')
        return wanted

    def refuse_for_uploads(self) -> None:
        """Raise BadInput for any setting: an uploaded file is compared by what its stack says."""
        given = given_parameters(self.settings, declared_parameters())
        for name, value in given.items():
            setting = _settings().get(name)
            beside = f", or upload a --settings FILE with the line `{setting}: ...`" if setting else ""
            again = f"{_OPTIONS[name]} {value}" if name in _OPTIONS else f"--set {name}={value}"
            runs = f", or upload first and start `bakeoff run {again}`" if setting else ""
            raise BadInput(
                f"What an upload starts is compared by the stack's own {name}: change it with "
                f"`{_deployment(name, value)}`{beside}{runs}."
            )

    def _refuse_twice(self) -> None:
        """What options say of the data, and --set as well."""
        given = given_parameters(self.settings, declared_parameters())
        if twice := next((name for name in self.of_data if parameter_of(name) in given), None):
            raise BadInput(
                f"{parameter_of(twice)} is given twice, by {option_of(twice)} and by --set: keep one of them."
            )

    def _options(self) -> dict[str, str]:
        given = {"Algorithms": self.algorithms and ",".join(map(str, names_in(self.algorithms)))}
        given |= {"Target": self.target, "Metric": self.metric, "Folds": self.folds}
        given["Promotion"] = self.promotion and self.promotion.capitalize()
        return {name: value for name, value in given.items() if value is not None}

    def _settable_of_a_run(self) -> Mapping[str, str]:
        given = given_parameters(self.settings, declared_parameters())
        for name, value in given.items():
            if name not in _settings():
                raise BadInput(
                    f"{name} belongs to the stack, not to a single run: change it with "
                    f"`{_deployment(name, value)}`, then start a run with `bakeoff run`."
                )
            if name in self._options():
                raise BadInput(f"{name} is given twice, by {_OPTIONS[name]} and by --set: keep one of them.")
        return given


def _settings() -> dict[str, str]:
    """What a single execution may decide otherwise: the settings by their parameters."""
    return {parameter_of(name): name for name in vocabulary().of_the_stack}


def _deployment(name: str, value: str) -> str:
    return f"sam deploy --parameter-overrides {name}={value}"
