"""How rows are shared out between training, validation and test.

A row's split depends only on its own content: a salted hash puts it into one of a million buckets, and the
fractions cut the buckets in three, or folds in as many parts of one size. So equal rows share a split, and a
row keeps its split while the data grow. The Spark job computes the hash; this module decides the cuts.
"""

from __future__ import annotations

from dataclasses import dataclass

from bakeoff.domain.errors import ConfigurationError
from bakeoff.domain.run.documents import SplitBuckets, SplitName
from bakeoff.domain.run.folds import CUT_FOLDS, PARTS

BUCKETS = 1_000_000
SALT = "bakeoff"
NAMES: tuple[SplitName, ...] = ("train", "validation", "test")


@dataclass(frozen=True)
class Split:
    """Buckets below `train_below` are for training, below `validation_below` for validation, the rest for
    test.
    """

    train_below: int
    validation_below: int
    buckets: int = BUCKETS
    salt: str = SALT

    def name_of(self, bucket: int) -> str:
        if bucket < self.train_below:
            return "train"
        return "validation" if bucket < self.validation_below else "test"

    def fold_of(self, bucket: int, folds: int) -> int:
        """The data fold, which the cuts say nothing of."""
        return bucket * folds // self.buckets

    def part_of(self, bucket: int, folds: int) -> int:
        """The number of the part: of the data fold, or of what it is cut into. Of that, training and
        validation have the shares of a fold that they have of a split's rows without the test.
        """
        fold = self.fold_of(bucket, folds)
        if folds != CUT_FOLDS:
            return fold
        place = bucket * folds % self.buckets
        validates = place * self.validation_below >= self.train_below * self.buckets
        return fold * len(PARTS) + validates

    def as_dict(self, folds: int = 0) -> SplitBuckets:
        """What the Spark job splits by; with `folds`, into as many of them."""
        split: SplitBuckets = {
            "train_below": self.train_below,
            "validation_below": self.validation_below,
            "buckets": self.buckets,
            "salt": self.salt,
        }
        if folds:
            split["folds"] = folds
        return split


def split_by(train_fraction: float, validation_fraction: float) -> Split:
    """Cut the buckets by two fractions in (0, 1); what they leave, at least one bucket, is the test split.

    Raises ConfigurationError when a fraction is not positive or nothing is left for the test.
    """
    train = round(train_fraction * BUCKETS)
    validation = round(validation_fraction * BUCKETS)
    if min(train, validation, BUCKETS - train - validation) < 1:
        raise ConfigurationError(
            f"TrainFraction {train_fraction} and ValidationFraction {validation_fraction} must be positive "
            "and leave something for the test: their sum must be below 1."
        )
    return Split(train_below=train, validation_below=train + validation)
