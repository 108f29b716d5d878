from __future__ import annotations

from decimal import Decimal

import pytest

from scripts.estimate_costs import (
    ENDPOINT,
    ESTIMATES,
    HOURLY,
    NAME,
    PAGE,
    PROCESSING,
    TRAINING,
    VOLUME_GB,
    Estimate,
    table,
)
from scripts.marked import embed
from tests.template import TEMPLATE


def test_the_page_shows_the_estimates() -> None:
    page = PAGE.read_text("utf-8")

    assert table() in page, "run python -m scripts.estimate_costs"
    assert embed(page, NAME, table()) == page
    for price in HOURLY.values():
        assert f"${price}" in page


def test_the_estimates_are_of_the_template_s_defaults() -> None:
    defaults = {name: slot["Default"] for name, slot in TEMPLATE["Parameters"].items()}

    assert defaults["ProcessingInstanceType"] == PROCESSING and defaults["InstanceCount"] == 1
    assert defaults["TrainingInstanceType"] == TRAINING and defaults["EndpointInstanceType"] == ENDPOINT
    assert defaults["VolumeSizeInGB"] == VOLUME_GB
    assert ESTIMATES[0].candidates == len(defaults["Algorithms"].split(","))


def test_an_hour_of_each_costs_an_hour_of_each() -> None:
    estimate = Estimate("", candidates=2, processing=3600, training=3600, endpoint=3600, minutes=60)

    dollars = {name: part for name, (_, part) in estimate.lines().items()}
    assert dollars["Spark job"] == Decimal("0.23")
    assert dollars["training jobs"] == dollars["endpoints"] == Decimal("0.23")
    assert dollars["disks of the jobs"] == pytest.approx(
        Decimal(30) * (Decimal("0.110") + 2 * Decimal("0.154")) / 720
    )
    assert dollars["workflow"] == Decimal("0.0025")
    assert estimate.total() == sum(dollars.values())


def test_the_readme_names_the_first_and_the_third_estimate() -> None:
    text = " ".join((PAGE.parent.parent / "README.md").read_text("utf-8").split())
    small, large = ESTIMATES[0], ESTIMATES[2]

    assert f"that is {small.minutes} minutes and ${small.total():.2f} for data like Abalone" in text
    assert large.minutes == 60 and f"an hour and ${large.total():.2f} for two million rows" in text
