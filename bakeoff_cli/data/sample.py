"""The generator of sample.libsvm: made-up shellfish for a demo without a network.

`python -m bakeoff_cli.data.sample` writes the file anew. Like Abalone it has a whole number to predict and
eight features: a group coded 1 to 3, three lengths and four weights. Every number comes from this page, none
from an animal.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

ROWS = 600
SEED = 20_260_101
SAMPLE_FILE = Path(__file__).resolve().parent / "sample.libsvm"


def sample_lines(rows: int = ROWS, seed: int = SEED) -> Iterator[str]:
    """libsvm lines without line ends; the same for the same arguments on every machine and Python."""
    # Only Random.random() and the four rules of arithmetic: both give the same bits everywhere.
    random = Random(seed)
    for _ in range(rows):
        target, features = _animal(random)
        numbered = (f"{index}:{value:g}" for index, value in enumerate(features, start=1))
        yield f"{target} {' '.join(numbered)}"


def write_sample(path: Path = SAMPLE_FILE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in sample_lines()), encoding="ascii", newline="\n")


def _animal(random: Random) -> tuple[int, tuple[float, ...]]:
    group = 1 + int(3 * random.random())
    age = _between(random, 3.0, 20.0)
    size = age / (age + 5.0) * _between(random, 0.85, 1.15) * (0.8 if group == 3 else 1.0)
    length = 0.9 * size
    diameter = length * _between(random, 0.74, 0.84)
    height = length * _between(random, 0.22, 0.32)
    weights = _weights(random, volume=length * diameter * height)
    return round(age), (group, *(round(value, 4) for value in (length, diameter, height, *weights)))


def _weights(random: Random, volume: float) -> tuple[float, float, float, float]:
    whole = 9.0 * volume * _between(random, 0.9, 1.1)
    meat, gut, shell = (
        whole * _between(random, *share) for share in ((0.36, 0.48), (0.18, 0.26), (0.24, 0.34))
    )
    return whole, meat, gut, shell


def _between(random: Random, low: float, high: float) -> float:
    return low + (high - low) * random.random()


if __name__ == "__main__":
    write_sample()
