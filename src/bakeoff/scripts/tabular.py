"""What the scripts share: tables in, settings, scores and predictions out, and a model that carries its code.

Tables are CSV with the label first; an empty cell is missing. Classes are numbered from 0.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
REQUIREMENTS = "requirements.txt"
_EMPTY_CELL = re.compile(rb"(?:^|(?<=,))(?=,|\r?$)", re.MULTILINE)
# Looking first is ten times faster than substituting, and most data have no empty cell.
_SIGNS_OF_EMPTY_CELLS = (b",,", b",\n", b",\r", b"\n,", b"\n\n", b"\n\r")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_WORDS = {"True": True, "False": False, "None": None}


def refuse(sentence: str) -> NoReturn:
    """End the training with one sentence for a person, the last line of its log."""
    sys.exit(sentence)


def settings() -> dict[str, Any]:
    """The hyperparameters: SageMaker read each as JSON where it is JSON; Python's words are taken, too."""
    given = json.loads(os.environ["SM_HPS"])
    return {
        name: _WORDS.get(value, value) if isinstance(value, str) else value for name, value in given.items()
    }


def number_of_cores() -> int:
    return int(os.environ.get("SM_NUM_CPUS", "1"))


def table_of(text: bytes) -> Array:
    """Shape (rows, columns), NaN where a cell is empty. Raises ValueError for what is no number."""
    text = text.removesuffix(b"\n").removesuffix(b"\r")
    framed = b"\n" + text + b"\n"
    if any(sign in framed for sign in _SIGNS_OF_EMPTY_CELLS):
        text = _EMPTY_CELL.sub(b"nan", text)
    table: Array = np.loadtxt(io.BytesIO(text), delimiter=",", ndmin=2, comments=None, dtype=np.float64)
    return table


def split_of(channel: str) -> tuple[Array, Array] | None:
    """Features and labels of a channel: (rows, features) and (rows,); None when the job has none."""
    folder = os.environ.get(f"SM_CHANNEL_{channel.upper()}")
    if folder is None:
        return None
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file() and path.stat().st_size)
    if not files:
        refuse(f"The channel {channel} holds no rows.")
    table = np.concatenate([table_of(path.read_bytes()) for path in files])
    return table[:, 1:], table[:, 0]


def training_split() -> tuple[Array, Array]:
    return split_of("train") or refuse("The channel train is missing.")


def rows_of(body: str | bytes, content_type: str) -> Array:
    """The features of a request, (rows, features). Raises ValueError for anything but CSV of numbers."""
    if content_type.split(";")[0].strip().lower() != "text/csv":
        raise ValueError(f"the content type {content_type!r} is not text/csv")
    return table_of(body.encode() if isinstance(body, str) else body)


def reply_of(scores: Array, accept: str) -> tuple[str, str]:
    """The body and its type: {"predictions": [{"score": number}, ...]}, or a list for each row."""
    if accept.split(";")[0].strip().lower() == "text/csv":
        return "\n".join(",".join(map(repr, np.atleast_1d(row).tolist())) for row in scores), "text/csv"
    return json.dumps({"predictions": [{"score": score} for score in scores.tolist()]}), "application/json"


def scores_of_classes(
    probabilities: Array, present: Sequence[int], classes: int, least: float = 0.0
) -> Array:
    """P(class 1) of two classes, (rows,), or the probabilities of all, (rows, classes), none below `least`.

    `present` are the classes of the columns; one that no training row had gets `least`.
    """
    spread = np.zeros((len(probabilities), classes))
    spread[:, list(present)] = probabilities
    raised: Array = np.maximum(spread, least)
    raised /= raised.sum(axis=1, keepdims=True)
    return raised[:, 1] if classes == 2 else raised


def least_probability(rows: int, classes: int) -> float:
    """What one more row of each class would make of a class without rows (Laplace's rule of succession).

    A mean over trees or neighbours calls impossible what a few training rows happen not to be; one such row
    would outweigh all others in the log loss.
    """
    return 1 / (rows + classes)


def tell_score(labels: Array, scores: Array, *, classifies: bool) -> None:
    """Print the validation split's error, which SageMaker reads by the entry's `metrics`.

    Ends the training when a score is no number.
    """
    wrong = int(np.count_nonzero(~np.isfinite(scores).reshape(len(scores), -1).all(axis=1)))
    if wrong:
        refuse(
            f"The model predicts no number for {wrong} of {len(scores)} validation rows: its training has "
            "diverged, so change its hyperparameters."
        )
    name, value = ("logloss", _log_loss(labels, scores)) if classifies else ("rmse", _rmse(labels, scores))
    print(f"validation:{name}={value!r}", flush=True)


def _rmse(labels: Array, scores: Array) -> float:
    return float(np.sqrt(np.mean((labels - scores) ** 2)))


def _log_loss(labels: Array, scores: Array) -> float:
    table = np.column_stack([1 - scores, scores]) if scores.ndim == 1 else scores
    of_the_label = table[np.arange(len(labels)), labels.astype(int)]
    return float(-np.mean(np.log(np.clip(of_the_label, 1e-15, 1))))


def model_folder() -> Path:
    return Path(os.environ["SM_MODEL_DIR"])


def save_code(program: str) -> None:
    """Put what serves the model beside it: this folder, and the packages of requirements.txt that are in use.

    So an endpoint installs nothing, which it could not without a network.
    """
    source, target = Path(program).resolve().parent, model_folder() / "code"
    left = shutil.ignore_patterns("__pycache__", REQUIREMENTS)
    shutil.copytree(source, target, ignore=left, dirs_exist_ok=True)
    requirements = source / REQUIREMENTS
    if requirements.is_file():
        for name in _PINNED.findall(requirements.read_text("utf-8")):
            _copy_package(name, target)


def _copy_package(name: str, target: Path) -> None:
    for file in _files_in_use(name):
        source, place = Path(file.locate()).resolve(), target / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        try:
            # A library may have 280 MB, which a link does not write again.
            os.link(source, place)
        except OSError:
            # It is on another disk, say.
            shutil.copyfile(source, place)


def _files_in_use(name: str) -> list[metadata.PackagePath]:
    """Of a package, without what lies outside of its folders; none when nothing imported it, or could."""
    try:
        listed = metadata.files(name) or []
    except metadata.PackageNotFoundError:
        return []
    files = [file for file in listed if ".." not in file.parts and file.suffix != ".pyc"]
    loaded = any(file.parts[0].removesuffix(".py") in sys.modules for file in files)
    return files if loaded else []


def whole_numbers(names: str, value: Any) -> list[int]:
    """Positions, such as those of columns that hold categories."""
    if not isinstance(value, list) or not all(type(each) is int and each >= 0 for each in value):
        refuse(f"The hyperparameter {names} is {value!r}, but must list positions from 0, such as [0, 3].")
    return value


def only_known(given: Mapping[str, Any], known: Sequence[str], what: str) -> None:
    """Refuse a name that `what` does not have: it would be a typing error without effect."""
    for name in given:
        if name not in known:
            refuse(f"{what} has no parameter {name!r}: it has {', '.join(sorted(known))}.")
