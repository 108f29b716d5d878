"""Training and request data as XGBoost matrices, with the container's checks."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb

from local_aws.services.sagemaker.containers.errors import BadRequest, UserError
from local_aws.services.sagemaker.containers.folders import Channel
from local_aws.services.sagemaker.containers.server import Invocation
from local_aws.services.sagemaker.containers.tables import Matrix, parse_csv
from local_aws.services.sagemaker.containers.xgboost.errors import told

CSV_TYPES = ("csv", "text/csv")
LIBSVM_TYPES = ("libsvm", "text/libsvm", "text/x-libsvm")
_UNREADABLE_TYPES = (
    "parquet",
    "application/x-parquet",
    "recordio-protobuf",
    "application/x-recordio-protobuf",
)


def training_matrix(channel: Channel, content_type: str, csv_weights: bool) -> xgb.DMatrix:
    """All rows of a channel: label first; UserError for what the container can't read."""
    files = channel.files()
    if not any(path.stat().st_size for path in files):
        raise UserError(f"No data in {channel.name} channel path {channel.folder}")
    return _libsvm_matrix(files) if content_type in LIBSVM_TYPES else _csv_matrix(files, csv_weights)


def content_type_of(channel: Channel) -> str:
    """The container compares the whole header: parameters, even label_size=1, are refused."""
    content_type = channel.content_type or "text/libsvm"
    if content_type in _UNREADABLE_TYPES:
        raise UserError(f"Channel {channel.name}: content type {content_type} has no local implementation.")
    if content_type not in (*CSV_TYPES, *LIBSVM_TYPES):
        raise UserError(
            f"Channel configuration for '{channel.name}' channel is not supported: "
            f"content type {content_type!r} (use one of {', '.join((*CSV_TYPES, *LIBSVM_TYPES))})"
        )
    return content_type


def request_matrix(invocation: Invocation, feature_count: int) -> xgb.DMatrix:
    """Rows of a request, without label; BadRequest when they can't be read or have another width."""
    content_type = invocation.content_type or "text/csv"
    if content_type not in (*CSV_TYPES, *LIBSVM_TYPES):
        raise BadRequest(f"Content-type {content_type} is not supported.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        matrix = _request_rows(invocation.body.strip(), content_type, feature_count)
    except ValueError as err:
        kind = "csv" if content_type in CSV_TYPES else "libsvm"
        message = (
            f"Loading {kind} data failed with Exception, please ensure data is in {kind} format: {told(err)}"
        )
        raise BadRequest(message, HTTPStatus.UNSUPPORTED_MEDIA_TYPE) from err
    if matrix.num_col() != feature_count:
        raise BadRequest(
            f"Unable to evaluate payload provided: Feature size of inference data {matrix.num_col()} "
            f"is not consistent with feature size of trained model {feature_count}."
        )
    return matrix


def _request_rows(body: bytes, content_type: str, feature_count: int) -> xgb.DMatrix:
    if content_type in CSV_TYPES:
        return xgb.DMatrix(parse_csv(body, empty_is_missing=True))
    rows = [line.split() for line in body.decode().splitlines()]
    return xgb.DMatrix(_sparse([_without_label(row) for row in rows], feature_count))


def _csv_matrix(files: Sequence[Path], weighted: bool) -> xgb.DMatrix:
    # The container sniffs every file, so an empty _SUCCESS or a stray dotfile fails the job; so it does here.
    delimiters = [_sniffed_delimiter(path) for path in files]
    try:
        rows = np.concatenate(
            [
                parse_csv(path.read_bytes(), delimiter, empty_is_missing=True)
                for path, delimiter in zip(files, delimiters, strict=True)
            ]
        )
        features = _filled_columns(rows[:, 2:] if weighted else rows[:, 1:])
        return xgb.DMatrix(features, label=rows[:, 0], weight=rows[:, 1] if weighted else None)
    except ValueError as err:
        # XGBoost's own errors are ValueErrors, too: of a value that float32 cannot hold, for instance.
        raise UserError(f"Failed to load csv data with exception:\n{told(err)}") from err


def _filled_columns(features: Matrix) -> Matrix:
    """Without the last columns as far as no row has a value there: the library's reader never meets them.

    A model of such a matrix refuses the full rows that a client sends.
    """
    filled = np.flatnonzero(~np.isnan(features).all(axis=0))
    return features[:, : filled[-1] + 1 if len(filled) else 0]


def _sniffed_delimiter(path: Path) -> str:
    with path.open(errors="ignore") as lines:
        line = lines.readline()
    try:
        return csv.Sniffer().sniff(line).delimiter
    except csv.Error as err:
        raise UserError(
            f"Could not determine delimiter on line {line[:50]} of file {path.name}:\n{err}"
        ) from err


def _libsvm_matrix(files: Sequence[Path]) -> xgb.DMatrix:
    rows = [line.split() for path in files for line in path.read_text().splitlines() if line.strip()]
    try:
        labels = [float(row[0].split(":")[0]) for row in rows]
        return xgb.DMatrix(_sparse([row[1:] for row in rows]), label=labels)
    except (ValueError, IndexError) as err:
        raise UserError(f"Failed to load libsvm data with exception:\n{told(err)}") from err


def _without_label(row: Sequence[str]) -> Sequence[str]:
    return row if row and ":" in row[0] else row[1:]


def _sparse(rows: Sequence[Sequence[str]], columns: int | None = None) -> Any:
    """Rows of `index:value` pairs as a CSR matrix; index i is column i, in training and in requests alike."""
    from scipy.sparse import csr_matrix

    pairs = [[pair.split(":") for pair in row] for row in rows]
    values = [float(value) for row in pairs for _, value in row]
    indices = [int(index) for row in pairs for index, _ in row]
    starts = np.cumsum([0, *(len(row) for row in pairs)])
    width = max([*(index + 1 for index in indices), columns or 0])
    return csr_matrix((values, indices, starts), shape=(len(rows), width))
