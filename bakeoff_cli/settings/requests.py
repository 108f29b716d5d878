"""What a person asked for, as the parameters of a stack or as the input of one execution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff_cli.errors import BadInput
from bakeoff_cli.settings.algorithms import content_of, names_in, resolved
from bakeoff_cli.settings.parameters import declared_parameters, given_parameters, require_fit

# The parameters that a single execution may decide otherwise, with their keys in its input.
_KEYS_OF_INPUT = {"Algorithms": "algorithms", "Target": "target"}
_OPTIONS = {"Algorithms": "--algorithms", "Target": "--target"}


@dataclass(frozen=True)
class GivenSettings:
    """The options as they were typed: `settings` are the NAME=VALUE of every --set."""

    algorithms: str | None = None
    target: str | None = None
    settings: Sequence[str] = ()

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
            resolved(names_in(given["Algorithms"]))
        return given

    def execution_input(self, file: Path | None, checked: bool = True) -> dict[str, Any]:
        """The input of an execution: what the file holds, with these settings in place of its own.

        Raises BadInput for a parameter that only a deployment can change, and unless `checked` is False
        InvalidAlgorithms for what the plan would refuse.
        """
        wanted = content_of(file) if file else {}
        if not isinstance(wanted, dict):
            raise BadInput(f'{file} holds no input of an execution: write {{}} or {{"algorithms": [...]}}.')
        for name, value in {**self._settable_of_a_run(), **self._options()}.items():
            wanted[_KEYS_OF_INPUT[name]] = names_in(value) if name == "Algorithms" else value
        if checked and isinstance(wanted.get("algorithms"), list):
            resolved(wanted["algorithms"])
        return wanted

    def refuse_for_uploads(self) -> None:
        """Raise BadInput for any setting: an uploaded file is compared by what its stack says."""
        given = given_parameters(self.settings, declared_parameters())
        for name, value in given.items():
            runs = _KEYS_OF_INPUT.get(name)
            instead = f", or upload first and start `bakeoff run --{runs} {value}`" if runs else ""
            raise BadInput(
                f"What an upload starts is compared by the stack's own {name}: change it with "
                f"`{_deployment(name, value)}`{instead}."
            )

    def _options(self) -> dict[str, str]:
        given = {"Algorithms": self.algorithms and ",".join(map(str, names_in(self.algorithms)))}
        given["Target"] = self.target
        return {name: value for name, value in given.items() if value is not None}

    def _settable_of_a_run(self) -> Mapping[str, str]:
        given = given_parameters(self.settings, declared_parameters())
        for name, value in given.items():
            if name not in _KEYS_OF_INPUT:
                raise BadInput(
                    f"{name} belongs to the stack, not to a single run: change it with "
                    f"`{_deployment(name, value)}`, then start a run with `bakeoff run`."
                )
            if name in self._options():
                raise BadInput(f"{name} is given twice, by {_OPTIONS[name]} and by --set: keep one of them.")
        return given


def _deployment(name: str, value: str) -> str:
    return f"sam deploy --parameter-overrides {name}={value}"
