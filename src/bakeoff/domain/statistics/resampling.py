"""Bootstrap resamples as counts, drawn and summed so that every machine finds the same numbers.

A saved verdict is recomputed on other machines, by other releases of numpy and with other numbers of
threads, and must come out equal to the last digit. Hence the draws use the bit generator's raw stream, which
numpy keeps stable, where the methods of its Generator may change between releases
(https://numpy.org/doc/stable/reference/random/compatibility.html); and the values are rounded to a grid on
which no sum is ever rounded, whatever its order.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.random import PCG64  # numpy itself loads it when it is first asked for, in the middle of a verdict
from numpy.typing import NDArray

Array = NDArray[np.float64]

CHUNK_ELEMENTS = 1 << 22  # counts held at a time: 32 MiB
_EXACT_BITS = 52


def draw_counts(
    rows: int, resamples: int, seed: int, chunk_elements: int = CHUNK_ELEMENTS
) -> Iterator[Array]:
    """How often each of `rows` rows is drawn in each resample of that many rows, with replacement.

    Yields `resamples` rows of counts in all, in chunks of shape (at most `chunk_elements` elements or else
    one resample, `rows`); each count is a whole number, each resample sums to `rows`. The counts depend on
    `rows`, `resamples` and `seed` only. A row's chance differs from 1 / `rows` by less than 2**-32.

    Raises ValueError when there is no row, or as many as 32 bits cannot number.
    """
    if not 0 < rows < 1 << 32:
        raise ValueError(f"resampling needs between 1 and {(1 << 32) - 1} rows, not {rows}")
    bits = PCG64(seed)
    chunk = max(1, chunk_elements // rows)
    for start in range(0, resamples, chunk):
        yield _counts(bits, min(chunk, resamples - start), rows)


def _counts(bits: PCG64, resamples: int, rows: int) -> Array:
    # Each resample takes whole words of the stream, so that where a chunk ends makes no difference.
    words = bits.random_raw(resamples * ((rows + 1) // 2)).astype("<u8", copy=False)
    drawn = words.view("<u4").reshape(resamples, -1)[:, :rows].astype(np.uint64)
    # From 32 random bits to a row's number; then to a number of its own in each resample.
    drawn *= np.uint64(rows)
    drawn >>= np.uint64(32)
    drawn += np.arange(resamples, dtype=np.uint64)[:, None] * np.uint64(rows)
    counts = np.bincount(drawn.ravel().view(np.int64), minlength=resamples * rows)
    return counts.reshape(resamples, rows).astype(np.float64)


def on_exact_grid(columns: Array) -> Array:
    """`columns`, shape (n, k), each rounded to multiples of a power of two so that sums over n draws of its
    rows are exact in any order: at most 52 bits hold n times its largest magnitude.

    Rounds by at most n * max / 2**52 of the column's unit.
    """
    largest = np.maximum(np.max(columns, axis=0, initial=0.0), -np.min(columns, axis=0, initial=0.0))
    largest *= len(columns)
    step = np.ldexp(1.0, np.frexp(largest)[1] - _EXACT_BITS)
    # Below the normal numbers a grid is no longer exact; values that small count as nothing.
    step = np.maximum(step, np.finfo(np.float64).smallest_normal)
    grid: Array = columns / step
    np.rint(grid, out=grid)
    grid *= step
    return grid
