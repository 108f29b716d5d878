"""Where /opt is on a laptop."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_aws.services.lambda_.environments.variables import relocated


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/opt", "/layers"),
        ("/opt/python/x", "/layers/python/x"),
        ("/optional", "/optional"),
        ("s3://opt/x", "s3://opt/x"),
        ("see /opt", "see /opt"),
        ("", ""),
    ],
)
def test_only_paths_of_layers_are_relocated(value: str, expected: str) -> None:
    assert relocated(value, Path("/layers")) == expected
