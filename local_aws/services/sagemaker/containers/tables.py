"""Rows of numbers from files and request bodies."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from local_aws.services.sagemaker.containers.errors import BadRequest, UserError
from local_aws.services.sagemaker.containers.folders import Channel
from local_aws.services.sagemaker.containers.server import Invocation

Matrix = NDArray[np.float64]
_EMPTY_FIELD = re.compile(rb"(?<=,)(?=,|\r?\n|\Z)|(?:(?<=\n)|\A)(?=,)")


def parse_csv(text: bytes, delimiter: str = ",", *, empty_is_missing: bool = False) -> Matrix:
    """Shape (rows, columns); ValueError names the row when a field is not a number or a row is too short.

    Only where `empty_is_missing`, as an algorithm that knows missing values reads them, may there be any.
    """
    if empty_is_missing and delimiter == ",":
        text = _name_empty_fields(text)
    rows: Matrix = np.loadtxt(io.BytesIO(text), delimiter=delimiter, ndmin=2, comments=None, dtype=np.float64)
    if not empty_is_missing and np.isnan(rows).any():
        row, column = np.argwhere(np.isnan(rows))[0]
        raise ValueError(f"there is no number at row {row}, column {column + 1}.")
    return rows


def read_csv(channel: Channel) -> Matrix:
    """All rows of a channel's CSV files; UserError when there are none, or they are no table of numbers."""
    parts = [_read_file(path) for path in channel.files() if path.stat().st_size]
    if not parts:
        raise UserError(f"No data in the {channel.name} channel.")
    widths = sorted({part.shape[1] for part in parts})
    if len(widths) > 1:
        raise UserError(
            f"The files of the {channel.name} channel differ in their number of columns: {widths}."
        )
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def read_labelled_csv(channel: Channel, label_size: int = 1) -> tuple[Matrix, Matrix]:
    """Features (rows, columns - 1) and labels (rows,): the first column is the label."""
    if label_size != 1:
        raise UserError(
            f"Channel {channel.name}: label_size is {label_size}, and this algorithm takes one label."
        )
    rows = read_csv(channel)
    if rows.shape[1] < 2:
        raise UserError(f"Channel {channel.name}: a row needs a label and at least one feature.")
    return rows[:, 1:], rows[:, 0]


def csv_label_size(channel: Channel) -> int:
    """The label_size of a `text/csv` content type, or 1; UserError for another content type."""
    media_type, *parameters = [part.strip() for part in (channel.content_type or "").split(";")]
    if media_type.lower() != "text/csv":
        raise UserError(
            f"Channel {channel.name}: content type {channel.content_type!r} has no local implementation; "
            "use text/csv."
        )
    settings = dict(part.split("=", 1) for part in parameters if "=" in part)
    return int(settings.get("label_size", 1))


def read_request(invocation: Invocation, feature_count: int) -> Matrix:
    """Features of a text/csv or application/json request: (rows, feature_count); BadRequest otherwise."""
    readers: dict[str, Callable[[bytes], Matrix]] = {
        "text/csv": parse_csv,
        "application/json": _parse_instances,
    }
    if invocation.content_type not in readers:
        raise BadRequest(
            f"content-type {invocation.content_type!r} not supported; use one of {', '.join(readers)}"
        )
    try:
        rows = readers[invocation.content_type](invocation.body)
    except (ValueError, KeyError, TypeError) as err:
        raise BadRequest(f"unable to parse the request as {invocation.content_type}: {err}") from err
    if rows.shape[1] != feature_count:
        raise BadRequest(
            f"the request has {rows.shape[1]} features a row and the model was trained on {feature_count}"
        )
    return rows


def predictions_json(key: str, values: Iterable[float]) -> bytes:
    """The reply of SageMaker's built-in algorithms: {"predictions": [{key: value}, ...]}."""
    return json.dumps({"predictions": [{key: value} for value in values]}).encode()


def _parse_instances(body: bytes) -> Matrix:
    instances = json.loads(body)["instances"]
    rows: Matrix = np.array([instance["features"] for instance in instances], dtype=np.float64, ndmin=2)
    return rows


def _name_empty_fields(text: bytes) -> bytes:
    # Looking first is ten times faster than substituting, and most data has no empty field.
    if (
        b",," in text
        or b",\n" in text
        or b",\r" in text
        or b"\n," in text
        or text[:1] == b","
        or text[-1:] == b","
    ):
        return _EMPTY_FIELD.sub(b"nan", text)
    return text


def _read_file(path: Path) -> Matrix:
    try:
        return parse_csv(path.read_bytes())
    except ValueError as err:
        raise UserError(f"Failed to load csv data of {path.name}: {err}") from err
