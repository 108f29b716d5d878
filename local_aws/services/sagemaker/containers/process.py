"""What every algorithm's process does: train and leave a reason, or load and serve."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.folders import PORT_VARIABLE, Folders
from local_aws.services.sagemaker.containers.server import Model, serve

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Algorithm:
    """`train` reads the folders and writes the model; `load` reads a model folder."""

    train: Callable[[Folders], None]
    load: Callable[[Path], Model]


def main(algorithm: Algorithm, arguments: Sequence[str]) -> None:
    logging.basicConfig(
        level=logging.INFO, format="[%(asctime)s:%(levelname)s] %(message)s", stream=sys.stderr
    )
    folders = Folders.of_process()
    if list(arguments) == ["serve"]:
        serve(algorithm.load(folders.model), int(os.environ[PORT_VARIABLE]))
    elif list(arguments) == ["train"]:
        sys.exit(run_training(algorithm, folders))
    else:
        sys.exit("usage: train | serve")


def run_training(algorithm: Algorithm, folders: Folders) -> int:
    try:
        folders.model.mkdir(parents=True, exist_ok=True)
        algorithm.train(folders)
    except UserError as err:
        _log.error("%s", err)
        folders.fail(str(err))
        return 1
    except Exception as err:
        # The boundary of the process: whatever went wrong must reach FailureReason, not only the log.
        _log.exception("training failed")
        folders.fail(f"{type(err).__name__}: {err}")
        return 1
    return 0
