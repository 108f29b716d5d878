"""Write the estimate of a run's minutes and dollars in AWS into docs/operations.md, between its markers.

    python -m scripts.estimate_costs

Nothing here was measured in AWS: the seconds are assumptions, and the page says so. A test compares the page
with these figures, and the instance types with the template's defaults.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from scripts.marked import embed

PAGE = Path(__file__).resolve().parent.parent / "docs" / "operations.md"
NAME = "costs"
# Dollars an hour by instance type, us-east-1. ml.m5.large: AWS Price List of 2026-08-11 (training, SKU
# JMCWJEAPVJNFJ5P4); ml.m5.xlarge: README of aws-samples/amazon-sagemaker-drift-detection, 2023. Processing
# and hosting are taken to cost what training does, as they do in eu-west-1 (SageMaker SSH Helper, 2023-12).
HOURLY = {"ml.m5.large": Decimal("0.115"), "ml.m5.xlarge": Decimal("0.23")}
PROCESSING, TRAINING, ENDPOINT = "ml.m5.xlarge", "ml.m5.large", "ml.m5.large"
# Dollars a GB and month of disk, eu-west-1, 2023-12 (SageMaker SSH Helper); a month has 720 hours.
_DISK_PROCESSING, _DISK_TRAINING = Decimal("0.110"), Decimal("0.154")
VOLUME_GB = 30
# Dollars a state transition of a standard workflow, us-east-1.
_TRANSITION = Decimal("0.025") / 1000


@dataclass(frozen=True)
class Estimate:
    """Seconds that are billed of the Spark job, and of each candidate's training and endpoint; minutes that
    the run takes from its upload; how many candidates.
    """

    data: str
    candidates: int
    processing: int
    training: int
    endpoint: int
    minutes: int

    def lines(self) -> dict[str, tuple[str, Decimal]]:
        """Arithmetic and dollars of each thing that is paid for."""
        each = self.candidates
        transitions = 20 + 40 * each
        return {
            "Spark job": (f"{self.processing} s", _instances(PROCESSING, self.processing)),
            "training jobs": (f"{each} x {self.training} s", each * _instances(TRAINING, self.training)),
            "endpoints": (f"{each} x {self.endpoint} s", each * _instances(ENDPOINT, self.endpoint)),
            "disks of the jobs": (
                f"{VOLUME_GB} GB each",
                _disk(_DISK_PROCESSING, self.processing) + each * _disk(_DISK_TRAINING, self.training),
            ),
            "workflow": (f"{transitions} transitions", transitions * _TRANSITION),
        }

    def total(self) -> Decimal:
        return sum((dollars for _, dollars in self.lines().values()), Decimal())


_SMALL, _LARGE = "4,177 rows of 8 features", "2,000,000 rows of 50 features (1 GB)"
ESTIMATES = (
    Estimate(_SMALL, candidates=2, processing=180, training=90, endpoint=420, minutes=20),
    Estimate(_SMALL, candidates=3, processing=180, training=90, endpoint=420, minutes=20),
    Estimate(_LARGE, candidates=2, processing=900, training=1200, endpoint=900, minutes=60),
    Estimate(_LARGE, candidates=3, processing=900, training=1200, endpoint=900, minutes=60),
)


def table() -> str:
    """The estimates as a Markdown table, one column each."""
    head = [f"{each.data}, {each.candidates} algorithms" for each in ESTIMATES]
    rows = [["minutes, about", *(f"**{each.minutes}**" for each in ESTIMATES)]]
    for name in ESTIMATES[0].lines():
        parts = [each.lines()[name] for each in ESTIMATES]
        rows.append([name, *(f"{arithmetic}: ${dollars:.4f}" for arithmetic, dollars in parts)])
    rows.append(["dollars, about", *(f"**${each.total():.2f}**" for each in ESTIMATES)])
    return "".join(f"| {' | '.join(row)} |\n" for row in (["", *head], ["---"] * (1 + len(head)), *rows))


def _instances(kind: str, seconds: int) -> Decimal:
    return HOURLY[kind] * seconds / 3600


def _disk(monthly: Decimal, seconds: int) -> Decimal:
    return monthly * VOLUME_GB * seconds / 3600 / 720


def main() -> None:
    PAGE.write_text(embed(PAGE.read_text("utf-8"), NAME, table()), "utf-8")


if __name__ == "__main__":
    main()
