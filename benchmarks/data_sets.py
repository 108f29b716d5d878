"""Data sets of any size, made in memory: the same bytes for the same arguments."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEATURES = 6
_ROW_BYTES = 7 + 5 * FEATURES
_WIDEST_BLOCK = 250_000  # rows made at once


def table(rows: int, seed: int = 0) -> bytes:
    """`rows` lines of CSV: a label and six features with two decimals; 37 bytes a line.

    The label is a smooth function of the features that no straight line fits, and noise.
    """
    random = np.random.default_rng(seed)
    sizes = [min(_WIDEST_BLOCK, rows - start) for start in range(0, rows, _WIDEST_BLOCK)]
    return b"".join(_block(random, size).tobytes() for size in sizes)


def sparse_table(rows: int, features: int, entries: int, seed: int = 0) -> bytes:
    """`rows` lines of libsvm with `entries` of `features` features each, and a label that some explain."""
    random = np.random.default_rng(seed)
    weights = np.where(np.arange(features) < features // 100, 5.0, 0.0)
    return "".join(_sparse_line(random, features, entries, weights) for _ in range(rows)).encode()


def lines(rows: NDArray[np.float64]) -> str:
    """CSV of any table, with an empty cell for NaN."""
    cells = (("" if np.isnan(cell) else repr(cell) for cell in row) for row in rows.tolist())
    return "".join(",".join(row) + "\n" for row in cells)


def _block(random: np.random.Generator, rows: int) -> NDArray[np.uint8]:
    hundredths = random.integers(0, 100, (rows, FEATURES))
    x = hundredths / 100
    smooth = 40 + 15 * np.sin(6 * x[:, 0]) * x[:, 1] + 10 * x[:, 2] + 5 * x[:, 3] * x[:, 4]
    label = np.clip(smooth + random.normal(0, 2, rows), 10, 99)
    block = np.empty((rows, _ROW_BYTES), np.uint8)
    block[:, :7] = _digits((1000 * label).astype(np.int64), "dd.ddd,")
    for column in range(FEATURES):
        block[:, 7 + 5 * column : 12 + 5 * column] = _digits(hundredths[:, column], "0.dd,")
    block[:, -1] = ord("\n")
    return block


def _digits(numbers: NDArray[np.int64], pattern: str) -> NDArray[np.uint8]:
    """The decimal digits of each number in place of the d's of a pattern."""
    text = np.tile(np.frombuffer(pattern.encode(), np.uint8), (len(numbers), 1))
    places = [place for place, character in enumerate(pattern) if character == "d"]
    for exponent, place in enumerate(reversed(places)):
        text[:, place] = numbers // 10**exponent % 10 + ord("0")
    return text


def _sparse_line(
    random: np.random.Generator, features: int, entries: int, weights: NDArray[np.float64]
) -> str:
    # Half of the entries are among the features that matter, or hardly any row would have one.
    informative = random.choice(features // 100, entries // 2, replace=False)
    others = random.choice(np.arange(features // 100, features), entries - entries // 2, replace=False)
    indices = np.sort(np.concatenate([informative, others]))
    values = random.integers(1, 10, entries)
    label = weights[indices] @ values + random.normal(0, 5)
    pairs = " ".join(f"{index + 1}:{value}" for index, value in zip(indices, values, strict=True))
    return f"{label:.2f} {pairs}\n"
