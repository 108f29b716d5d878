"""SageMaker's folder contract, as a job's own process sees it: /opt/ml stands at a given root."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from local_aws.services.sagemaker.containers.errors import UserError

ROOT_VARIABLE = "LOCAL_SAGEMAKER_ROOT"
PORT_VARIABLE = "SAGEMAKER_BIND_TO_PORT"


@dataclass(frozen=True)
class Channel:
    """One input of a training job: its files, and how the request described it."""

    name: str
    folder: Path
    content_type: str | None
    input_mode: str
    distribution: str

    def files(self) -> list[Path]:
        """Every file under the channel's folder, in a fixed order."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file())


@dataclass(frozen=True)
class Folders:
    """The tree under /opt/ml: input/config, input/data, model and output."""

    root: Path

    @classmethod
    def of_process(cls) -> Self:
        return cls(Path(os.environ[ROOT_VARIABLE]))

    @property
    def model(self) -> Path:
        return self.root / "model"

    def hyperparameters(self) -> dict[str, str]:
        return dict(self._config("hyperparameters"))

    def channels(self) -> dict[str, Channel]:
        return {name: self._channel(name, config) for name, config in self._config("inputdataconfig").items()}

    def fail(self, reason: str) -> None:
        """Leave the reason where SageMaker takes FailureReason from."""
        output = self.root / "output"
        output.mkdir(exist_ok=True)
        (output / "failure").write_text(reason)

    def _channel(self, name: str, config: Mapping[str, Any]) -> Channel:
        return Channel(
            name,
            self.root / "input" / "data" / name,
            config.get("ContentType"),
            config["TrainingInputMode"],
            config["S3DistributionType"],
        )

    def _config(self, name: str) -> dict[str, Any]:
        config: dict[str, Any] = json.loads((self.root / "input" / "config" / f"{name}.json").read_text())
        return config


def require_channels(channels: Mapping[str, Channel], required: str, optional: tuple[str, ...]) -> None:
    """Refuse a missing channel, and any that the algorithm does not know."""
    if required not in channels:
        raise UserError(f"Missing required channel: {required}")
    for name, channel in channels.items():
        if name not in (required, *optional):
            known = ", ".join((required, *optional))
            raise UserError(f"Extraneous channel found: {name} (this algorithm takes {known})")
        if channel.input_mode == "Pipe":
            raise UserError(
                f"Channel {name}: there is no local implementation of TrainingInputMode Pipe; use File."
            )
