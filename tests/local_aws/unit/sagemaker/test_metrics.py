from __future__ import annotations

from pathlib import Path

import pytest

from local_aws.services.sagemaker.data_plane.metrics import last_values


def values(log: Path, *definitions: tuple[str, str]) -> dict[str, float]:
    found = last_values(log, [{"Name": name, "Regex": regex} for name, regex in definitions])
    return {each["MetricName"]: each["Value"] for each in found}


def test_the_last_line_that_tells_a_metric_counts(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("rmse=3.5\nother\n[1]\tvalidation-mae:0.25\nrmse=2.5e-1;\n")

    assert values(log, ("rmse", "rmse=([0-9.e-]+)"), ("mae", r".*#011validation-mae:(\S+)")) == {
        "rmse": 0.25,
        "mae": 0.25,
    }


@pytest.mark.parametrize("regex", ["loss=(.*)", "rmse=(word)?", "rmse=", "r(m)se"])
def test_what_no_line_tells_as_a_number_is_left_out(tmp_path: Path, regex: str) -> None:
    log = tmp_path / "log"
    log.write_text("rmse=1\n")

    assert values(log, ("a", regex)) == {}
    assert values(tmp_path / "none", ("a", regex)) == {}
